import type { InstanceShare } from '../../model/facts/dnas.ts';
import { byDisk, disksScript } from './disks.ts';
import { configFolder, configMount, disksMount, type Place, probes, type Server } from './server.ts';
import { group, openCloudShareScript, openShareScript, passwd, sambaState, smbConf } from './smb-conf.ts';

/** Where the passwords are, one file each. */
const passwords = '/run/secrets/dnas-users';

const smbConfPath = `${configFolder}/smb.conf`;

/**
 * Samba. It runs the image's programs and not its start script, so that the configuration is ours to the letter, and
 * any image with the same programs does.
 */
export function samba(place: Place): Server {
  const { model, instance } = place;
  const isInNextcloud = instance.shares.some(({ nextcloud }) => nextcloud !== null);
  return {
    container: {
      name: 'samba',
      image: model.pins.samba,
      command: ['sh', `${configFolder}/serve-samba.sh`],
      resources: model.dnas.sambaResources,
      // Without the right to overrule modes: it passes through the root of a disk, which is therefore open to pass (2771).
      runAs: { root: 'smbd becomes the owner of the files for each visitor' },
      capabilities: {
        NET_BIND_SERVICE: 'the port of SMB, 445, is below 1024',
        SETGID: 'smbd becomes the group of the files for each visitor',
        SETUID: 'smbd becomes the owner of the files for each visitor',
      },
      ports: [
        {
          name: 'smb',
          number: model.dnas.ports.smb,
          onBoard: 'computers and phones at home look for SMB on this port',
        },
      ],
      mounts: [
        disksMount(place),
        configMount,
        { volume: 'config', subPath: 'passwd', path: '/etc/passwd' },
        { volume: 'config', subPath: 'group', path: '/etc/group' },
        { volume: 'passwords', path: passwords },
        { volume: 'samba-state', path: sambaState, writable: true },
      ],
      // It lists nothing for a visitor without a name, and answers.
      ...probes(
        sambaState,
        `smbclient --configfile=${smbConfPath} --list=127.0.0.1 --user=% 2>&1 | grep -qE 'NT_STATUS_ACCESS_DENIED|Sharename'`,
      ),
    },
    config: {
      'smb.conf': smbConf(place),
      passwd: passwd(place),
      group: group(place),
      'open-share.sh': openShareScript,
      ...(isInNextcloud && { 'open-cloud-share.sh': openCloudShareScript }),
      'disks.sh': disksScript(model.dnas, instance),
      'serve-samba.sh': serve(place),
    },
    volumes: {
      passwords: {
        secret: model.dnas.usersSecretName,
        keys: [...instance.people.map(({ name }) => name), ...(isInNextcloud ? [model.dnas.nextcloudUser.name] : [])],
      },
      'samba-state': { emptyIn: 'memory', sizeLimit: '64Mi' },
    },
  };
}

/** Seconds after which Nextcloud's shares are opened once more. */
const openEvery = 3600;

/**
 * Nextcloud's mounts stay open for months, and a bin is emptied when somebody opens its share (open-share.sh): so it is opened
 * by the account of Nextcloud, beside the loop, which waits for no disk.
 */
function openCloudShares({ model, instance }: Place): string {
  const names = instance.shares.flatMap(({ nextcloud }) => (nextcloud === null ? [] : [nextcloud.name]));
  if (names.length === 0) return '';
  const { name } = model.dnas.nextcloudUser;
  // One after the other: each has some of the pod's memory.
  return `  if test "$(date +%s)" -ge "$due"; then
    due=$(($(date +%s) + ${openEvery}))
    for share in ${names.join(' ')}; do
      PASSWD_FILE=${passwords}/${name} smbclient --configfile=${smbConfPath} --user=${name} --command=exit "//127.0.0.1/$share" || :
    done < /dev/null > /dev/null 2>&1 &
  fi
`;
}

/**
 * Starts smbd, and ends what visitors have open on a disk that goes or is another one. They open the share again by
 * themselves, and `preexec` decides whether they may.
 */
function serve(place: Place): string {
  const { instance } = place;
  const opens = openCloudShares(place);
  const shares = byDisk(instance, ({ smb }) => smb !== null).map(
    ({ mountPoint, shares }) => `    ${mountPoint}) echo '${shares.flatMap(namesOf).join(' ')}' ;;`,
  );
  return `set -eu
. ${configFolder}/disks.sh

shares_on() {
  case $1 in
${shares.join('\n')}
  esac
}

mkdir -p -m 700 ${sambaState}/private
mkdir -p -m 755 ${sambaState}/state
for file in ${passwords}/*; do
  password=$(cat "$file")
  test -n "$password" || { echo "the password in $file is empty"; exit 1; }
  printf '%s\\n%s\\n' "$password" "$password" | smbpasswd -c ${smbConfPath} -s -a "$(basename "$file")"
done
password=

look > ${sambaState}/served
cat ${sambaState}/served
smbd --foreground --no-process-group --debug-stdout --configfile=${smbConfPath} &
server=$!
trap 'kill -TERM $server' TERM INT
${
  opens &&
  `due=$(($(date +%s) + 60))
`
}while kill -0 $server 2> /dev/null; do
  pause
${opens}  is_served ${sambaState} && continue
  look > ${sambaState}/seen
  while read -r disk device; do
    ! grep -qx "$disk $device" ${sambaState}/served || continue
    echo "$disk: $device"
    for share in $(shares_on "$disk"); do
      smbcontrol --configfile=${smbConfPath} smbd close-share "$share" < /dev/null
    done
  done < ${sambaState}/seen
  mv ${sambaState}/seen ${sambaState}/served
done
wait $server
`;
}

/** Of Samba: for people, and for Nextcloud. */
function namesOf({ name, nextcloud }: InstanceShare): string[] {
  return [name, ...(nextcloud === null ? [] : [nextcloud.name])];
}
