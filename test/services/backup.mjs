// Dumps of Nextcloud's database and their restore: the scripts of dist/ with MariaDB and PHP of the distribution. Whatever
// goes wrong: the maintenance mode is left, and what is called a dump is one.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { until } from '../dnas/until.mjs';
import { run, succeed } from '../tools/process.mjs';
import { sleep } from '../tools/sleep.mjs';
import { Database, databasePrograms } from './database.mjs';
import {
  account,
  bytesOf,
  containerOfCronJob,
  expect,
  filesOf,
  freePort,
  needPrograms,
  runAsAccount,
  Sandbox,
  Service,
  withOne,
} from './service.mjs';

const settings = fileURLToPath(new URL('nextcloud-stand-in/settings.php', import.meta.url));
const readme = new URL('../../README.md', import.meta.url);
const cronJob = new URL('../../dist/kubernetes/apps/nextcloud/cronjob-backup.yaml', import.meta.url);

const version = '34.0.3.2';

/** The pod of the backup beside the database and Nextcloud, whose volume it has a folder of. */
class Backup {
  static async make() {
    await needPrograms({ ...databasePrograms, 'mariadb-dump': 'mariadb-client', php: 'php-cli' });
    const backup = new Backup();
    backup.database = await Database.make();
    const { port } = backup.database;
    const sandbox = new Sandbox({
      'host = database': 'host = 127.0.0.1',
      'port = 3306': `port = ${port}`,
      'sleep 5': 'sleep 0.05',
    });
    backup.sandbox = sandbox;
    for (const path of ['/etc/homecloud', '/run/secrets/database', '/srv/nextcloud/backup', '/run/backup', '/scratch'])
      sandbox.folder(path);
    sandbox.write(filesOf('backup'), '/etc/homecloud');
    sandbox.secret('/run/secrets/database/database-password', Database.password);
    // What a start of Nextcloud leaves.
    writeFileSync(join(backup.folder, 'version'), `${version}\n`);
    // Nextcloud's side.
    const cloud = sandbox.folder('/cloud');
    sandbox.folder('/run/secrets/nextcloud');
    for (const key of ['database-password', 'cache-password']) sandbox.secret(`/run/secrets/nextcloud/${key}`, 'x');
    backup.config = join(cloud, 'config.php');
    backup.ours = join(cloud, 'zz-homecloud.config.php');
    const files = filesOf('nextcloud');
    sandbox.write({ 'system.json': files['system.json'] }, '/etc/homecloud');
    sandbox.write({ 'zz-homecloud.config.php': files['homecloud.config.php'] }, '/cloud');
    writeFileSync(backup.config, "<?php\n$CONFIG = ['installed' => true];\n");
    await succeed('chown', ['-R', `${account.uid}:${account.gid}`, cloud]);
    mkdirSync(join(sandbox.root, 'bin'));
    await backup.database.start();
    return backup;
  }

  get folder() {
    return this.sandbox.text('/srv/nextcloud/backup');
  }

  get scratch() {
    return this.sandbox.text('/scratch');
  }

  /** A pod has new folders. */
  #newPod() {
    for (const path of ['/run/backup', '/scratch']) {
      for (const name of readdirSync(this.sandbox.text(path)))
        rmSync(join(this.sandbox.text(path), name), { recursive: true, force: true });
    }
  }

  /** @param {string[]} [command] of the pod */
  begin(command = containerOfCronJob('backup').command) {
    this.#newPod();
    this.service = new Service(
      command.map((word) => this.sandbox.text(word)),
      { MYSQL_HOME: '/nonexistent', PATH: `${this.sandbox.root}/bin:${process.env.PATH}` },
    );
    return this.service;
  }

  /** @returns {Promise<string>} what it said */
  async makes(command) {
    const service = this.begin(command);
    const code = await service.ended;
    expect(code === 0, `it ended with ${code}:\n${service.output}`);
    await this.isLeft();
    return service.output;
  }

  /** @param {RegExp} why */
  async fails(why, command) {
    const service = this.begin(command);
    const code = await service.ended;
    expect(code === 1 && why.test(service.output), `it ended with ${code}, and not with ${why}:\n${service.output}`);
    await this.isLeft();
    expect(!readdirSync(this.folder).some((name) => name.endsWith('.part')), 'half a dump is left');
  }

  /** A program in the place of the real one, which is `$real`. */
  async replace(program, script) {
    const { stdout } = await succeed('sh', ['-c', `command -v ${program}`]);
    const place = join(this.sandbox.root, 'bin', program);
    writeFileSync(place, `#!/bin/sh\nreal=${stdout.trim()}\n${script}\n`);
    chmodSync(place, 0o755);
    return { restore: () => rmSync(place) };
  }

  /** A dump that begins when it is told to. @returns {Promise<{ reached: () => Promise<number>, go: () => void, restore: () => void }>} */
  async held() {
    const gate = join(this.sandbox.root, 'gate');
    const { restore } = await this.replace(
      'mariadb-dump',
      `touch ${gate}-reached\nuntil test -e ${gate}; do sleep 0.1; done\nrm -f ${gate} ${gate}-reached\nexec $real "$@"`,
    );
    chmodSync(this.sandbox.root, 0o777);
    const isThere = () => existsSync(`${gate}-reached`) || this.service.output;
    const reached = () => until('the dump begins', isThere, 60);
    return { reached, go: () => writeFileSync(gate, ''), restore };
  }

  async #settings(words = []) {
    const { code, stdout, stderr } = await runAsAccount(['php', settings, this.config, this.ours, ...words]);
    expect(code === 0 && stderr === '', `${stdout}${stderr}`);
    return JSON.parse(stdout).maintenance;
  }

  /** Whether people are told to come back. */
  isInMaintenance() {
    return this.#settings();
  }

  /** Changes a setting, with which Nextcloud writes down all that it has read. */
  set(key) {
    return this.#settings(['set', key]);
  }

  occMode(wanted) {
    return this.#settings(['maintenance:mode', wanted]);
  }

  async isLeft() {
    expect(!(await this.isInMaintenance()), 'the maintenance mode is not left');
  }

  maintenance() {
    return until('it is in maintenance mode', async () => (await this.isInMaintenance()) || this.service.output, 60);
  }

  dumps() {
    return readdirSync(this.folder)
      .filter((name) => name.endsWith('.sql.gz'))
      .sort();
  }

  /** All that the tables hold, as it is written out. */
  async state() {
    const { stdout } = await succeed(
      'mariadb-dump',
      [
        '--no-defaults',
        '--protocol=tcp',
        '--host=127.0.0.1',
        `--port=${this.database.port}`,
        '--user=nextcloud',
      ].concat(['--single-transaction', '--skip-comments', '--hex-blob', '--no-tablespaces', 'nextcloud']),
      { env: { ...process.env, MYSQL_PWD: Database.password } },
    );
    return createHash('sha256').update(stdout).digest('hex');
  }

  async remove() {
    await this.service?.kill();
    await this.database.remove();
    await run('umount', [this.folder, this.scratch]);
    this.sandbox.remove();
  }
}

/** Whatever a table of Nextcloud may have, and what dumps are known to lose. */
const rows = `SET NAMES utf8mb4;
CREATE TABLE oc_all (
  id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, name VARCHAR(250) COLLATE utf8mb4_bin, data LONGBLOB, text LONGTEXT,
  real_number DOUBLE, price DECIMAL(20, 8), at TIMESTAMP NULL, day DATETIME, is_set TINYINT(1), UNIQUE KEY (name)
) ENGINE=InnoDB;
INSERT INTO oc_all (name, data, text, real_number, price, at, day, is_set) VALUES
  ('\u{1F600} "quoted" ''name'' \\\\ back', X'00010D0A1A27225CFF', 'two\\nlines\\r\\n', 0.1, 12345678.00000001, '2026-03-29 01:30:00', '2026-03-29 02:30:00', 1),
  (NULL, NULL, NULL, 1e308, NULL, NULL, NULL, NULL), ('', '', '', 3.141592653589793, -1, '1970-01-02 00:00:00', '1000-01-01', 0);
CREATE TABLE oc_empty (id INT PRIMARY KEY);
CREATE TABLE oc_pressed (id INT PRIMARY KEY, text TEXT) ROW_FORMAT=COMPRESSED;
INSERT INTO oc_pressed VALUES (1, 'a');
CREATE TABLE oc_float (id INT PRIMARY KEY, number FLOAT);
INSERT INTO oc_float VALUES (1, 16777217), (2, 0.123456789);
CREATE TABLE \`oc_\`\`odd\` (id INT PRIMARY KEY);
INSERT INTO \`oc_\`\`odd\` VALUES (7);
CREATE TABLE oc_files (id INT PRIMARY KEY AUTO_INCREMENT, path VARCHAR(250), KEY (path)) ENGINE=InnoDB;
INSERT INTO oc_files (path) SELECT CONCAT(MD5(seq), REPEAT(MD5(seq + 1), 4)) FROM seq_1_to_COUNT;
`;

const fill = (backup, count = 20_000) => backup.database.value(rows.replace('COUNT', `${count}`));

const withBackup = withOne(Backup);

async function isMade(backup) {
  await backup.fails(/The database is empty/);
  await fill(backup, 200_000);
  const service = backup.begin();
  let [memory, processes, wasOn] = [0, '', false];
  const watch = (async () => {
    while (service.isRunning) {
      const { stdout } = await run('ps', ['-ww', '-o', 'rss=,args=', '-g', `${service.pid}`]);
      processes += stdout;
      const sum = stdout
        .trim()
        .split('\n')
        .reduce((all, line) => all + (Number.parseInt(line, 10) || 0), 0);
      memory = Math.max(memory, sum * 1024);
      wasOn ||= await backup.isInMaintenance();
      await sleep(0.05);
    }
  })();
  const code = await service.ended;
  await watch;
  expect(code === 0, `it ended with ${code}:\n${service.output}`);
  expect(wasOn, 'it was never in maintenance mode');
  await backup.isLeft();
  expect(!`${processes}${service.output}`.includes(Database.password), 'the password is seen');
  expect(backup.dumps().length === 1, `there are ${backup.dumps()}`);
  const limit = bytesOf(containerOfCronJob('backup').resources.limits.memory);
  expect(memory < limit, `it uses ${memory} bytes, and may use ${limit}`);
  expect(readdirSync(backup.scratch).length === 0, 'something is left on the disk of the board');
  const sums = readFileSync(join(backup.folder, backup.dumps()[0].replace('sql.gz', 'sums')), 'utf8');
  expect(sums.startsWith(`version ${version}\n`) && sums.trim().split('\n').length === 7, sums);
  return `${Math.round(memory / 2 ** 20)} of ${limit / 2 ** 20} MiB; ${service.output.trim().split('homecloud: ')[1]}`;
}

/** The last ones stay with what belongs to them, whatever the clock says of the new one. */
async function isKept(backup) {
  await fill(backup, 100);
  const old = ['2026-01-01', '2026-01-02', '2026-01-03', '2099-01-01'].map((day) => `nextcloud-${day}T02-00-00Z`);
  for (const name of old) {
    for (const ending of ['sql.gz', 'sums']) writeFileSync(join(backup.folder, `${name}.${ending}`), '');
  }
  await backup.makes();
  const left = backup.dumps();
  const [made] = left.filter((name) => !old.includes(name.replace('.sql.gz', '')));
  expect(`${left}` === `${[old[2], made?.replace('.sql.gz', ''), old[3]].map((name) => `${name}.sql.gz`)}`, `${left}`);
  const sums = readdirSync(backup.folder).filter((name) => name.endsWith('.sums'));
  expect(`${sums.sort()}` === `${left.map((name) => name.replace('sql.gz', 'sums'))}`, `there are ${sums}`);
}

/**
 * What Nextcloud writes down while a dump is made does not stay, and neither side changes what the admin has set.
 */
async function isOfTheAdmin(backup) {
  await fill(backup);
  const { reached, go, restore } = await backup.held();
  const during = async (work) => {
    const service = backup.begin();
    // Not the maintenance mode: it may be the admin's.
    await reached();
    await work();
    expect(await backup.isInMaintenance(), 'it is left before its time');
    go();
    expect((await service.ended) === 0, service.output);
  };
  await during(() => backup.set('theming'));
  await backup.isLeft();
  expect(readFileSync(backup.config, 'utf8').includes("'theming' => true"), 'nothing was written');
  // Theirs stays on after the dump, and off.
  await during(async () => expect(!(await backup.occMode('on')), 'occ takes it to be on already'));
  expect(await backup.isInMaintenance(), "the admin's own was undone");
  await during(async () => expect(await backup.occMode('off'), 'occ takes it to be off already'));
  await backup.isLeft();
  restore();
}

/** One process of PHP with many requests, as those of Apache. */
async function isAskedAnew(backup) {
  const port = await freePort();
  const page = new Service(['php', '-S', `127.0.0.1:${port}`, settings], { CONFIG: backup.config, OURS: backup.ours });
  const ask = async () => (await fetch(`http://127.0.0.1:${port}/`)).json();
  await until('PHP answers', async () => typeof (await ask()).maintenance === 'boolean');
  const file = join(backup.folder, 'maintenance');
  writeFileSync(file, '');
  const answers = [await ask()];
  const lock = new Service(['flock', '--no-fork', file, 'sleep', '60'], {}, []);
  await until('it is in maintenance mode', async () => (await ask()).maintenance);
  answers.push(await ask());
  // Its owner hangs: after the time of a dump it is believed no more.
  const { PHP_BOUND: bound } = /time\(\) - (?<PHP_BOUND>\d+)/.exec(readFileSync(backup.ours, 'utf8')).groups;
  const age = (seconds) => utimesSync(file, new Date(), new Date(Date.now() - seconds * 1000));
  age(Number(bound) - 30);
  expect((await ask()).maintenance, 'it is left before its time');
  age(Number(bound) + 1);
  answers.push(await ask());
  age(0);
  answers.push(await ask());
  await lock.kill();
  answers.push(await ask());
  await page.kill();
  const found = answers.map(({ maintenance }) => maintenance);
  expect(`${found}` === `${[false, true, false, true, false]}`, `it said ${found}`);
  expect(new Set(answers.map(({ process }) => process)).size === 1, 'they were several processes');
  return `${bound} s at most`;
}

/** Writers are waited for, and wait; the jobs and a start of Nextcloud have their turn before or after. */
async function isInTurn(backup) {
  await fill(backup);
  const open = backup.database.ask('BEGIN; INSERT INTO oc_empty VALUES (1); SELECT SLEEP(3); COMMIT');
  await sleep(0.5);
  const { go, restore } = await backup.held();
  const service = backup.begin();
  await backup.maintenance();
  await open;
  await until('the tables are locked', async () => {
    const locked = await backup.database.value(
      "SHOW OPEN TABLES FROM nextcloud WHERE `Table` = 'oc_empty' AND In_use > 0",
    );
    return locked !== '' || service.output;
  });
  const late = backup.database.ask('INSERT INTO oc_empty VALUES (2)');
  const { inTurn } = /(?<inTurn>flock [^$]*?) php -f/.exec(backup.sandbox.text(filesOf('nextcloud')['cron.sh'])).groups;
  const jobs = new Service(['sh', '-c', `${inTurn} date +%s.%N`]);
  await sleep(0.5);
  expect(jobs.isRunning, 'the jobs do not wait');
  go();
  expect((await service.ended) === 0, service.output);
  await Promise.all([late, jobs.ended]);
  restore();
  expect((await late).code === 0 && jobs.output !== '', 'somebody never had their turn');
  const [name] = backup.dumps();
  const { stdout } = await succeed('gzip', ['-dc', join(backup.folder, name)]);
  expect(
    /INSERT INTO `oc_empty` VALUES\s*\(1\);/.test(stdout),
    'what was waited for is not in it, or what came after is',
  );
  // The other way round.
  const turn = new Service(['flock', '--no-fork', join(backup.folder, 'turn'), 'sleep', '3']);
  await sleep(0.3);
  const waiting = backup.begin();
  await sleep(1.5);
  expect(waiting.isRunning && !(await backup.isInMaintenance()), 'it does not wait for the jobs');
  await turn.ended;
  expect((await waiting.ended) === 0, waiting.output);
  // Two at once.
  const first = backup.begin();
  await until('it has begun', () => existsSync(join(backup.sandbox.text('/run/backup'), 'client.cnf')) || first.output);
  const second = await runAsAccount(containerOfCronJob('backup').command.map((word) => backup.sandbox.text(word)));
  expect(second.code === 1 && /Another dump or restore/.test(second.stderr), second.stderr);
  expect((await first.ended) === 0, first.output);
}

/** At every step: the mode is left at once, what was there stays, and the next one is made. */
async function isKilled(backup) {
  await fill(backup);
  await backup.makes();
  const kept = backup.dumps();
  const at = (path) => () => existsSync(path) || backup.service.output;
  const waits = (program, name, condition) => ({
    what: name,
    program,
    script: `case "$*" in\n  ${condition}) touch ${join(backup.scratch, '..', 'reached')}; sleep 60 ;;\nesac\nexec $real "$@"`,
  });
  const moments = [
    { what: 'it logs in', when: at(join(backup.sandbox.text('/run/backup'), 'client.cnf')) },
    waits('mariadb-dump', 'it is in maintenance mode', '*'),
    waits('gzip', 'half of it is written', '-dc*'),
    { what: 'the copy is made', when: at(join(backup.scratch, 'data')) },
    { what: 'the copy is filled', when: at(join(backup.scratch, 'data/nextcloud/oc_files.ibd')) },
    waits('cmp', 'it is compared', '*'),
    waits('sync', 'it is right', '*'),
    waits('mv', 'the sums get their name', '*sums'),
    waits('mv', 'the dump gets its name', '*sql.gz'),
  ];
  let longest = 0;
  for (const { what, when, program, script } of moments) {
    const reached = join(backup.sandbox.root, 'reached');
    rmSync(reached, { force: true });
    const placed = program && (await backup.replace(program, script));
    chmodSync(backup.sandbox.root, 0o777);
    const service = backup.begin();
    await until(what, when ?? at(reached));
    await service.kill();
    const begin = performance.now();
    await until('the maintenance mode is left', async () => !(await backup.isInMaintenance()) || 'it is on', 10);
    longest = Math.max(longest, (performance.now() - begin) / 1000);
    placed?.restore();
    expect(`${backup.dumps()}` === `${kept}`, `${what}: there are ${backup.dumps()}, and were ${kept}`);
    const writes = await backup.database.ask('DELETE FROM oc_empty');
    expect(writes.code === 0, `${what}: nobody can write: ${writes.stderr}`);
  }
  await backup.makes();
  expect(backup.dumps().length === kept.length + 1, `there are ${backup.dumps()}`);
  const rest = readdirSync(backup.folder).filter((name) => name.endsWith('.part'));
  expect(rest.length === 0, `${rest} is left`);
  return `${moments.length} times, left after ${longest.toFixed(1)} s at most`;
}

/** A dump that is damaged or lacks something is none. */
async function isDamaged(backup) {
  await fill(backup);
  await backup.makes();
  const kept = backup.dumps();
  const real = 'mariadb-dump';
  const damages = [
    ['gzip', 'test "$1" != -1 || { $real -1 | head -c 20000; exit; }\nexec $real "$@"'],
    ['gzip', 'test "$1" != -1 || { $real -1 | { head -c 20000; printf x; tail -c +20002; }; exit; }\nexec $real "$@"'],
    [real, '$real "$@" | head -n 60'],
    [real, '$real "$@" | sed \'/^(1,16777200),$/d\''],
    [real, '$real "$@" | sed \'/oc_pressed/d; /^(1,.a.);$/d\''],
    [real, '$real "$@" | sed \'s/1e308/1e307/\''],
    [real, '$real "$@"; exit 2'],
    [real, '$real "$@" --ignore-table=nextcloud.oc_empty'],
  ];
  for (const [program, script] of damages) {
    const { restore } = await backup.replace(program, script);
    await backup.fails(/It is not kept|The dump was not made/).catch(({ message }) => {
      throw new Error(`${program}: ${script}\n${message}`);
    });
    restore();
    expect(`${backup.dumps()}` === `${kept}`, `there are ${backup.dumps()}, and were ${kept}`);
  }
  return `${damages.length} ways`;
}

async function diskIsFull(backup) {
  await fill(backup);
  await backup.makes();
  const [kept] = backup.dumps();
  const bytes = readFileSync(join(backup.folder, kept));
  const owner = `uid=${account.uid},gid=${account.gid}`;
  await succeed('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${Math.ceil(bytes.length * 1.5)},${owner}`,
    'tmpfs',
    backup.folder,
  ]);
  for (const [name, text] of [
    [kept, bytes],
    [kept.replace('sql.gz', 'sums'), ''],
    ['version', `${version}\n`],
  ])
    writeFileSync(join(backup.folder, name), text);
  await backup.fails(/The dump was not made/);
  expect(`${backup.dumps()}` === kept && readFileSync(join(backup.folder, kept)).equals(bytes), 'the old one is gone');
  await succeed('umount', [backup.folder]);
  // That of the board: nobody is kept waiting for it.
  await succeed('mount', ['-t', 'tmpfs', '-o', `size=64m,${owner}`, 'tmpfs', backup.scratch]);
  await backup.fails(/The disk of this board has \d+ MiB free/);
  await succeed('umount', [backup.scratch]);
  await backup.makes();
}

async function databaseIsAway(backup) {
  await fill(backup);
  await backup.makes();
  const kept = backup.dumps();
  const { go, restore } = await backup.held();
  const service = backup.begin();
  await backup.maintenance();
  await backup.database.service.kill();
  go();
  expect((await service.ended) === 1 && /The dump was not made/.test(service.output), service.output);
  await backup.isLeft();
  restore();
  await backup.fails(/The database does not answer/);
  expect(`${backup.dumps()}` === `${kept}`, `there are ${backup.dumps()}`);
  await backup.database.start();
  await backup.makes();
}

/** The command of the job that the README makes of the CronJob, of the newest dump or of one. */
async function restoreCommand(backup, name) {
  const [, text] = /\n### Backup and restore of Nextcloud\n(.*?)\n### /s.exec(readFileSync(readme, 'utf8')) ?? [];
  const expressions = [...(text ?? '').matchAll(/sed '([^']+)'/g)].map(([, expression]) => expression);
  expect(expressions.length === 2, `the README has ${expressions.length} commands for a restore`);
  const [newest, named] = expressions;
  const job = load(readFileSync(cronJob, 'utf8')).spec.jobTemplate;
  // As kubectl prints it.
  const file = join(backup.sandbox.root, 'job.json');
  writeFileSync(file, JSON.stringify(job, null, 4));
  const { stdout } = await succeed('sed', [name === undefined ? newest : named.replace('NAME', name), file]);
  return JSON.parse(stdout).spec.template.spec.containers[0].command;
}

async function isRestored(backup) {
  await fill(backup);
  const state = await backup.state();
  await backup.makes();
  const [first] = backup.dumps();
  await backup.database.value('DELETE FROM oc_files WHERE id > 100');
  const later = await backup.state();
  await sleep(1);
  await backup.makes();
  const newest = await restoreCommand(backup);
  const named = await restoreCommand(backup, first.replace('.sql.gz', ''));
  expect(newest.at(-1).endsWith('restore.sh') && named.length === newest.length + 1, `${newest}, ${named}`);

  await backup.database.value('DROP TABLE oc_files; CREATE TABLE oc_newer (id INT); UPDATE oc_all SET data = NULL');
  await backup.makes(newest);
  expect((await backup.state()) === later, 'the tables are not those of the newest dump');
  await backup.makes(named);
  expect((await backup.state()) === state, 'the tables are not those of the dump');
  // And into nothing.
  await backup.database.value(
    'DROP DATABASE nextcloud; CREATE DATABASE nextcloud CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci',
  );
  await backup.makes(named);
  expect((await backup.state()) === state, 'the tables are not those of the dump');

  // Nothing is changed where it cannot be done.
  await backup.fails(/There is no dump "of-yesterday"/, [...newest, 'of-yesterday']);
  writeFileSync(join(backup.folder, 'version'), '35.0.0.1\n');
  await backup.fails(/The dump is of Nextcloud 34\.0\.3\.2, and the volume has 35\.0\.0\.1/, newest);
  writeFileSync(join(backup.folder, 'version'), `${version}\n`);
  const file = join(backup.folder, first);
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.subarray(0, bytes.length - 100));
  await backup.fails(/The dump is damaged/, named);
  writeFileSync(file, bytes);
  expect((await backup.state()) === state, 'something was changed');
  return `${newest.length} words`;
}

/** Cut off, nobody sees half of it: not people, not the next start, and not the next dump. */
async function restoreIsCutOff(backup) {
  await fill(backup);
  const state = await backup.state();
  await backup.makes();
  const command = await restoreCommand(backup);
  const reached = join(backup.sandbox.root, 'reached');
  chmodSync(backup.sandbox.root, 0o777);
  const sleeping = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(%'";
  for (const moment of ['DROP', 'INSERT', 'CHECKSUM']) {
    const hangs = await backup.replace(
      ...(moment === 'INSERT'
        ? ['gzip', `test "$1" = -t || { $real "$@" | head -c 300000; touch ${reached}; sleep 60; }\nexec $real "$@"`]
        : ['mariadb', `sed 's/^${moment} TABLE/SELECT SLEEP(60); &/' | $real "$@"`]),
    );
    const service = backup.begin(command);
    await until(`it is at ${moment}`, async () => {
      if (moment === 'INSERT') return existsSync(reached) || service.output;
      return (await backup.database.value(sleeping)) !== '0' || service.output;
    });
    await service.kill();
    hangs.restore();
    expect(await backup.isInMaintenance(), `${moment}: people see half of the database`);
    const dump = backup.begin();
    expect((await dump.ended) === 1 && /A restore of the database was cut off/.test(dump.output), dump.output);
  }
  await backup.makes(command);
  expect((await backup.state()) === state, 'the tables are not those of the dump');
}

/** @type {import('../boards/checks.mjs').Group} */
export const backup = {
  title: 'Backup of Nextcloud',
  checks: [
    { name: 'a dump is made, and loaded once', work: withBackup(isMade) },
    { name: 'the last ones are kept', work: withBackup(isKept) },
    { name: 'the maintenance mode of the admin stays', work: withBackup(isOfTheAdmin) },
    { name: 'the maintenance mode ends by itself', work: withBackup(isAskedAnew) },
    { name: 'one after the other', work: withBackup(isInTurn) },
    { name: 'is killed at every step', work: withBackup(isKilled) },
    { name: 'a dump that is damaged', work: withBackup(isDamaged) },
    { name: 'disks are full', work: withBackup(diskIsFull) },
    { name: 'the database is away', work: withBackup(databaseIsAway) },
    { name: 'is restored as the README says', work: withBackup(isRestored) },
    { name: 'a restore is cut off', work: withBackup(restoreIsCutOff) },
  ],
};
