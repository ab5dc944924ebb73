import type { Dnas, InstanceShare } from '../../model/model.ts';
import { markerOf } from './disks.ts';
import type { Place } from './server.ts';

/** Where Samba keeps its state: in memory, made anew at each start. */
export const sambaState = '/run/samba';

/** `smb.conf` of one board (smb.conf(5), vfs_fruit(8)). */
export function smbConf({ model, board, instance }: Place): string {
  const { dnas, network } = model;
  const { owner } = dnas;
  const shares = instance.shares.flatMap((share) =>
    share.smb === null ? [] : [smbShare(dnas, share, share.smb.people)],
  );
  return `[global]
server role = standalone server
netbios name = ${board.name.slice(0, 15).toUpperCase()}
disable netbios = yes
smb ports = 445
# The pod's own address, which it would offer for more channels, is unknown at home.
server multi channel support = no
hosts allow = 127.0.0.1 ${network.subnet} ${network.pods}

# SMB 3 only: encrypted with whoever can, signed with the others. No guests.
server min protocol = SMB3_00
server smb encrypt = desired
server signing = mandatory
map to guest = never
restrict anonymous = 2

# Everything belongs to one owner, with the same modes, whichever protocol it came by.
force user = ${owner.name}
force group = ${owner.name}
create mask = 0664
force create mode = 0664
directory mask = 2775
force directory mode = 2775
smb3 unix extensions = no

# Clients keep nothing in a cache of their own: NFS, Syncthing and Nextcloud change the same files.
oplocks = no
level2 oplocks = no
smb2 leases = no

# Nothing outside of a share is reached through it.
follow symlinks = no
wide links = no

# Mac and iPhone: on the whole server, since one share without them breaks all.
vfs objects = catia fruit streams_xattr
fruit:encoding = native
fruit:metadata = stream
fruit:model = MacSamba
fruit:nfs_aces = no
fruit:posix_rename = yes
fruit:time machine = no
fruit:veto_appledouble = no
fruit:wipe_intentionally_left_blank_rfork = yes
fruit:delete_empty_adfiles = yes

# Syncthing's own files are nobody's business, and a folder that holds some cannot be deleted.
veto files = /.stfolder/.stversions/.stignore/.syncthing.*.tmp/~syncthing~*.tmp/
delete veto files = no

load printers = no
printcap name = /dev/null
disable spoolss = yes

passdb backend = tdbsam
private dir = ${sambaState}/private
lock directory = ${sambaState}
state directory = ${sambaState}
cache directory = ${sambaState}
pid directory = ${sambaState}
ncalrpc dir = ${sambaState}/ncalrpc
log file = ${sambaState}/log
${shares.join('')}`;
}

function smbShare(dnas: Dnas, { name, path, mountPoint }: InstanceShare, people: readonly string[]): string {
  return `
[${name}]
path = ${path}
valid users = ${people.join(' ')}
read only = no
# The share opens on its own disk only.
preexec = test -f ${markerOf(dnas, mountPoint)}
preexec close = yes
`;
}

/** Accounts that Samba knows, as passwd(5): none can log in. */
export function passwd({ model, instance }: Place): string {
  const { owner } = model.dnas;
  const accounts = [
    { name: 'root', uid: 0, gid: 0 },
    { name: owner.name, uid: owner.uid, gid: owner.gid },
    ...instance.people.map(({ name, uid }) => ({ name, uid, gid: owner.gid })),
    // Samba does not start without the account of its guests, even if it has none.
    { name: 'nobody', uid: nobody, gid: nobody },
  ];
  return accounts.map(({ name, uid, gid }) => `${name}:x:${uid}:${gid}::/:/sbin/nologin\n`).join('');
}

/** Groups of `passwd`, as group(5). */
export function group({ model }: Place): string {
  const { owner } = model.dnas;
  return `root:x:0:\n${owner.name}:x:${owner.gid}:\nnobody:x:${nobody}:\n`;
}

/** The overflow uid and gid of Linux, `nobody` in every distribution. */
const nobody = 65534;
