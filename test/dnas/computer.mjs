// A computer at home with a kernel of its own: it mounts shares as computers do, or as a board does for Nextcloud, and its
// clock is wrong by months, as that of a board without a battery.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeGuest } from '../boards/guest.mjs';
import { ask, firstConfig } from './mesh-lab.mjs';
import { until } from './until.mjs';

/** How far its clock is behind. */
const behind = 200 * 86_400_000;

const packages = ['cifs-utils', 'libapache2-mod-php', 'nfs-common', 'php-intl', 'syncthing'];

/** Writes files as root: no text is seen in an argument. */
const writeFiles = `
import json, os, sys
for path, (text, mode) in json.load(sys.stdin).items():
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file: file.write(text)
    os.chmod(path, mode)
`;

export class Computer {
  #key = 'a key of the lab alone';

  constructor(guest) {
    this.guest = guest;
    this.address = guest.address;
  }

  /** Starts one in the network of a lab. @param {import('../boards/lab.mjs').Lab} lab */
  static async start(lab) {
    const guest = await makeGuest(lab, {
      ...{ name: 'desktop', address: lab.network.address(52), packages },
      clock: new Date(Date.now() - behind),
    });
    await guest.start();
    await guest.ready(900);
    return new Computer(guest);
  }

  /** Runs a command line as root. @param {string} commandLine */
  sudo(commandLine) {
    return this.guest.sudo(commandLine);
  }

  /** Runs Python as root. @param {string} script without quotes of the shell, `'` @returns {Promise<string>} */
  python(script) {
    return this.guest.sudo(`python3 - <<'END'\n${script}\nEND`);
  }

  /** Writes files as root. @param {Record<string, [text: string, mode: number]>} files by path */
  async install(files) {
    const { code, stderr } = await this.guest.ssh(`sudo python3 -c '${writeFiles}'`, { input: JSON.stringify(files) });
    if (code !== 0) throw new Error(stderr);
  }

  /** Mounts a share by SMB at /smb, and by NFS at /nfs, if nothing is there. */
  async mount(address, share, user, password) {
    if ((await this.guest.ssh('mountpoint -q /smb && mountpoint -q /nfs')).code === 0) return;
    await this.sudo(
      [
        `mkdir -p /smb /nfs && umask 077 && printf 'username=%s\\npassword=%s\\n' '${user}' '${password}' > /root/smb`,
        `mount -t cifs //${address}/${share} /smb -o credentials=/root/smb,vers=3.1.1,seal`,
        // Without NFS 3 it needs none of the programs beside it.
        `mount -t nfs4 ${address}:/${share} /nfs -o vers=4.2,soft,timeo=50,retrans=2`,
      ].join(' && '),
    );
  }

  async unmount() {
    await this.sudo('umount --lazy /smb /nfs');
  }

  /**
   * Runs Syncthing with the identity of a device of the home, and the folder of a share in /home/admin/<share>.
   * @param {import('./mesh-lab.mjs').Instance} device
   * @param {string} share
   * @param {readonly import('./mesh-lab.mjs').Instance[]} boards its peers
   */
  async sync(device, share, boards) {
    const files = {
      'cert.pem': readFileSync(join(device.home, 'cert.pem'), 'utf8'),
      'key.pem': readFileSync(join(device.home, 'key.pem'), 'utf8'),
      'config.xml': firstConfig(this.address, this.#key),
    };
    for (const [name, text] of Object.entries(files)) {
      const { code, stderr } = await this.guest.ssh(`mkdir -p st ${share} && cat > st/${name}`, { input: text });
      if (code !== 0) throw new Error(stderr);
    }
    await this.sudo(
      'systemd-run --quiet --unit=st --uid=admin --setenv=HOME=/home/admin syncthing serve --home=/home/admin/st --no-browser --no-upgrade',
    );
    await until('Syncthing of the computer answers', async () => void (await this.api('system/ping')), 120);
    const devices = boards.map(({ id, address }) => ({ deviceID: id, addresses: [`tcp://${address}:22000`] }));
    for (const peer of devices) await this.api('config/devices', 'POST', peer);
    const folder = { id: `homecloud-${share}`, path: `/home/admin/${share}`, fsWatcherDelayS: 1 };
    const peers = devices.map(({ deviceID }) => ({ deviceID }));
    await this.api('config/folders', 'POST', { ...folder, devices: peers });
  }

  /** @type {(path: string, method?: string, body?: unknown) => Promise<any>} */
  api(path, method, body) {
    return ask(this.address, this.#key, path, method, body);
  }

  /** The texts of the files of a share, by name. */
  async texts(share) {
    const printed = await this.python(`
import json, os
found = {}
for place, folders, files in os.walk("/home/admin/${share}"):
    folders[:] = [name for name in folders if not name.startswith(".st")]
    for name in files:
        if not name.startswith(".syncthing."):
            path = os.path.join(place, name)
            found[os.path.relpath(path, "/home/admin/${share}")] = open(path).read()
print(json.dumps(found))`);
    return new Map(Object.entries(JSON.parse(printed)));
  }

  /** Writes a file of a share as its person. */
  async write(share, name, text) {
    const { code, stderr } = await this.guest.ssh(`cat > '${share}/${name}'`, { input: text });
    if (code !== 0) throw new Error(stderr);
  }

  async stop() {
    await this.guest.powerOff();
  }
}
