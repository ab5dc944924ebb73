import type { Dnas, InstanceShare } from '../../model/facts/dnas.ts';
import { cloudRecycleFolder, recycleFolder } from '../../model/shares.ts';
import { markerOf } from './disks.ts';
import { configFolder, type Place } from './server.ts';

/** Where Samba keeps its state: in memory, made anew at each start. */
export const sambaState = '/run/samba';

/** A file of its own: smbd takes the meaning from all signs that a shell knows, also from `&&` (source3/lib/smbrun.c). */
export const openShare = `${configFolder}/open-share.sh`;

/**
 * `openShare MARKER FOLDER [DAYS]`, as the owner of the files: ends with 0 when the folder may be served, and is there.
 *
 * What was deleted more than DAYS ago goes, once a day, behind whoever opens the share: nothing else in the pod is the
 * owner. A file gets into the recycle bin by a rename, which sets the time of its last change of status (rename(2)).
 */
export const openShareScript = `test -f "$1" && mkdir -p -m 2771 "$2" || exit 1
bin=$2/${recycleFolder}
if test -n "\${3:-}" && test -d "$bin" && test -z "$(find "$bin/.emptied" -mtime -1 2> /dev/null)"; then
  touch "$bin/.emptied"
  # Not find -ctime and -empty, which not every find has.
  {
    find "$bin" -type f ! -name .emptied -exec sh -c '
      for file in "$@"; do
        test $(($(date +%s) - $(stat -c %Z "$file"))) -le "$0" || rm -f "$file"
      done' $(($3 * 86400)) {} +
    find "$bin" -mindepth 1 -depth -type d -exec rmdir {} +
  } > /dev/null 2>&1 &
fi
exit 0
`;

/** As `openShare`, for Nextcloud. */
export const openCloudShare = `${configFolder}/open-cloud-share.sh`;

/**
 * `openCloudShare MARKER FOLDER COPY DAYS`: as `openShare`, and with the marker of the disk in the share itself, at COPY. By
 * it Nextcloud knows that what it looks into is the share, and not its empty place (model/nextcloud-shares.ts).
 */
export const openCloudShareScript = `sh ${openShare} "$1" "$2" "$4" || exit 1
copy=$2/$3
test "$(cat "$copy" 2> /dev/null)" = "$(cat "$1")" && exit 0
mkdir -p -m 2771 "\${copy%/*}" && cat "$1" > "$copy.new" && mv "$copy.new" "$copy"
`;

/** `smb.conf` of one board (smb.conf(5), vfs_fruit(8)). */
export function smbConf({ model, board, instance }: Place): string {
  const { dnas, network } = model;
  const { owner } = dnas;
  const shares = instance.shares.flatMap((share) => (share.smb === null ? [] : [smbShare(dnas, share, share.smb)]));
  const forNextcloud = instance.shares.flatMap((share) =>
    share.nextcloud === null ? [] : [cloudShare(dnas, share, share.nextcloud)],
  );
  const hasGuests = instance.shares.some(({ smb }) => smb?.guests);
  return `[global]
server role = standalone server
netbios name = ${board.name.slice(0, 15).toUpperCase()}
disable netbios = yes
smb ports = ${dnas.ports.smb}
# The pod's own address, which it would offer for more channels, is unknown at home.
server multi channel support = no
hosts allow = ${['127.0.0.1', network.subnet, ...network.firewall.trusted, network.pods].join(' ')}

# SMB 3 only: encrypted with whoever can, signed with the others.
server min protocol = SMB3_00
server smb encrypt = desired
server signing = mandatory
${hasGuests ? guests : noGuests}
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
veto files = ${veto('.stfolder', ...vetoed)}
delete veto files = no

load printers = no
printcap name = /dev/null
disable spoolss = yes
# Free space is asked for often, and a mistake in it for a minute harms nobody.
dfree cache time = 60

passdb backend = tdbsam
private dir = ${sambaState}/private
lock directory = ${sambaState}/state
state directory = ${sambaState}/state
cache directory = ${sambaState}/state
pid directory = ${sambaState}/state
ncalrpc dir = ${sambaState}/state/ncalrpc
log file = ${sambaState}/log
${shares.join('')}${forNextcloud.join('')}`;
}

/** Syncthing's own, but for the folder of its markers. */
const vetoed = ['.stversions', '.stignore', '.syncthing.*.tmp', '~syncthing~*.tmp'];

function veto(...names: readonly string[]): string {
  return `/${names.join('/')}/`;
}

const noGuests = `map to guest = never
restrict anonymous = 2
`;

/** A name that is no account is a guest; a wrong password stays wrong. */
const guests = `map to guest = bad user
guest account = nobody
restrict anonymous = 1
`;

type Smb = NonNullable<InstanceShare['smb']>;

function smbShare(dnas: Dnas, share: InstanceShare, smb: Smb): string {
  const { name, path, mountPoint } = share;
  return `
[${name}]
path = ${path}
${mayUse(share, smb)}
# The share opens on its own disk only; there its folder is made, if it is new.
preexec = sh ${openShare} ${markerOf(dnas, mountPoint)} ${path}${smb.recycleDays === null ? '' : ` ${smb.recycleDays}`}
preexec close = yes
${smb.recycleDays === null ? '' : recycleBin(recycleFolder, 'yes')}${smb.timeMachineSize === null ? '' : timeMachine(smb.timeMachineSize)}`;
}

/**
 * The same folder for Nextcloud, which sees the marker, and neither the recycle bin nor anything of another share. Encrypted.
 * With a bin of its own: that of Nextcloud is on its volume, and what has no room there is deleted for good
 * (apps/files_trashbin/lib/Trashbin.php, move2trash, 34.0.1; nextcloud/server issues 7223 and 18396).
 */
function cloudShare(
  dnas: Dnas,
  { path, mountPoint }: InstanceShare,
  { name, marker, recycleDays }: NonNullable<InstanceShare['nextcloud']>,
): string {
  return `
[${name}]
path = ${path}
valid users = ${dnas.nextcloudUser.name}
read only = no
browseable = no
server smb encrypt = required
veto files = ${veto(recycleFolder, ...vetoed)}
preexec = sh ${openCloudShare} ${markerOf(dnas, mountPoint)} ${path} ${marker} ${recycleDays}
preexec close = yes
${recycleBin(cloudRecycleFolder, 'no')}recycle:exclude = *.part
`;
}

function mayUse({ people }: InstanceShare, { guests }: Smb): string {
  if (!guests) return `valid users = ${people.join(' ')}\nread only = no`;
  return `guest ok = yes
read only = yes
write list = ${people.join(' ')}`;
}

/** vfs_recycle(8). @param versions whether of several files of one name each is kept, or the last */
function recycleBin(folder: string, versions: 'yes' | 'no'): string {
  return `vfs objects = catia fruit streams_xattr recycle
recycle:repository = ${folder}
recycle:keeptree = yes
recycle:versions = ${versions}
recycle:directory_mode = 2775
`;
}

/**
 * vfs_fruit(8). Only Macs use it, and nothing else changes it: they may keep what they know of it.
 *
 * @param size in bytes
 */
function timeMachine(size: number): string {
  return `fruit:time machine = yes
fruit:time machine max size = ${Math.floor(size / 2 ** 20)}M
oplocks = yes
`;
}

/** Accounts that Samba knows, as passwd(5): none can log in. */
export function passwd({ model, instance }: Place): string {
  const { owner, nextcloudUser } = model.dnas;
  const accounts = [
    { name: 'root', uid: 0, gid: 0 },
    { name: owner.name, uid: owner.uid, gid: owner.gid },
    ...instance.people.map(({ name, uid }) => ({ name, uid, gid: owner.gid })),
    ...(instance.shares.some(({ nextcloud }) => nextcloud !== null) ? [{ ...nextcloudUser, gid: owner.gid }] : []),
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
