import { waitForDisks } from './disks.ts';
import { configFolder, configMount, disksMount, type Place, probes, type Server } from './server.ts';
import { group, passwd, sambaState, smbConf } from './smb-conf.ts';

/** Where the passwords are, one file each. */
const passwords = '/run/secrets/dnas-users';

const smbConfPath = `${configFolder}/smb.conf`;

/**
 * Samba. It runs the image's programs and not its start script, so that the configuration is ours to the letter, and
 * any image with the same programs does.
 */
export function samba(place: Place): Server {
  const { model, instance } = place;
  return {
    container: {
      name: 'samba',
      image: model.pins.samba,
      command: ['sh', '-ec', start(place)],
      resources: model.dnas.sambaResources,
      runAs: { root: 'smbd becomes the owner of the files for each visitor' },
      capabilities: {
        NET_BIND_SERVICE: 'the port of SMB, 445, is below 1024',
        SETGID: 'smbd becomes the group of the files for each visitor',
        SETUID: 'smbd becomes the owner of the files for each visitor',
      },
      ports: [{ name: 'smb', number: 445, onBoard: 'computers and phones at home look for SMB on this port' }],
      mounts: [
        disksMount(place),
        configMount,
        { volume: 'config', subPath: 'passwd', path: '/etc/passwd' },
        { volume: 'config', subPath: 'group', path: '/etc/group' },
        { volume: 'passwords', path: passwords },
        { volume: 'samba-state', path: sambaState, writable: true },
      ],
      // It answers when it turns a visitor without a name away.
      ...probes(
        place,
        `smbclient --configfile=${smbConfPath} --list=127.0.0.1 --user=% 2>&1 | grep -q NT_STATUS_ACCESS_DENIED`,
      ),
    },
    config: { 'smb.conf': smbConf(place), passwd: passwd(place), group: group(place) },
    volumes: {
      passwords: { secret: model.dnas.usersSecretName, keys: instance.people.map(({ name }) => name) },
      'samba-state': { emptyIn: 'memory', sizeLimit: '64Mi' },
    },
  };
}

function start({ model, instance }: Place): string {
  return `${waitForDisks(model.dnas, instance.mountPoints)}mkdir -p -m 700 ${sambaState}/private
for file in ${passwords}/*; do
  password=$(cat "$file")
  test -n "$password" || { echo "the password in $file is empty"; exit 1; }
  printf '%s\\n%s\\n' "$password" "$password" | smbpasswd -c ${smbConfPath} -s -a "$(basename "$file")"
done
exec smbd --foreground --no-process-group --debug-stdout --configfile=${smbConfPath}
`;
}
