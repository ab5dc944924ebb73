import type { Chart } from 'cdk8s';
import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import type { Model } from '../../model/model.ts';
import { memoryBytes } from '../../model/quantity.ts';
import { addWorkload, type Probe } from '../workload.ts';
import { configFolder, partOf, secretTexts } from './parts.ts';

const volumeFolder = '/var/lib/mysql';
const runFolder = '/run/mysqld';
const secretsFolder = '/run/secrets/database';

/** MariaDB, with all that Nextcloud knows of files, people, contacts and calendars. */
export function addDatabase(chart: Chart, model: Model, nextcloud: Nextcloud): void {
  const { database, claims, ports, resources, secretName, secretKeys } = nextcloud;
  addWorkload(chart, {
    name: database.host,
    ...partOf('database'),
    priority: 'normal',
    // To write what is in memory only, onto a slow disk. After a crash it does so at the next start.
    terminationGracePeriod: 120,
    secretTexts: secretTexts(model, nextcloud),
    config: {
      'mariadb.cnf': mariadbCnf(nextcloud),
      'serve-database.sh': serveDatabase(nextcloud),
    },
    volumes: {
      data: { claim: claims.database.name },
      run: { emptyIn: 'memory', sizeLimit: '1Mi' },
      tmp: { emptyIn: 'disk', sizeLimit: '64Mi' },
      secrets: { secret: secretName, keys: [secretKeys.database] },
    },
    containers: [
      {
        name: 'mariadb',
        image: model.pins.mariadb,
        command: ['sh', `${configFolder}/serve-database.sh`],
        resources: resources.database,
        // The first account that the image makes (mariadb-docker, Dockerfile.template).
        runAs: { uid: 999, gid: 999 },
        ports: [{ name: 'database', number: ports.database }],
        mounts: [
          { volume: 'config', path: configFolder },
          { volume: 'secrets', path: secretsFolder },
          { volume: 'data', path: volumeFolder, writable: true },
          { volume: 'run', path: runFolder, writable: true },
          { volume: 'tmp', path: '/tmp', writable: true },
        ],
        // Half an hour: the first start, the upgrade of the tables and the repair after a crash are slow on a small board.
        startup: answers(10, 180),
        readiness: answers(10, 3),
        liveness: answers(30, 6),
      },
    ],
  });
}

/** Not a ping, which succeeds where nobody may ask. */
function answers(periodSeconds: number, failureThreshold: number): Probe {
  return {
    exec: {
      command: [
        'mariadb',
        `--defaults-file=${configFolder}/mariadb.cnf`,
        '--connect-timeout=5',
        '--batch',
        '--execute=SELECT 1',
      ],
    },
    periodSeconds,
    timeoutSeconds: 10,
    failureThreshold,
  };
}

/**
 * MariaDB's own configuration, in place of the image's. Nextcloud asks for the isolation and the character set (its
 * administration manual, "Database configuration"). Each transaction is on the disk before it is answered, the default:
 * a board loses its power now and then. No binary log, which would write all of it twice: there is no second server.
 */
function mariadbCnf({ ports, resources }: Nextcloud): string {
  return `[client]
socket = ${runFolder}/mysqld.sock

[mariadbd]
datadir = ${volumeFolder}/data
tmpdir = ${volumeFolder}/tmp
socket = ${runFolder}/mysqld.sock
pid-file = ${runFolder}/mysqld.pid
bind-address = 0.0.0.0
port = ${ports.database}
skip-name-resolve
character-set-server = utf8mb4
collation-server = utf8mb4_general_ci
transaction-isolation = READ-COMMITTED
max-connections = 64
# A row of the largest that Nextcloud writes, as a dump has it.
max-allowed-packet = 64M
innodb-buffer-pool-size = ${bufferPool(resources.database.memoryLimit)}M
innodb-log-file-size = 64M
innodb-log-buffer-size = 8M
aria-pagecache-buffer-size = 8M
key-buffer-size = 1M
tmp-table-size = 16M
max-heap-table-size = 16M
table-open-cache = 512
`;
}

/** Half of what it may use, in MiB: the rest is for its connections, the sorting of each, and what it needs to run. */
function bufferPool(memoryLimit: string): number {
  return Math.floor(memoryBytes(memoryLimit) / 2 ** 21);
}

/**
 * Starts MariaDB. It runs the image's programs and not its start script, which leaves a database without its account for
 * ever when it is interrupted at the first start, and reads a new password never again.
 *
 * The tables are in a folder of their own (a volume has `lost+found`, too), made beside it and then renamed: all of it is
 * there, or nothing. The account and its password are brought to what the Secret says at each start.
 */
function serveDatabase({ database, secretKeys }: Nextcloud): string {
  return `set -eu
config=${configFolder}/mariadb.cnf
volume=${volumeFolder}
run=${runFolder}
me=$(id -un)

refuse() {
  printf '%s\\n' "$@" >&2
  exit 1
}

# 11.8.8 of "mariadbd  Ver 11.8.8-MariaDB-… for …"
new=$(mariadbd --no-defaults --version | sed -n 's/.* Ver \\([0-9][0-9.]*\\)-.*/\\1/p')
test -n "$new" || refuse 'MariaDB does not say its version'
old=$(cat "$volume/version" 2> /dev/null || true)

mkdir -p -m 700 "$volume/tmp"
find "$volume/tmp" -mindepth 1 -delete

if test ! -d "$volume/data"; then
  test -z "$old" || refuse \\
    "MariaDB $old has kept a database on this volume, and it is gone: no new one is made in its place." \\
    'Restore the volume "database" from its backup.'
  rm -rf "$volume/new"
  mariadb-install-db --defaults-file="$config" --datadir="$volume/new" --skip-test-db --skip-name-resolve \\
    --auth-root-authentication-method=socket --auth-root-socket-user="$me" > /dev/null
  mv "$volume/new" "$volume/data"
  old=$new
fi

if test "$old" != "$new"; then
  newest=$(printf '%s\\n' "\${old%.*}" "\${new%.*}" | sort -V | tail -n 1)
  test "$newest" = "\${new%.*}" || refuse \\
    "MariaDB $old has written this database, and the image has the older $new, which cannot read it." \\
    'Take versions.mariadb out of homecloud.config.ts, or use the homecloud that you had before; then synth and push.'
  echo "MariaDB $old becomes $new"
  # Nobody else is let in before its tables are those of the new version.
  mariadbd --defaults-file="$config" --skip-networking --socket="$run/upgrade.sock" &
  server=$!
  trap 'kill -TERM $server; wait $server; exit 1' TERM INT
  until mariadb --defaults-file="$config" --socket="$run/upgrade.sock" --execute='SELECT 1' > /dev/null 2>&1; do
    kill -0 $server 2> /dev/null || refuse 'MariaDB did not start: what it said stands above.'
    sleep 1
  done
  is_new=yes
  mariadb-upgrade --defaults-file="$config" --socket="$run/upgrade.sock" --user="$me" --force || is_new=
  kill -TERM $server
  wait $server
  test -n "$is_new" || refuse 'The tables could not be brought to the new version: what MariaDB said stands above.'
  trap - TERM INT
fi
printf '%s\\n' "$new" > "$volume/version.new"
mv "$volume/version.new" "$volume/version"

umask 077
password=$(cat ${secretsFolder}/${secretKeys.database})
case $password in
  '' | *[!A-Za-z0-9_-]*) refuse 'The password of the database is empty, or has other signs than letters, digits, - and _.' ;;
esac
cat > "$run/init.sql" << end
CREATE DATABASE IF NOT EXISTS ${database.name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
CREATE USER IF NOT EXISTS '${database.user}'@'%' IDENTIFIED BY '$password';
ALTER USER '${database.user}'@'%' IDENTIFIED BY '$password';
GRANT ALL PRIVILEGES ON ${database.name}.* TO '${database.user}'@'%';
end
unset password
umask 027
exec mariadbd --defaults-file="$config" --init-file="$run/init.sql"
`;
}
