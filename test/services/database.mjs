// MariaDB of the distribution with our configuration, our start script and our probe.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { until } from '../dnas/until.mjs';
import { run, succeed } from '../tools/process.mjs';
import { sleep } from '../tools/sleep.mjs';
import {
  bytesOf,
  containerOf,
  expect,
  filesOf,
  freePort,
  needPrograms,
  runAsAccount,
  Sandbox,
  Service,
  withOne,
} from './service.mjs';

export const databasePrograms = {
  mariadbd: 'mariadb-server-core',
  'mariadb-install-db': 'mariadb-server-core',
  'mariadb-upgrade': 'mariadb-server-core',
  mariadb: 'mariadb-client-core',
};

/** A database as the pod has it: its volume outlives its starts. */
export class Database {
  static password = 'f00dfeedcafe0123456789abcdef';
  /** @type {Service | undefined} */
  service;

  static async make() {
    await needPrograms(databasePrograms);
    const database = new Database();
    database.port = await freePort();
    database.sandbox = new Sandbox({
      'port = 3306': `port = ${database.port}`,
      'bind-address = 0.0.0.0': 'bind-address = 127.0.0.1',
    });
    const { sandbox } = database;
    for (const path of ['/etc/homecloud', '/var/lib/mysql', '/run/mysqld', '/run/secrets/database'])
      sandbox.folder(path);
    sandbox.write(filesOf('database'), '/etc/homecloud');
    sandbox.secret('/run/secrets/database/database-password', Database.password);
    return database;
  }

  get volume() {
    return this.sandbox.text('/var/lib/mysql');
  }

  begin() {
    const { command } = containerOf('database', 'mariadb');
    // As in the container: nobody sends its programs to a configuration of the machine.
    this.service = new Service(
      command.map((word) => this.sandbox.text(word)),
      { MYSQL_HOME: '/nonexistent' },
    );
    return this.service;
  }

  /** Starts it, and waits for its own probe. */
  async start() {
    const service = this.begin();
    await until('the probe succeeds', async () => (await this.probe()).code === 0 || service.output);
    return service;
  }

  probe() {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf('database', 'mariadb');
    for (const probe of [readinessProbe, livenessProbe]) {
      expect(`${probe.exec.command}` === `${startupProbe.exec.command}`, 'the three probes ask the same');
    }
    return runAsAccount(startupProbe.exec.command.map((word) => this.sandbox.text(word)));
  }

  /** As Nextcloud, over TCP. */
  ask(sql, password = Database.password) {
    return run(
      'mariadb',
      [
        '--no-defaults',
        '--protocol=tcp',
        '--host=127.0.0.1',
        `--port=${this.port}`,
        '--user=nextcloud',
        '--batch',
      ].concat(['--skip-column-names', '--database=nextcloud', `--execute=${sql}`]),
      { env: { ...process.env, MYSQL_PWD: password } },
    );
  }

  async value(sql) {
    const { code, stdout, stderr } = await this.ask(sql);
    expect(code === 0, `${sql}\n${stderr}`);
    return stdout.trim();
  }

  async remove() {
    await this.service?.kill();
    this.sandbox.remove();
  }
}

const withDatabase = withOne(Database);

/** By the name that it has in old and new versions. */
const isolation = "SELECT variable_value FROM information_schema.global_variables WHERE variable_name = 'TX_ISOLATION'";

async function starts(database) {
  expect((await database.probe()).code !== 0, 'the probe succeeds before it is started');
  const begin = performance.now();
  const service = await database.start();
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  expect((await database.value(isolation)) === 'READ-COMMITTED', 'the isolation is another');
  expect((await database.value('SELECT @@character_set_database')) === 'utf8mb4', 'the character set is another');
  expect(
    (await database.value('SELECT @@innodb_flush_log_at_trx_commit')) === '1',
    'what is answered is not on the disk',
  );
  expect((await database.value('SELECT COUNT(*) FROM information_schema.schemata')) === '2', 'it sees other databases');
  expect((await database.ask('SELECT 1', 'wrong')).code !== 0, 'a wrong password opens it');
  const processes = await service.processes();
  expect(
    !`${processes}${service.output}`.includes(Database.password),
    `the password is seen:\n${processes}${service.output}`,
  );
  const version = await database.value('SELECT VERSION()');
  return `${version}, ${seconds} s to its first answer`;
}

/** Rows that were answered are there; half of a transaction is not. */
async function isKilled(database) {
  await database.start();
  await database.value('CREATE TABLE files (id INT PRIMARY KEY, path VARCHAR(250)) ENGINE=InnoDB');
  let answered = 0;
  for (let round = 0; round < 3; round += 1) {
    let goesOn = true;
    const writer = (async () => {
      while (goesOn) {
        const next = answered + 1;
        const { code } = await database.ask(`INSERT INTO files VALUES (${next}, REPEAT('x', 200))`);
        if (code !== 0) return;
        answered = next;
      }
    })();
    const open = database.ask("BEGIN; INSERT INTO files VALUES (1000000, 'half'); SELECT SLEEP(30)");
    await sleep(1.5);
    await database.service.kill();
    goesOn = false;
    await Promise.all([writer, open]);
    const { output } = await database.start();
    expect(/crash recovery/i.test(output), `it did not have to repair itself:\n${output}`);
    const rows = Number(await database.value('SELECT COUNT(*) FROM files WHERE id < 1000000'));
    // The last may have been written without its answer.
    expect(rows === answered || rows === answered + 1, `${answered} rows were answered, and ${rows} are there`);
    answered = rows;
    expect(
      (await database.value('SELECT COUNT(*) FROM files WHERE id = 1000000')) === '0',
      'half a transaction is there',
    );
  }
  expect(answered > 10, `only ${answered} rows were written`);
  return `3 times, ${answered} rows`;
}

async function endsWell(database) {
  await database.start();
  await database.value('CREATE TABLE t (id INT) ENGINE=InnoDB');
  const begin = performance.now();
  const code = await database.service.end();
  const seconds = (performance.now() - begin) / 1000;
  expect(code === 0, `it ended with ${code}:\n${database.service.output}`);
  expect(seconds < 120, `it took ${seconds} s, and the pod has 120`);
  const { output } = await database.start();
  expect(!/crash recovery/i.test(output), `it had to repair itself:\n${output}`);
  return `${seconds.toFixed(1)} s`;
}

async function takesANewPassword(database) {
  await database.start();
  await database.value('CREATE TABLE t (id INT)');
  await database.service.end();
  database.sandbox.secret('/run/secrets/database/database-password', 'another0123456789');
  await database.start();
  expect((await database.ask('SELECT 1')).code !== 0, 'the old password opens it still');
  expect((await database.ask('SELECT COUNT(*) FROM t', 'another0123456789')).code === 0, 'the new one does not');
  await database.service.end();
  for (const wrong of ['', "it's"]) {
    database.sandbox.secret('/run/secrets/database/database-password', wrong);
    const service = database.begin();
    expect(
      (await service.ended) === 1 && /password of the database/.test(service.output),
      `"${wrong}" is taken:\n${service.output}`,
    );
  }
}

/** At several moments of the first start; the one after makes the database. */
async function isCutOff(database) {
  const moments = [0.2, 0.5, 1, 1.5, 2.5];
  for (const seconds of moments) {
    const service = database.begin();
    await sleep(seconds);
    await service.kill();
  }
  await database.start();
  await database.value('CREATE TABLE t (id INT)');
  return `${moments.length} times`;
}

async function isLost(database) {
  await database.start();
  await database.service.end();
  renameSync(`${database.volume}/data`, `${database.volume}/elsewhere`);
  const service = database.begin();
  expect((await service.ended) === 1, 'a new database was made in the place of the old one');
  expect(/is gone: no new one is made in its place/.test(service.output), service.output);
  expect(!existsSync(`${database.volume}/data`), 'it made a folder');
}

async function becomesNewer(database) {
  await database.start();
  await database.value("CREATE TABLE t (name VARCHAR(20)); INSERT INTO t VALUES ('kept')");
  await database.service.end();
  const marker = `${database.volume}/version`;
  const version = readFileSync(marker, 'utf8').trim();
  expect(/^\d+\.\d+\.\d+$/.test(version), `the version is "${version}"`);

  writeFileSync(marker, '10.6.1\n');
  // Cut off while it works on the tables: the marker stays, and the next start does it again.
  const first = database.begin();
  await until('it becomes newer', () => first.output.includes('becomes') || first.output);
  await first.kill();
  expect(readFileSync(marker, 'utf8') === '10.6.1\n', 'it took an upgrade that was cut off for a whole one');
  const { output } = await database.start();
  expect(
    output.includes(`MariaDB 10.6.1 becomes ${version}`) && /mysql\.user/.test(output),
    `it was not upgraded:\n${output}`,
  );
  expect(readFileSync(marker, 'utf8').trim() === version, 'the marker is the old one');
  expect((await database.value('SELECT name FROM t')) === 'kept', 'the row is gone');
  await database.service.end();

  writeFileSync(marker, '99.1.2\n');
  const older = database.begin();
  expect((await older.ended) === 1 && /older .*, which cannot read it/.test(older.output), older.output);
  writeFileSync(marker, `${version}\n`);
  await database.start();
  return `10.6.1 to ${version}`;
}

/** As many connections and rows as a family's home has, within the limit of the container. */
async function staysWithinItsMemory(database) {
  const service = await database.start();
  await sleep(1);
  const idle = service.memory();
  await database.value(
    'CREATE TABLE files (id INT PRIMARY KEY AUTO_INCREMENT, path VARCHAR(250), KEY (path)) ENGINE=InnoDB',
  );
  await database.value("INSERT INTO files (path) SELECT CONCAT(MD5(seq), REPEAT('x', 150)) FROM seq_1_to_300000");
  await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      database.value(`SELECT COUNT(DISTINCT path) FROM files WHERE path > '${index}' ORDER BY path`),
    ),
  );
  const busy = service.memory();
  const limit = bytesOf(containerOf('database', 'mariadb').resources.limits.memory);
  expect(busy < limit, `it uses ${busy} bytes, and may use ${limit}`);
  const format = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`;
  return `idle ${format(idle)}, busy ${format(busy)}, of ${format(limit)}`;
}

async function configurationIsRead() {
  const database = await Database.make();
  try {
    const cnf = database.sandbox.text('/etc/homecloud/mariadb.cnf');
    const { stdout } = await succeed('my_print_defaults', [`--defaults-file=${cnf}`, 'mariadbd']);
    const { code, stderr } = await runAsAccount(['mariadbd', `--defaults-file=${cnf}`, '--verbose', '--help']);
    expect(code === 0 && !/unknown|\[Warning\] option/i.test(stderr), stderr);
    return `${stdout.trim().split('\n').length} settings`;
  } finally {
    await database.remove();
    rmSync(database.sandbox.root, { recursive: true, force: true });
  }
}

/** @type {import('../boards/checks.mjs').Group} */
export const database = {
  title: 'Database of Nextcloud',
  checks: [
    { name: 'every setting is known', work: configurationIsRead },
    { name: 'starts from nothing', work: withDatabase(starts) },
    { name: 'is killed, and recovers', work: withDatabase(isKilled) },
    { name: 'ends well', work: withDatabase(endsWell) },
    { name: 'takes a new password', work: withDatabase(takesANewPassword) },
    { name: 'is cut off at its first start', work: withDatabase(isCutOff) },
    { name: 'has lost its tables', work: withDatabase(isLost) },
    { name: 'becomes newer, and never older', work: withDatabase(becomesNewer) },
    { name: 'stays within its memory', work: withDatabase(staysWithinItsMemory) },
  ],
};
