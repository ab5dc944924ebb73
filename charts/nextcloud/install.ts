import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import { appName } from './app/files.ts';
import { configFolder } from './parts.ts';
import {
  backupFolder,
  dataFolder,
  htmlFolder,
  restoringFile,
  secretsFolder,
  turnFile,
  uploadsFolder,
  versionFile,
} from './paths.ts';

/** Written before Nextcloud is installed, and gone after: with it, what is in the database belongs to nobody yet. */
const begunFile = `${htmlFolder}/config/homecloud-installing`;

/** The version for which the database was looked through. */
const repairedFile = `${htmlFolder}/config/homecloud-repaired`;

/** Nextcloud reads all `*.config.php` in the order of their names, each over those before (lib/private/Config.php). */
const ownConfig = `${htmlFolder}/config/zz-homecloud.config.php`;

/**
 * Brings Nextcloud to what Git says, from whatever state it is in: new, a version behind, in the middle of an installation
 * or of an upgrade that was cut off, or just as it should be. Each start of the pod runs it.
 *
 * The image's own script copies the program and upgrades. It does neither again for a program that is there already
 * (nextcloud/docker, docker-entrypoint.sh), so that what it leaves half done is ended here.
 */
export function installScript({ apps, database }: Nextcloud): string {
  return `set -eu
umask 027

say() {
  echo "homecloud: $*"
}

occ() {
  php ${htmlFolder}/occ --no-interaction "$@"
}

# In one step: whoever reads it sees the old or the new.
put() {
  cmp -s "$1" "$2" || { cp "$1" "$2.new" && mv "$2.new" "$2"; }
}

tries=0
until php ${configFolder}/database.php answers; do
  tries=$((tries + 1))
  test $tries -lt 120 || { say 'the database does not answer: kubectl -n nextcloud logs deployment/${database.host}'; exit 1; }
  sleep 5
done

# Nobody dumps the database meanwhile, which keeps Nextcloud in maintenance mode.
mkdir -p -m 770 ${backupFolder}
exec 8> ${turnFile}
flock --timeout 3600 8 || { say 'the database is dumped or restored for an hour: kubectl -n nextcloud get jobs'; exit 1; }
test ! -e ${restoringFile} || { say 'a restore of the database goes on, or was cut off: then do it again (README, Nextcloud)'; exit 1; }

NEXTCLOUD_UPDATE=1 /entrypoint.sh true
mkdir -p -m 770 ${dataFolder} ${uploadsFolder}
find ${uploadsFolder} -mindepth 1 -delete
put ${configFolder}/homecloud.config.php ${ownConfig}

status=$(occ status --output=json)
case $status in
  *'"installed":true'*)
    php ${configFolder}/database.php is-filled
    rm -f ${begunFile}
    ;;
  *)
    if test -f ${begunFile}; then
      say 'the installation was cut off, and begins anew'
      php ${configFolder}/database.php empty
    else
      php ${configFolder}/database.php is-empty
    fi
    touch ${begunFile}
    php ${configFolder}/install.php
    rm ${begunFile}
    status=$(occ status --output=json)
    ;;
esac

case $status in
  *'"needsDbUpgrade":true'*)
    say 'the upgrade was cut off, and goes on'
    occ upgrade
    ;;
esac
# Nobody else works on it before the pod is there: whoever left it on was cut off.
occ maintenance:mode --off
occ config:import ${configFolder}/apps.json
# Without it the shares would vanish from every device: rather no Nextcloud.
occ app:enable ${appName}
occ app:enable ${apps.join(' ')} || say 'not all apps could be had; they are tried again at the next start'

version=$(printf '%s' "$status" | sed -n 's/.*"version":"\\([^"]*\\)".*/\\1/p')
if test "$(cat ${repairedFile} 2> /dev/null)" != "$version"; then
  occ db:add-missing-columns
  occ db:add-missing-indices
  occ db:add-missing-primary-keys
  occ maintenance:repair --include-expensive
  occ maintenance:update:htaccess
  printf '%s\\n' "$version" > ${repairedFile}.new
  mv ${repairedFile}.new ${repairedFile}
fi
printf '%s\\n' "$version" > ${versionFile}.new
mv ${versionFile}.new ${versionFile}
`;
}

/** Arguments of `occ maintenance:install`, but for the passwords (core/Command/Maintenance/Install.php). */
export function installJson({ database, ports, adminUser, adminEmail }: Nextcloud): string {
  const options = {
    database: 'mysql',
    'database-host': `${database.host}:${ports.database}`,
    'database-name': database.name,
    'database-user': database.user,
    'admin-user': adminUser,
    'admin-email': adminEmail,
    'data-dir': dataFolder,
  };
  const written = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return `${JSON.stringify(['maintenance:install', '--no-interaction', ...written], null, 2)}\n`;
}

/** `occ maintenance:install`, with passwords that are arguments inside of PHP, and of no process. */
export function installPhp({ secretKeys }: Nextcloud): string {
  return `<?php
$secret = fn (string $key): string => rtrim((string) file_get_contents('${secretsFolder}/' . $key), "\\n");
$arguments = json_decode((string) file_get_contents('${configFolder}/install.json'), true, 512, JSON_THROW_ON_ERROR);
$argv = [
    'occ',
    ...$arguments,
    '--database-pass=' . $secret('${secretKeys.database}'),
    '--admin-pass=' . $secret('${secretKeys.admin}'),
];
$argc = count($argv);
$_SERVER['argv'] = $argv;
$_SERVER['argc'] = $argc;
unset($secret, $arguments);
require '${htmlFolder}/console.php';
`;
}

/**
 * Asks the database: whether it answers, and whether what is in it belongs to what is on the volume. Two volumes that do
 * not belong together are never made to.
 */
export function databasePhp({ database, ports, secretKeys }: Nextcloud): string {
  return `<?php
$password = rtrim((string) file_get_contents('${secretsFolder}/${secretKeys.database}'), "\\n");
try {
    $database = new PDO(
        'mysql:host=${database.host};port=${ports.database};dbname=${database.name}',
        '${database.user}',
        $password,
        [PDO::ATTR_TIMEOUT => 5],
    );
    $tables = $database
        ->query("SELECT table_name FROM information_schema.tables WHERE table_schema = '${database.name}'")
        ->fetchAll(PDO::FETCH_COLUMN);
} catch (PDOException $error) {
    // Without its trace, which has the password in it.
    fwrite(STDERR, 'The database: ' . $error->getMessage() . "\\n");
    exit(1);
}
switch ($argv[1] ?? '') {
    case 'answers':
        exit(0);
    case 'is-filled':
        if ($tables !== []) {
            exit(0);
        }
        fwrite(STDERR, "Nextcloud is installed on the volume \\"nextcloud\\", and its database is empty.\\n");
        fwrite(STDERR, "Restore the database from its last dump (README, Nextcloud).\\n");
        exit(1);
    case 'is-empty':
        if ($tables === []) {
            exit(0);
        }
        fwrite(STDERR, "There is no Nextcloud on the volume \\"nextcloud\\", and a database of one: none is installed over it.\\n");
        fwrite(STDERR, "Restore the volume \\"nextcloud\\" from its backup.\\n");
        exit(1);
    case 'empty':
        $database->exec('SET FOREIGN_KEY_CHECKS = 0');
        foreach ($tables as $table) {
            $database->exec('DROP TABLE \`' . str_replace('\`', '\`\`', $table) . '\`');
        }
        exit(0);
    default:
        fwrite(STDERR, "answers, is-filled, is-empty or empty?\\n");
        exit(2);
}
`;
}
