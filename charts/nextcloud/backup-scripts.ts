import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import { configFolder } from './parts.ts';
import { backupFolder, maintenanceFile, restoringFile, turnFile, versionFile } from './paths.ts';

/** In memory: how it logs in. */
export const runFolder = '/run/backup';

/** On the disk of the board: the copy into which a dump is loaded. */
export const scratchFolder = '/scratch';

export const databaseSecrets = '/run/secrets/database';

/** Seconds that a start or the jobs of Nextcloud are waited for. */
const patience = 3000;

/** The tables of the database, as those who go through all of them name each. */
const table = 'CONCAT(CHAR(96), REPLACE(table_name, CHAR(96), REPEAT(CHAR(96), 2)), CHAR(96))';
const tables = "information_schema.tables AS t WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'";

/**
 * Statements that make statements, for the tables that are there. Numbers with 6 digits of precision are not written out in
 * full (MariaDB, "FLOAT"): of a table that has some, rows are counted; of all others each value counts.
 */
export const sqlFiles = {
  'lock.sql': `SELECT CONCAT('LOCK TABLES ', GROUP_CONCAT(${table}, ' READ' ORDER BY table_name), ';') FROM ${tables};\n`,
  'drop.sql': `SELECT CONCAT('DROP TABLE ', ${table}, ';') FROM ${tables};\n`,
  'sums.sql': `SELECT IF(
  EXISTS (
    SELECT 1 FROM information_schema.columns AS c
    WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.data_type = 'float'
  ),
  CONCAT('SELECT ', QUOTE(table_name), ', COUNT(*) FROM ', ${table}, ';'),
  CONCAT('CHECKSUM TABLE ', ${table}, ';')
) FROM ${tables} ORDER BY table_name;
`,
  'size.sql': `SELECT CEIL(COALESCE(SUM(data_length + index_length), 0) / 1048576) FROM ${tables};\n`,
} as const;

/** MariaDB for the copy: small, reached by nobody, and what it writes may be lost with it. */
export const copyCnf = `[mariadbd]
datadir = ${scratchFolder}/data
tmpdir = ${scratchFolder}/tmp
socket = ${scratchFolder}/copy.sock
pid-file = ${scratchFolder}/copy.pid
skip-networking
skip-name-resolve
skip-innodb-doublewrite
innodb-flush-log-at-trx-commit = 0
innodb-buffer-pool-size = 96M
innodb-log-file-size = 64M
innodb-log-buffer-size = 8M
aria-pagecache-buffer-size = 8M
key-buffer-size = 1M
max-allowed-packet = 64M
max-connections = 10
table-open-cache = 256
`;

/** What a dump and a restore begin with. */
function common({ database, ports, secretKeys, namespace }: Nextcloud): string {
  return `set -eu
umask 027
folder=${backupFolder}
run=${runFolder}

say() {
  echo "homecloud: $*"
}

refuse() {
  printf '%s\\n' "$@" >&2
  exit 1
}

ask() {
  mariadb --defaults-file="$run/client.cnf" --connect-timeout=10 --batch --raw --skip-column-names \\
    --database=${database.name} "$@"
}

log_in() {
  password=$(cat ${databaseSecrets}/${secretKeys.database})
  (
    umask 077
    # Without TLS, as Nextcloud itself: what is not in the cluster reaches neither.
    cat > "$run/client.cnf" << end
[client]
host = ${database.host}
port = ${ports.database}
protocol = tcp
user = ${database.user}
password = $password
skip-ssl
default-character-set = utf8mb4
max-allowed-packet = 128M
end
  )
  unset password
  tries=0
  until ask --execute='SELECT 1' > /dev/null; do
    tries=$((tries + 1))
    test $tries -lt 60 || refuse 'The database does not answer: kubectl -n ${namespace} logs deployment/${database.host} says why.'
    sleep 5
  done
}

# What the tables hold: a line each. Whatever asks for it comes after.
sums() {
  "$@" < ${configFolder}/sums.sql > "$run/sums.sql"
  "$@" < "$run/sums.sql"
}

# Loads a dump with what comes after its name; one whose end is missing is none.
load() {
  dump=$1
  shift
  rm -f "$run/unpacked"
  { gzip -dc "$dump" && : > "$run/unpacked"; } | "$@" || return 1
  test -e "$run/unpacked"
}

# One at a time.
exec 7> "$folder/only-one"
flock --nonblock 7 || refuse 'Another dump or restore is under way: wait for its end.'

take_turn() {
  exec 8> ${turnFile}
  flock --timeout ${patience} 8 ||
    refuse 'The jobs or a start of Nextcloud came to no end for ${patience / 60} minutes: kubectl -n ${namespace} logs deployment/nextcloud --all-containers says what they do.'
}
`;
}

/**
 * Makes a dump, and keeps it when it is right: loaded into an empty MariaDB, each table holds what it held in the
 * database. The tables are locked for writing meanwhile, so that there is one answer to that; whoever asks Nextcloud for
 * something is told to come back, and would wait until all of its processes do.
 */
export function backupScript(nextcloud: Nextcloud): string {
  const { backup, database } = nextcloud;
  return `${common(nextcloud)}
scratch=${scratchFolder}
rm -f "$folder"/*.part
find "$scratch" -mindepth 1 -delete
log_in

size=$(ask < ${configFolder}/size.sql)
free=$(df -Pm "$scratch" | awk 'NR == 2 { print $4 }')
# As much again for indexes and for what it sorts, the log, and a tenth: a board whose disk is full ends its pods.
need=$((size * 2 + 512))
test "$free" -ge $((need + need / 10)) || refuse \\
  "The disk of this board has $free MiB free, and $((need + need / 10)) are needed to load the dump once." \\
  'Make room on it: an old image, or old logs. The dumps that are there stay.'

take_turn
test ! -e ${restoringFile} || refuse 'A restore of the database was cut off, and this one is not whole: do the restore again (README, Nextcloud).'
version=$(cat ${versionFile} 2> /dev/null) || refuse 'Nextcloud has not come to the end of its first start.'
lock=$(ask < ${configFolder}/lock.sql)
test "$lock" != NULL || refuse 'The database is empty.'
ask < ${configFolder}/sums.sql > "$run/sums.sql"
{
  # Whoever writes is waited for. On a board that lost its power nobody lets go: the database does after a while.
  echo 'SET SESSION lock_wait_timeout = 60, wait_timeout = ${backup.limit};'
  echo "$lock"
  echo 'system sh ${configFolder}/dump.sh >&2'
  cat "$run/sums.sql"
} > "$run/steps.sql"

name=nextcloud-$(date -u +%Y-%m-%dT%H-%M-%SZ)
part=$folder/$name.sql.gz.part
printf '%s\\n' "$part" > "$run/part"
rm -f "$run/dumped"
begin=$(date +%s)
exec 9> ${maintenanceFile}
flock --timeout 60 9 || refuse 'The lock of the maintenance mode is held by somebody else.'
touch ${maintenanceFile}
is_made=yes
timeout --foreground --kill-after=10 ${backup.limit} \\
  mariadb --defaults-file="$run/client.cnf" --connect-timeout=10 --batch --raw --skip-column-names \\
  --database=${database.name} < "$run/steps.sql" > "$run/sums" || is_made=
exec 9>&- 8>&-
end=$(date +%s)
if test -z "$is_made" || test ! -e "$run/dumped"; then
  rm -f "$part"
  refuse 'The dump was not made: what MariaDB said stands above. The dumps that are there stay.' "$(df -Ph "$folder" | tail -n 1)"
fi

# Nextcloud goes on. Is it right?
server=
trap 'test -z "$server" || kill -KILL "$server" 2> /dev/null; find "$scratch" -mindepth 1 -delete' EXIT
mkdir "$scratch/tmp"
mariadb-install-db --defaults-file=${configFolder}/copy.cnf --datadir="$scratch/data" --skip-test-db --skip-name-resolve \\
  --auth-root-authentication-method=socket --auth-root-socket-user="$(id -un)" > "$scratch/made" ||
  { cat "$scratch/made" >&2; refuse 'The MariaDB for the copy could not be made: why stands above.'; }
mariadbd --defaults-file=${configFolder}/copy.cnf 7>&- &
server=$!
copy() {
  mariadb --no-defaults --socket="$scratch/copy.sock" --default-character-set=utf8mb4 --max-allowed-packet=128M \\
    --batch --raw --skip-column-names "$@"
}
of_copy() {
  copy --database=${database.name} "$@"
}
tries=0
until copy --execute='SELECT 1' > /dev/null 2>&1; do
  tries=$((tries + 1))
  kill -0 "$server" 2> /dev/null && test $tries -lt 600 || refuse 'The MariaDB for the copy did not start: what it said stands above.'
  sleep 1
done
copy --execute='CREATE DATABASE ${database.name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci'
if ! load "$part" of_copy || ! sums of_copy > "$run/copied" || ! cmp -s "$run/sums" "$run/copied"; then
  diff "$run/sums" "$run/copied" >&2 || true
  rm -f "$part"
  refuse 'The dump cannot be loaded, or holds something else than the database (<: the database, >: the dump).' 'It is not kept; the dumps that are there stay.'
fi
kill -TERM "$server"
wait "$server" || true
server=

{
  echo "version $version"
  cat "$run/sums"
} > "$folder/$name.sums.part"
sync "$part" "$folder/$name.sums.part"
mv "$folder/$name.sums.part" "$folder/$name.sums"
mv "$part" "$folder/$name.sql.gz"
sync "$folder"
# The old ones, and what has no dump any more. Never the new one, whatever the clock says.
(cd "$folder" && ls -1) | sed -n 's/\\.sql\\.gz$//p' | grep -vxF "$name" | sort -r | tail -n +${backup.keep} |
  while read -r old; do rm -f "$folder/$old.sql.gz"; done
for file in "$folder"/*.sums; do
  test -e "\${file%.sums}.sql.gz" || rm -f "$file"
done
say "$name: $(wc -l < "$run/sums") tables, $(du -k "$folder/$name.sql.gz" | cut -f 1) KiB. \\
Nextcloud was in maintenance mode for $((end - begin)) s; to load the dump took $(($(date +%s) - end)) s."
`;
}

/** What runs while the tables are locked. */
export function dumpScript({ backup, database }: Nextcloud): string {
  return `set -eu
umask 027
part=$(cat ${runFolder}/part)
{
  timeout --foreground --kill-after=10 ${backup.limit} mariadb-dump --defaults-file=${runFolder}/client.cnf \\
    --single-transaction --quick --hex-blob --no-tablespaces ${database.name} && : > ${runFolder}/dumped
} | gzip -1 > "$part" || rm -f ${runFolder}/dumped
`;
}

/**
 * Brings the database to what a dump says: the newest, or the one whose name is its argument. Until all of it is there,
 * Nextcloud stays in maintenance mode, and does not start: what it does not find in its database, computers would delete.
 */
export function restoreScript(nextcloud: Nextcloud): string {
  const { namespace } = nextcloud;
  return `${common(nextcloud)}
list() {
  (cd "$folder" && ls -1) | sed -n 's/\\.sql\\.gz$//p' | sort
}
name=\${1:-$(list | tail -n 1)}
name=\${name%.sql.gz}
test -n "$name" && test -f "$folder/$name.sql.gz" && test -f "$folder/$name.sums" ||
  refuse "There is no dump \\"$name\\" on the volume. There are:" "$(list)"
say "restores $name, of:
$(list)"
gzip -t "$folder/$name.sql.gz" || refuse 'The dump is damaged: take another. Nothing was changed.'
wanted=$(sed -n '1s/^version //p' "$folder/$name.sums")
installed=$(cat ${versionFile} 2> /dev/null || true)
test "$wanted" = "$installed" || refuse \\
  "The dump is of Nextcloud $wanted, and the volume has \${installed:-none}: the tables of one are of no use to the other." \\
  'Restore the volume "nextcloud" from its backup of that night, too. Nothing was changed.'
log_in
take_turn
: > ${restoringFile}
sync ${restoringFile} "$folder"
{
  echo 'SET SESSION lock_wait_timeout = 300, foreign_key_checks = 0;'
  ask < ${configFolder}/drop.sql
} > "$run/drop.sql"
ask < "$run/drop.sql"
load "$folder/$name.sql.gz" ask || refuse 'The dump could not be loaded: what MariaDB said stands above. Do it again, or take another.'
sums ask > "$run/restored"
tail -n +2 "$folder/$name.sums" > "$run/wanted"
if ! cmp -s "$run/wanted" "$run/restored"; then
  diff "$run/wanted" "$run/restored" >&2 || true
  refuse 'The database holds something else than the dump (<: the dump, >: the database). Do it again, or take another.'
fi
rm ${restoringFile}
sync "$folder"
say "$(wc -l < "$run/wanted") tables are as they were. Now start Nextcloud anew, with its cache:
kubectl -n ${namespace} rollout restart deployment cache nextcloud"
`;
}
