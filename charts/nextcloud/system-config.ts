import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import { memoryBytes } from '../../model/quantity.ts';
import { recycleFolder } from '../../model/shares.ts';
import { maintenancePhp } from './maintenance.ts';
import { configFolder } from './parts.ts';
import { dataFolder, htmlFolder, ownAppsFolder, secretsFolder, uploadsFolder } from './paths.ts';

/**
 * The settings of Nextcloud that stand in files (config/config.sample.php). What may be missing is `null`, which is as if
 * it were not there: Nextcloud copies all that it reads into a file of its own, where an old value would stay.
 */
export function systemJson(nextcloud: Nextcloud): string {
  const { host, url, proxies, database, ports, cache, phoneRegion, maintenanceHour, internet } = nextcloud;
  const { measuredFrom } = nextcloud;
  return json({
    datadirectory: dataFolder,
    tempdirectory: uploadsFolder,
    dbtype: 'mysql',
    dbhost: `${database.host}:${ports.database}`,
    dbname: database.name,
    dbuser: database.user,
    'mysql.utf8mb4': true,

    // Whatever host is asked for, it is this one; who asks is who Traefik says.
    trusted_domains: [host],
    overwritehost: host,
    overwriteprotocol: 'https',
    'overwrite.cli.url': url,
    'htaccess.RewriteBase': '/',
    trusted_proxies: proxies,
    forwarded_for_headers: ['HTTP_X_FORWARDED_FOR'],
    'auth.bruteforce.protection.enabled': true,

    'memcache.local': '\\OC\\Memcache\\APCu',
    'memcache.distributed': '\\OC\\Memcache\\Redis',
    'memcache.locking': '\\OC\\Memcache\\Redis',
    'filelocking.enabled': true,
    redis: { host: cache.host, port: ports.cache, timeout: 5 },

    serverid: 0,
    default_phone_region: phoneRegion,
    maintenance_window_start: maintenanceHour,
    has_internet_connection: internet,
    appstoreenabled: internet,
    // Git brings new versions, and the image upgrades.
    updatechecker: false,
    'upgrade.disable-web': true,
    // To what the container prints.
    log_type: 'errorlog',
    loglevel: 2,

    // Those of the image, those that people install, and ours, which has no pages.
    apps_paths: [
      { path: `${htmlFolder}/apps`, url: '/apps', writable: false },
      { path: `${htmlFolder}/custom_apps`, url: '/custom_apps', writable: true },
      { path: ownAppsFolder, url: '/homecloud-apps', writable: false },
    ],
    // Of shares our own scan alone takes changes.
    files_no_background_scan: true,
    openmetrics_allowed_clients: [measuredFrom],
    openmetrics_skipped_classes: coreMetrics,

    ...previews(nextcloud),
    ...memories(nextcloud),
    ...mail(nextcloud),
    ...secondFactor(nextcloud),
  });
}

/** Nobody looks at them, and some count all files (lib/private/OpenMetrics/ExporterManager.php). */
const coreMetrics = [
  'ActiveSessions',
  'ActiveUsers',
  'AppEnabled',
  'FilesByType',
  'InstanceInfo',
  'LogLevel',
  'Maintenance',
  'RunningJobs',
  'UsersByBackend',
].map((name) => `OC\\OpenMetrics\\Exporters\\${name}`);

/** Pictures and texts only: what films and office files need is not in the image. Sizes in pixels, MB and MB. */
function previews({ resources }: Nextcloud) {
  const isSmall = memoryBytes(resources.server.memoryLimit) <= 2 ** 30;
  return {
    enable_previews: true,
    enabledPreviewProviders: ['PNG', 'JPEG', 'GIF', 'WebP', 'HEIC', 'TXT', 'MarkDown'].map(
      (name) => `OC\\Preview\\${name}`,
    ),
    preview_max_x: 2048,
    preview_max_y: 2048,
    preview_max_filesize_image: 50,
    preview_max_memory: 256,
    preview_concurrency_new: isSmall ? 1 : 2,
    preview_concurrency_all: isSmall ? 4 : 8,
  };
}

/**
 * The app Memories: all that a person sees is looked through every quarter of an hour for at most five minutes, mounts of
 * any kind among it, for what others than Nextcloud wrote; what is known is not read again (pulsejet/memories 8.1.0,
 * lib/Cron/IndexJob.php, lib/Service/Index.php). Films are played as they are: there is no ffmpeg in the image, and no
 * board to spare for it. Not `memories.readonly`: with it no person could choose a folder of their own
 * (lib/Controller/OtherController.php).
 *
 * The types are theirs, the mode is a text (lib/Settings/SystemConfig.php).
 */
function memories({ gallery }: Nextcloud) {
  return {
    'memories.index.mode': gallery ? '1' : null,
    // Its own pattern, and what Samba keeps of files that are gone: of a share nobody wants those back among the pictures.
    'memories.index.path.blacklist': gallery ? `\\/(@Recycle|@eaDir|${recycleFolder.replaceAll('.', '\\.')})\\/` : null,
    'memories.timeline.default_path': gallery ? '/' : null,
    'memories.exiftool_no_local': gallery ? false : null,
    'memories.vod.disable': gallery ? true : null,
  };
}

function mail({ mail }: Nextcloud) {
  const [from = null, domain = null] = mail?.from.split('@') ?? [];
  return {
    // `null` as a word: no mail is sent (lib/private/Mail/Mailer.php).
    mail_smtpmode: mail === null ? 'null' : 'smtp',
    mail_smtphost: mail?.server ?? null,
    mail_smtpport: mail?.port ?? null,
    // Else STARTTLS, where the server offers it.
    mail_smtpsecure: mail?.port === 465 ? 'ssl' : null,
    mail_smtpauth: mail !== null,
    mail_smtpname: mail?.user ?? null,
    mail_from_address: from,
    mail_domain: domain,
  };
}

/**
 * As `occ twofactorauth:enforce` writes it (lib/private/Authentication/TwoFactorAuth/MandatoryTwoFactor.php): up to
 * Nextcloud 32 at least it must be the word, and later any text is taken for yes.
 */
function secondFactor({ secondFactor }: Nextcloud) {
  return {
    twofactor_enforced: secondFactor === 'nobody' ? false : 'true',
    twofactor_enforced_groups: secondFactor === 'admins' ? ['admin'] : [],
    twofactor_enforced_excluded_groups: [],
  };
}

/**
 * The same with the passwords, which are in the files of the Secret and nowhere else; with what goes by the board; and with the
 * maintenance mode.
 *
 * Memories reads pictures by a program that it brings for each processor, and looks for it only when it is installed
 * (lib/Migration/Repair.php): the pod may have come from a board with another. It runs a copy of it in the folder for
 * temporary files, and writes nothing to its own (lib/Service/BinExt.php).
 */
export function systemConfigPhp({ mail, secretKeys, backup, gallery }: Nextcloud): string {
  const secret = (key: string) => `rtrim((string) file_get_contents('${secretsFolder}/${key}'), "\\n")`;
  return `<?php
// Made by homecloud: what stands here wins over config.php, and the next start writes it anew.
$CONFIG = json_decode((string) file_get_contents('${configFolder}/system.json'), true, 512, JSON_THROW_ON_ERROR);
$CONFIG['dbpassword'] = ${secret(secretKeys.database)};
$CONFIG['redis']['password'] = ${secret(secretKeys.cache)};
$CONFIG['mail_smtppassword'] = ${mail === null ? 'null' : secret(secretKeys.mail)};
${maintenancePhp(backup)}${gallery ? exiftoolPhp : ''}`;
}

const exiftoolPhp = `$exiftool = '${htmlFolder}/custom_apps/memories/bin-ext/exiftool-' . (php_uname('m') === 'x86_64' ? 'amd64' : 'aarch64') . '-glibc';
if (is_file($exiftool)) {
    $CONFIG['memories.exiftool'] = $exiftool;
}
unset($exiftool);
`;

/**
 * The settings that stand in the database: how jobs run (core/Command/Background/Cron.php), and what links for guests must
 * have (apps/settings/lib/Settings/Admin/Sharing.php).
 *
 * Not `shareapi_public_link_disclaimertext` for "opens at home only": the pages show it as terms of service that guests
 * agree to (apps/files_sharing/src/views/FilesViewFileDropEmptyContent.vue), and who cannot open a link never sees it. Who
 * makes a link is told instead, by our app.
 */
export function appsJson({ links }: Nextcloud): string {
  const yes = (is: boolean) => (is ? 'yes' : 'no');
  return json({
    apps: {
      core: {
        backgroundjobs_mode: 'cron',
        shareapi_allow_links: yes(links.enabled),
        shareapi_enable_link_password_by_default: yes(links.password),
        shareapi_enforce_links_password: yes(links.password),
        shareapi_default_expire_date: 'yes',
        shareapi_enforce_expire_date: 'yes',
        shareapi_expire_after_n_days: `${links.days}`,
        shareapi_allow_public_upload: yes(links.uploads),
      },
    },
  });
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
