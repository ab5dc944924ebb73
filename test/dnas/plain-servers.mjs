// Samba and ganesha as Debian's packages configure them, beside one share: what ours are measured against.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { owner } from './file-server.mjs';
import { fileServerRoot } from './file-server-root.mjs';

export const plainShare = { name: 'plain', user: 'alice', password: 'plain-password' };

/** What is added to the smb.conf of the package: without the owner it could write nothing. */
const smbShare = (encrypted) => `
[${plainShare.name}]
path = /mnt
read only = no
force user = dnas
${encrypted ? 'server smb encrypt = required' : ''}
`;

/** Ganesha has no default for an export. NFS 3 would need a port mapper; not every machine lets it be an IO flusher. */
const nfsConfig = `NFS_CORE_PARAM { Protocols = 4; Enable_UDP = false; Enable_RQUOTA = false; Allow_Set_Io_Flusher_Fail = true; }
EXPORT {
  Export_Id = 1;
  Path = /mnt;
  Pseudo = /${plainShare.name};
  Access_Type = RW;
  Squash = No_Root_Squash;
  FSAL { Name = VFS; }
}
`;

/** Runs in mounts of its own, which go with it. Samba of Debian asks PAM about each account. */
const script = (encrypted) => `set -e
for group in /sys/fs/cgroup/memory /sys/fs/cgroup; do
  test ! -f $group/cgroup.procs || break
done
# As much as a container of ours may have, with what the kernel keeps of its files.
for server in smb nfs; do
  place=$group/homecloud-dnas/$4-$server
  mkdir -p $place
  for limit in memory.limit_in_bytes memory.max; do
    test ! -f $place/$limit || echo $5 > $place/$limit
  done
done
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/changes,workdir=$2/work" "$2/root"
mount --bind "$3" "$2/root/mnt"
mount -t proc proc "$2/root/proc"
mount --rbind /dev "$2/root/dev"
cd "$2/root"
echo 'dnas:x:${owner}:${owner}::/:/sbin/nologin' >> etc/passwd
echo '${plainShare.user}:x:2001:${owner}::/:/sbin/nologin' >> etc/passwd
echo 'dnas:x:${owner}:' >> etc/group
for name in dnas ${plainShare.user}; do echo "$name:*:20000:0:99999:7:::" >> etc/shadow; done
cat >> etc/samba/smb.conf <<'END'
${smbShare(encrypted)}
END
cat > etc/ganesha/ganesha.conf <<'END'
${nfsConfig}
END
mkdir -p run/ganesha run/samba
printf '%s\\n%s\\n' ${plainShare.password} ${plainShare.password} | chroot . smbpasswd -s -a ${plainShare.user}
echo $$ > $group/homecloud-dnas/$4-smb/cgroup.procs
chroot . smbd --foreground --no-process-group &
echo $$ > $group/homecloud-dnas/$4-nfs/cgroup.procs
exec chroot . ganesha.nfsd -F -L STDERR -p /run/ganesha/pid
`;

/**
 * Starts both on a machine, over a folder. They end with this process.
 * @param {import('./machine.mjs').Machine} machine
 * @param {string} folder
 * @param {{ memory: string, encrypted?: boolean }} options `memory`: that each server may use
 */
export async function startPlainServers(machine, folder, { memory, encrypted = false }) {
  const place = join(machine.lab.folder, `plain-${machine.name}`);
  for (const name of ['changes', 'work', 'root']) mkdirSync(join(place, name), { recursive: true });
  const child = spawn(
    // Not `ip netns exec`, which mounts another /sys, without the cgroups.
    'nsenter',
    [
      `--net=/run/netns/${machine.namespace}`,
      ...['unshare', '--mount', '--propagation=private', '--pid', '--fork'],
      ...[
        '--kill-child',
        'sh',
        '-c',
        script(encrypted),
        'sh',
        await fileServerRoot(),
        place,
        folder,
        machine.namespace,
        memory.replace('i', ''),
      ],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  process.prependListener('exit', () => child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (text) => {
    said = `${said}${text}`.slice(-3000);
  });
  // Without them there is nothing to measure.
  child.on('exit', (code) => {
    console.error(`the servers of ${machine.name} have ended with ${code}:\n${said}`);
    process.exit(1);
  });
}
