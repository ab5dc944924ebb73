// Nextcloud is installed, configured and upgraded: the script of the init container under the shell and the PHP of the
// distribution, with a real database. What is Nextcloud's own is a stand-in (nextcloud-stand-in/), or with
// `--nextcloud FOLDER` the real one, of which nothing is changed; `--entrypoint FILE` is the real start script of the image.
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../tools/process.mjs';
import { Database } from './database.mjs';
import { account, containerOf, expect, filesOf, needPrograms, runAsAccount, Sandbox, Service } from './service.mjs';

const standIn = fileURLToPath(new URL('nextcloud-stand-in/', import.meta.url));
const adminPassword = 'a-password-of-the-admin-0123';
const cachePassword = 'cafe0123456789abcdef';

/** @param {{ nextcloud?: string, entrypoint?: string }} real programs in place of the stand-ins */
export class Nextcloud {
  static async make(real = {}, replaced = {}) {
    await needPrograms({ php: 'php-cli', ...(real.entrypoint && { rsync: 'rsync' }) });
    expect(
      (await run('php', ['-r', 'exit(extension_loaded("pdo_mysql") ? 0 : 1);'])).code === 0,
      'apt-get install php-mysql',
    );
    const cloud = new Nextcloud();
    cloud.real = real;
    cloud.database = await Database.make();
    const { port } = cloud.database;
    const sandbox = new Sandbox({
      // The names of services are known in the cluster only, and PHP takes a socket for "localhost".
      'host=database;port=3306': `host=127.0.0.1;port=${port}`,
      'database:3306': `127.0.0.1:${port}`,
      'sleep 5': 'sleep 0.2',
      ...replaced,
    });
    cloud.sandbox = sandbox;
    for (const path of ['/etc/homecloud', '/run/secrets/nextcloud', '/srv/nextcloud', '/usr/src/nextcloud'])
      sandbox.folder(path);
    // The folder of the program is a part of the volume.
    mkdirSync(join(sandbox.text('/srv/nextcloud'), 'html'));
    sandbox.link('/var/www/html', join(sandbox.text('/srv/nextcloud'), 'html'));
    await run('chown', ['-R', `${account.uid}:${account.gid}`, sandbox.text('/srv/nextcloud')]);
    const entrypoint = real.entrypoint ?? join(standIn, 'entrypoint.sh');
    sandbox.link('/upgrade.exclude', join(dirname(entrypoint), 'upgrade.exclude'));
    sandbox.link('/entrypoint.sh', join(sandbox.root, 'entrypoint.sh'));
    sandbox.write({ 'entrypoint.sh': readFileSync(entrypoint, 'utf8') }, sandbox.root);
    chmodSync(join(sandbox.root, 'entrypoint.sh'), 0o755);
    sandbox.write(filesOf('nextcloud'), '/etc/homecloud');
    for (const [key, value] of Object.entries({
      'admin-password': adminPassword,
      'database-password': Database.password,
      'cache-password': cachePassword,
    }))
      sandbox.secret(`/run/secrets/nextcloud/${key}`, value);
    cloud.bring('34.0.3.2');
    return cloud;
  }

  /** The image has this version, or the one of the real program. */
  bring(version) {
    const image = this.sandbox.text('/usr/src/nextcloud');
    if (this.real.nextcloud !== undefined) {
      cpSync(this.real.nextcloud, image, { recursive: true });
      for (const name of ['config/config.php', 'data']) rmSync(join(image, name), { recursive: true, force: true });
      mkdirSync(join(image, 'data'), { recursive: true });
      mkdirSync(join(image, 'custom_apps'), { recursive: true });
      mkdirSync(join(image, 'config'), { recursive: true });
      writeFileSync(join(image, 'config/CAN_INSTALL'), '');
      return;
    }
    for (const file of ['console.php', 'occ']) cpSync(join(standIn, file), join(image, file));
    cpSync(join(standIn, '../occ-commands.json'), join(image, 'commands.json'));
    writeFileSync(
      join(image, 'version.php'),
      `<?php\n$OC_Version = array(${version.replaceAll('.', ',')});\n$OC_VersionString = '${version}';\n`,
    );
  }

  get html() {
    return this.sandbox.text('/var/www/html');
  }

  /** @returns {{ command: string[], env: Record<string, string> }} of the init container */
  get start() {
    const { command, env } = containerOf('nextcloud', 'install');
    return {
      command: command.map((word) => this.sandbox.text(word)),
      env: Object.fromEntries(env.map(({ name, value }) => [name, this.sandbox.text(value)])),
    };
  }

  install(env = {}, minutes = 2) {
    return runAsAccount(this.start.command, { env: { ...this.start.env, ...env }, minutes });
  }

  async installs(env, minutes) {
    const outcome = await this.install(env, minutes);
    expect(outcome.code === 0, `it ended with ${outcome.code}:\n${outcome.stdout}${outcome.stderr}`);
    for (const secret of [adminPassword, Database.password, cachePassword]) {
      expect(!`${outcome.stdout}${outcome.stderr}`.includes(secret), 'it prints a password');
    }
    return outcome;
  }

  #written(name) {
    return readFileSync(join(this.html, '..', name), 'utf8');
  }

  /** Commands since the last look. @returns {string[][]} */
  calls() {
    const calls = this.#written('calls')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    rmSync(join(this.html, '..', 'calls'));
    return calls;
  }

  commands() {
    return this.calls().map((words) => words.find((word) => !word.startsWith('--')));
  }

  /** All that it keeps, but for what is written down by the stand-in. */
  async state() {
    const { stdout } = await run('sh', [
      '-c',
      `cd ${this.html}/.. && find . -type f ! -name calls ! -name processes -print0 | sort -z | xargs -0 sha256sum`,
    ]);
    return `${stdout}${await this.database.value('SELECT uid FROM oc_users')}`;
  }

  processes() {
    return this.#written('processes');
  }

  async remove() {
    await this.database.remove();
    this.sandbox.remove();
  }
}

export const withNextcloud =
  (work, real = {}) =>
  async () => {
    const cloud = await Nextcloud.make(real);
    try {
      return await work(cloud);
    } finally {
      await cloud.remove();
    }
  };

// Our own app, then those of the store.
const everyStart = ['status', 'maintenance:mode', 'config:import', 'app:enable', 'app:enable'];

const once = ['db:add-missing-columns', 'db:add-missing-indices', 'db:add-missing-primary-keys'].concat([
  'maintenance:repair',
  'maintenance:update:htaccess',
]);

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

async function fromNothing(cloud) {
  await cloud.database.start();
  await cloud.installs();
  const calls = cloud.calls();
  const [, install] = calls;
  expect(install[0] === 'maintenance:install', `it began with ${JSON.stringify(calls)}`);
  for (const word of [`--admin-pass=${adminPassword}`, `--database-pass=${Database.password}`, '--admin-user=admin']) {
    expect(install.includes(word), `${word} is missing`);
  }
  expect(!cloud.processes().includes('-pass'), 'a password is an argument of a process');
  const names = calls.map((words) => words.find((word) => !word.startsWith('--')));
  expect(same(names, ['status', 'maintenance:install', ...everyStart, ...once]), `it did ${names}`);
  const { apps } = JSON.parse(readFileSync(join(cloud.html, '../apps.json'), 'utf8'));
  expect(apps.core.shareapi_enforce_links_password === 'yes', 'links need no password');
  expect(apps.core.shareapi_expire_after_n_days === '30', 'links do not end');
}

const manyTimes = (times) => async (cloud) => {
  await cloud.database.start();
  await cloud.installs();
  const state = await cloud.state();
  cloud.calls();
  const begin = performance.now();
  for (let time = 0; time < times; time += 1) await cloud.installs();
  const seconds = (performance.now() - begin) / 1000 / times;
  expect((await cloud.state()) === state, 'the last time left something else');
  const names = cloud.commands();
  expect(same(names, Array.from({ length: times }, () => everyStart).flat()), 'it did not do the same each time');
  return `${seconds.toFixed(2)} s each, ${everyStart.length} commands`;
};

/** At every command, and in the middle of the installation: the next start ends it. */
async function isCutOff(cloud) {
  await cloud.database.start();
  // The last one does not hold it up.
  const cuts = [
    'maintenance:install',
    'half of maintenance:install',
    'maintenance:mode',
    'config:import',
    ...once,
    'app:enable',
  ];
  for (const cut of cuts) {
    const { code } = await cloud.install({ STAND_IN_FAILS: cut });
    // Without its apps it goes on.
    expect(cut === 'app:enable' || code !== 0, `it says that all is well, and ${cut} was killed`);
  }
  await cloud.installs();
  expect((await cloud.database.value('SELECT uid FROM oc_users')) === 'admin', 'the admin is not there, or twice');
  cloud.calls();
  await cloud.installs();
  expect(same(cloud.commands(), everyStart), 'something is left to do');
  return `${cuts.length} times`;
}

async function becomesNewer(cloud) {
  await cloud.database.start();
  await cloud.installs();
  cloud.calls();
  cloud.bring('35.0.0.1');
  const { code } = await cloud.install({ STAND_IN_FAILS: 'upgrade' });
  expect(code !== 0, 'it says that all is well, and the upgrade was killed');
  cloud.calls();
  // Whose program is new already: the script of the image does nothing.
  writeFileSync(
    join(cloud.html, 'config/config.php'),
    readFileSync(join(cloud.html, 'config/config.php'), 'utf8').replace(
      "'installed'",
      "'maintenance' => true, 'installed'",
    ),
  );
  const { stdout } = await cloud.installs();
  expect(/the upgrade was cut off, and goes on/.test(stdout), stdout);
  expect(same(cloud.commands(), ['status', 'upgrade', ...everyStart.slice(1), ...once]), 'it did something else');
  const config = readFileSync(join(cloud.html, 'config/config.php'), 'utf8');
  expect(/'maintenance' => false/.test(config) && /'version' => '35\.0\.0\.1'/.test(config), config);
}

/** Volumes that do not belong to each other are left as they are. */
async function volumesAreMixed(cloud) {
  await cloud.database.start();
  await cloud.installs();
  const html = join(cloud.html, 'config/config.php');
  const config = readFileSync(html, 'utf8');
  rmSync(html);
  const full = await cloud.install();
  expect(full.code === 1 && /none is installed over it/.test(full.stderr), full.stderr);
  expect((await cloud.database.value('SELECT uid FROM oc_users')) === 'admin', 'it took the tables away');

  writeFileSync(html, config);
  await cloud.database.value('DROP TABLE oc_users');
  const empty = await cloud.install();
  expect(empty.code === 1 && /its database is empty/.test(empty.stderr), empty.stderr);
  expect((await cloud.database.value('SHOW TABLES')) === '', 'it made tables');
}

async function appStoreIsAway(cloud) {
  await cloud.database.start();
  const { stdout } = await cloud.installs({ STAND_IN_FAILS: 'the app store' });
  expect(/not all apps could be had/.test(stdout), stdout);
  const enabled = () => JSON.parse(readFileSync(join(cloud.html, '../enabled'), 'utf8'));
  expect(same(enabled(), ['homecloud_dnas']), 'other apps are on, or ours is not');
  await cloud.installs();
  expect(same(enabled(), ['homecloud_dnas', 'calendar', 'contacts', 'twofactor_totp']), 'apps are off');
}

async function waitsForItsDatabase(cloud) {
  const going = new Service(cloud.start.command, cloud.start.env);
  try {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(going.isRunning, `it did not wait:\n${going.output}`);
    expect(!going.output.includes(Database.password), 'it prints the password');
    await cloud.database.start();
    const code = await going.ended;
    expect(code === 0, `it ended with ${code}:\n${going.output}`);
  } finally {
    await going.kill();
  }
}

/** A dump goes on, and then a restore that is cut off: nobody works on its database but who brings it back. */
async function waitsForItsTurn(cloud) {
  await cloud.database.start();
  await cloud.installs();
  const folder = join(cloud.html, '../backup');
  cloud.calls();
  expect(readFileSync(join(folder, 'version'), 'utf8') === '34.0.3.2\n', 'it does not say which version it is');
  const dump = new Service(['flock', '--no-fork', join(folder, 'turn'), 'sleep', '60']);
  const going = new Service(cloud.start.command, cloud.start.env);
  try {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(dump.isRunning && going.isRunning, `it did not wait:\n${going.output}`);
    expect(!existsSync(join(cloud.html, '../calls')), `it began:\n${going.output}`);
    await dump.kill();
    const code = await going.ended;
    expect(code === 0, `it ended with ${code}:\n${going.output}`);
  } finally {
    await Promise.all([dump.kill(), going.kill()]);
  }
  cloud.calls();
  writeFileSync(join(folder, 'restoring'), '');
  const { code, stdout } = await cloud.install();
  expect(code === 1 && /a restore of the database goes on, or was cut off/.test(stdout), stdout);
  expect(!existsSync(join(cloud.html, '../calls')), 'it worked on half of a database');
  rmSync(join(folder, 'restoring'));
  await cloud.installs();
}

/** The settings as Nextcloud reads them: its own file, then ours over it (lib/private/Config.php). */
async function settingsAreRead(cloud) {
  await cloud.database.start();
  await cloud.installs();
  const ours = join(cloud.html, 'config/zz-homecloud.config.php');
  const program =
    'foreach (array_slice($argv, 1) as $file) { unset($CONFIG); include $file; $all = array_merge($all ?? [], $CONFIG); } echo json_encode($all);';
  const { code, stdout, stderr } = await runAsAccount([
    'php',
    '-r',
    program,
    '--',
    join(cloud.html, 'config/config.php'),
    ours,
  ]);
  expect(code === 0 && stderr === '', stderr);
  const settings = JSON.parse(stdout);
  expect(
    settings.dbpassword === Database.password && settings.redis.password === cachePassword,
    'the passwords are others',
  );
  expect(settings.installed === true, 'its own are gone');
  for (const [key, value] of Object.entries({
    overwritehost: 'nextcloud.cloud.example.org',
    overwriteprotocol: 'https',
    'overwrite.cli.url': 'https://nextcloud.cloud.example.org',
    default_phone_region: 'FR',
    maintenance_window_start: 1,
    mail_smtpmode: 'null',
    twofactor_enforced: 'true',
  }))
    expect(settings[key] === value, `${key} is ${JSON.stringify(settings[key])}`);
  // A change by hand is gone at the next start.
  renameSync(ours, `${ours}.old`);
  writeFileSync(ours, "<?php $CONFIG = ['overwritehost' => 'elsewhere'];\n");
  await cloud.installs();
  expect(readFileSync(ours, 'utf8') === readFileSync(`${ours}.old`, 'utf8'), 'the change stayed');
  return `${Object.keys(settings).length} settings`;
}

/** @type {import('../boards/checks.mjs').Group} */
export const install = {
  title: 'Nextcloud is installed',
  checks: [
    { name: 'installed from nothing', work: withNextcloud(fromNothing) },
    { name: 'installed ten times', work: withNextcloud(manyTimes(10)) },
    { name: 'installed a hundred times', work: withNextcloud(manyTimes(100)), isLong: true },
    { name: 'installed, and cut off at every step', work: withNextcloud(isCutOff) },
    { name: 'becomes newer, and is cut off', work: withNextcloud(becomesNewer) },
    { name: 'volumes that do not belong together', work: withNextcloud(volumesAreMixed) },
    { name: 'the app store is away', work: withNextcloud(appStoreIsAway) },
    { name: 'waits for its database', work: withNextcloud(waitsForItsDatabase) },
    { name: 'waits for a dump and a restore', work: withNextcloud(waitsForItsTurn) },
    { name: 'settings are read', work: withNextcloud(settingsAreRead) },
  ],
};
