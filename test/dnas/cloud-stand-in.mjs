// A board that runs Nextcloud, stood in for: its kernel mounts a share as the role share_mounts does, and below Apache and PHP
// of the distribution our app opens it. Nextcloud's classes and its WebDAV are stand-ins (test/services/storage-stand-in).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { appFiles } from '../services/app-files.mjs';
import { until } from './until.mjs';

const standIn = fileURLToPath(new URL('../services/storage-stand-in/', import.meta.url));

/** Of the app, of the stand-ins, and of what Nextcloud keeps on its volume. */
const places = { app: '/srv/cloud/app', standIn: '/srv/cloud/stand-in', kept: '/srv/cloud/kept' };
const modules = '/usr/lib/apache2/modules';

const apacheConf = (address) => `ServerRoot /srv/cloud
ServerName ${address}
Listen 80
PidFile /run/cloud-stand-in.pid
ErrorLog /srv/cloud/errors
User www-data
Group www-data
${['mpm_prefork', 'authz_core', 'alias', 'env'].map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join('\n')}
LoadModule php_module ${modules}/libphp8.4.so
StartServers 1
MinSpareServers 1
MaxSpareServers 1
SetEnv APP ${places.app}
SetEnv RECORDS ${places.kept}
AliasMatch ^/remote\\.php/dav/ ${places.standIn}/webdav.php
<Directory ${places.standIn}>
  Require all granted
  SetHandler application/x-httpd-php
</Directory>
`;

/** What the role share_mounts writes for a share, without Ansible. */
function roleFiles(home, share) {
  const { folder, passwords } = home.dnas;
  const role = join(folder, 'dist/ansible/collections/ansible_collections/homecloud/boards/roles/share_mounts');
  const read = (path) => readFileSync(join(role, path), 'utf8');
  const inventory = readFileSync(join(folder, 'dist/ansible/inventory/group_vars/all/share_mounts.yml'), 'utf8');
  const variables = {
    ...load(read('defaults/main.yml')),
    ...load(read('vars/main.yml')),
    ...load(inventory),
    share_mounts_password: passwords._nextcloud,
  };
  const one = variables.share_mounts_shares.find(({ name }) => name === share);
  const values = new Map([
    ...Object.entries(variables),
    ...Object.entries(one).map(([key, value]) => [`share_mounts_share.${key}`, value]),
  ]);
  const template = (name) => {
    const text = read(`templates/${name}.j2`).replaceAll(/\{\{ (\S+) \}\}/g, (_, key) => {
      if (!values.has(key)) throw new Error(`${name}.j2: nothing is known of ${key}`);
      return values.get(key);
    });
    if (/\{[{%]/.test(text)) throw new Error(`${name}.j2 is more than names of variables:\n${text}`);
    return text;
  };
  const { share_mounts_settings: settings, share_mounts_program: program, share_mounts_unit: unit } = variables;
  return {
    place: join(variables.share_mounts_folder, share),
    folder: variables.share_mounts_folder,
    marker: variables.share_mounts_marker,
    settings,
    files: {
      [join(settings, 'credentials')]: [template('credentials'), 0o600],
      [join(settings, `${share}.conf`)]: [template('share.conf'), 0o600],
      [program]: [read('files/share-mount'), 0o755],
      [unit]: [template('homecloud-share.service'), 0o644],
    },
  };
}

export class CloudStandIn {
  #dist;
  #list;

  /**
   * On a computer, with one share.
   * @param {import('./two-boards.mjs').TwoBoards} home
   * @param {import('./computer.mjs').Computer} computer
   * @param {string} share
   */
  constructor(home, computer, share) {
    this.computer = computer;
    this.share = share;
    this.role = roleFiles(home, share);
    this.#dist = join(home.dnas.folder, 'dist');
    const nextcloud = readFileSync(join(this.#dist, 'kubernetes/apps/nextcloud/configmap-nextcloud.yaml'), 'utf8');
    this.#list = load(nextcloud).data['shares.json'];
    /** Where the pod has the shares. */
    this.inPod = JSON.parse(this.#list).folder;
  }

  async start() {
    const { computer, share } = this;
    const inFolder = (folder, files) =>
      Object.fromEntries(Object.entries(files).map(([name, text]) => [join(folder, name), [text, 0o644]]));
    const php = readdirSync(standIn).filter((name) => name.endsWith('.php'));
    const { folder, files, marker, place } = this.role;
    await computer.install({
      ...files,
      ...inFolder(places.app, appFiles(this.#dist)),
      ...inFolder(
        places.standIn,
        Object.fromEntries(php.map((name) => [name, readFileSync(join(standIn, name), 'utf8')])),
      ),
      ...inFolder('/etc/homecloud', { 'shares.json': this.#list }),
      ...inFolder('/srv/cloud', { 'apache.conf': apacheConf(computer.address) }),
    });
    await computer.sudo(
      [
        `mkdir -p ${folder} ${this.inPod} && install -d -o www-data ${places.kept} ${places.kept}/trash`,
        // As the pod has it: what is mounted there later comes along (HostToContainer).
        `mount --rbind ${folder} ${this.inPod} && mount --make-rslave ${this.inPod}`,
        `systemctl daemon-reload && systemctl start homecloud-share@${share}`,
        'systemd-run --quiet --unit=cloud-stand-in apache2 -DFOREGROUND -f /srv/cloud/apache.conf',
      ].join(' && '),
    );
    await until(
      'the share is mounted',
      async () => (await computer.guest.ssh(`sudo head -c 1 ${place}/${marker}`)).stdout !== '' || this.log(),
      180,
    );
  }

  /** What its programs say. */
  log() {
    const units = `-u cloud-stand-in -u homecloud-share@${this.share}`;
    return this.computer.sudo(`journalctl --no-pager -n 30 ${units}; tail -n 30 /srv/cloud/errors || true`);
  }

  /** With what the share is mounted, by the kernel's list. */
  async mountOptions() {
    const lines = (await this.computer.sudo('cat /proc/self/mounts')).split('\n').map((line) => line.split(' '));
    const [, , type, options] = lines.find(([, place]) => place === this.role.place) ?? [];
    return { type, options: options?.split(',') ?? [] };
  }

  /** The address of a path of the share for a person. */
  address(path, person = 'alice') {
    const parts = [person, this.share, ...path.split('/').filter((part) => part !== '')];
    return `http://${this.computer.address}/remote.php/dav/files/${parts.map(encodeURIComponent).join('/')}`;
  }

  /** `occ homecloud:scan`: what others wrote. @returns {Promise<string>} what it says */
  async scan() {
    const steps = JSON.stringify([['command', [{ share: this.share }, {}]]]);
    const words = `${places.standIn}/request.php ${places.app} ${places.kept} '${steps}'`;
    const [[code, ...lines]] = JSON.parse(await this.computer.sudo(`runuser -u www-data -- php ${words}`));
    if (code !== 0) throw new Error(`the scan ended with ${code}: ${lines.join('\n')}`);
    return lines.join('\n');
  }

  /** The text of what was deleted, by its name: on the volume of Nextcloud. */
  trashed(name) {
    return this.computer.sudo(`cat '${places.kept}/trash/${name}.d1'`);
  }

  /** Leaves the computer as it was. */
  async stop() {
    const { place, settings, files } = this.role;
    await this.computer.sudo(
      [
        `systemctl stop cloud-stand-in homecloud-share@${this.share}; umount -R ${this.inPod}`,
        `chattr -i ${place}; rm -rf /srv/cloud ${settings} ${Object.keys(files).join(' ')} /etc/homecloud/shares.json`,
        `rmdir ${place} ${this.inPod}; systemctl daemon-reload`,
      ].join('; '),
    );
  }
}
