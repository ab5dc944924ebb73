// What may be upgraded: the guard over folders, with the PHP of the distribution.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { containerOf, expect, filesOf, needPrograms, runAsAccount, Sandbox } from './service.mjs';

/** A program of Nextcloud writes its version like this, in either form of a list. */
const program = (version, form = 'array') => {
  const numbers = version.replaceAll('.', ',');
  return `<?php\n$OC_Version = ${form === 'array' ? `array(${numbers})` : `[${numbers}]`};\n$OC_VersionString = '${version}';\n`;
};

const config = (version) => `<?php\n$CONFIG = array (\n  'installed' => true,\n  'version' => '${version}',\n);\n`;

/**
 * @typedef {object} Case
 * @property {string} image version
 * @property {string} [installed] of the program
 * @property {string} [database] of the database, @default that of the program
 * @property {Record<string, string>} [more] files on the volume
 * @property {RegExp} says
 * @property {boolean} [passes] @default it refuses
 */

/** @type {Record<string, Case>} */
const cases = {
  'a new volume': {
    image: '34.0.3.2',
    more: { 'lost+found/.keep': '' },
    says: /34\.0\.3\.2 will be installed/,
    passes: true,
  },
  'the same': { image: '34.0.3.2', installed: '34.0.3.2', says: /34\.0\.3\.2 is installed/, passes: true },
  'a newer minor version': {
    image: '34.0.10.1',
    installed: '34.0.9.2',
    says: /34\.0\.9\.2 will become 34\.0\.10\.1/,
    passes: true,
  },
  'the next major version': { image: '34.0.3.2', installed: '33.0.8.1', says: /33\.0\.8\.1 will become/, passes: true },
  'an upgrade that was cut off': {
    image: '34.0.3.2',
    installed: '34.0.3.2',
    database: '33.0.8.1',
    says: /33\.0\.8\.1 will become/,
    passes: true,
  },
  'two major versions': {
    image: '34.0.3.2',
    installed: '32.0.1.2',
    says: /32\.0\.1\.2 is installed, .* one major version at a time.*\n.*Nextcloud 33 first/,
  },
  'a database two behind': {
    image: '34.0.3.2',
    installed: '33.0.8.1',
    database: '32.0.1.2',
    says: /32\.0\.1\.2 is installed/,
  },
  'two digits and one': { image: '34.0.3.2', installed: '9.0.1.2', says: /one major version at a time/ },
  older: {
    image: '34.0.3.2',
    installed: '34.0.4.1',
    says: /no way back[\s\S]*'34\.0\.4-apache'[\s\S]*Nothing was changed/,
  },
  'an older major version': { image: '33.0.8.1', installed: '34.0.3.2', says: /no way back/ },
  'a database that is newer': {
    image: '34.0.3.2',
    installed: '34.0.3.2',
    database: '34.0.4.1',
    says: /34\.0\.4\.1 is installed/,
  },
  'files without a program': {
    image: '34.0.3.2',
    more: { 'data/alice/files/a.txt': 'a' },
    says: /no Nextcloud.\nNone is installed over them/,
  },
  'settings without a program': {
    image: '34.0.3.2',
    more: { 'html/config/config.php': config('34.0.3.2') },
    says: /None is installed over them/,
  },
};

/** @returns {string} of all files of a folder, their contents and their times */
function stateOf(folder) {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true }).map(String).sort()) {
    const place = join(folder, name);
    const { mtimeMs, mode } = statSync(place);
    hash.update(JSON.stringify([name, mode, mtimeMs]));
    if (statSync(place).isFile()) hash.update(readFileSync(place));
  }
  return hash.digest('hex');
}

const judges =
  ({ image, installed, database, more = {}, says, passes = false }, form) =>
  async () => {
    await needPrograms({ php: 'php-cli' });
    const sandbox = new Sandbox();
    try {
      const volume = sandbox.folder('/srv/nextcloud');
      for (const path of ['/etc/homecloud', '/usr/src/nextcloud']) sandbox.folder(path);
      sandbox.write(filesOf('nextcloud'), '/etc/homecloud');
      const files = {
        ...(installed && {
          'html/version.php': program(installed, form),
          'html/config/config.php': config(database ?? installed),
        }),
        ...more,
      };
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(join(volume, name, '..'), { recursive: true });
        writeFileSync(join(volume, name), text);
      }
      writeFileSync(join(sandbox.text('/usr/src/nextcloud'), 'version.php'), program(image, form));
      const before = stateOf(volume);
      const { command, volumeMounts } = containerOf('nextcloud', 'guard');
      expect(volumeMounts.find(({ name }) => name === 'files').readOnly === true, 'it may write to the volume');
      const { code, stdout, stderr } = await runAsAccount(command.map((word) => sandbox.text(word)));
      expect(code === (passes ? 0 : 1), `it ended with ${code}:\n${stdout}${stderr}`);
      expect(says.test(passes ? stdout : stderr), `it says:\n${stdout}${stderr}`);
      expect(stateOf(volume) === before, 'it changed the volume');
    } finally {
      sandbox.remove();
    }
  };

/** @type {import('../boards/checks.mjs').Group} */
export const guard = {
  title: 'Upgrades of Nextcloud',
  checks: Object.entries(cases).map(([name, one], index) => ({
    name: `guard: ${name}`,
    work: judges(one, index % 2 === 0 ? 'array' : 'short'),
  })),
};
