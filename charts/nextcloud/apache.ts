import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import { memoryBytes } from '../../model/quantity.ts';
import type { Mount } from '../workload.ts';
import { htmlFolder, runFolder, secretsFolder } from './paths.ts';

/** Files of the image's Apache (Debian's layout) that ours take the place of, by the file of the config map. */
const places = {
  'ports.conf': '/etc/apache2/ports.conf',
  'site.conf': '/etc/apache2/sites-available/000-default.conf',
  'mpm_prefork.conf': '/etc/apache2/mods-available/mpm_prefork.conf',
  'remoteip.conf': '/etc/apache2/conf-available/remoteip.conf',
} as const;

export const apacheMounts: readonly Mount[] = Object.entries(places).map(([subPath, path]) => ({
  volume: 'config',
  subPath,
  path,
}));

/** Its folders in memory: no other can be written to. And the largest request, in bytes. */
export function apacheEnvironment({ uploadLimit }: Nextcloud): Readonly<Record<string, string>> {
  return {
    APACHE_BODY_LIMIT: `${uploadLimit}`,
    APACHE_RUN_DIR: `${runFolder}/apache2`,
    APACHE_LOCK_DIR: `${runFolder}/apache2-lock`,
    APACHE_PID_FILE: `${runFolder}/apache2/apache2.pid`,
  };
}

export function apacheConfig(nextcloud: Nextcloud): Readonly<Record<keyof typeof places, string>> {
  return {
    'ports.conf': `Listen ${nextcloud.ports.web}\n`,
    'site.conf': siteConf(nextcloud),
    'mpm_prefork.conf': preforkConf(nextcloud),
    'remoteip.conf': `# Nextcloud itself finds out who asks: trusted_proxies in its settings. The image would believe a header of anybody
# with a private address.
`,
  };
}

/**
 * One page. Redirects of its own name the page as people know it. What is logged is who asked, what became of it, and no
 * path, which has names of files and of shared links in it; the probes of the board are left out.
 */
function siteConf({ ports, host }: Nextcloud): string {
  return `<VirtualHost *:${ports.web}>
  ServerName https://${host}:443
  UseCanonicalName On
  DocumentRoot ${htmlFolder}
  ServerSignature Off
  LogFormat "%{X-Forwarded-For}i %t %m %>s %B %D" homecloud
  SetEnvIf User-Agent ^kube-probe/ probe
  CustomLog /dev/stdout homecloud env=!probe
  ErrorLog /dev/stderr
</VirtualHost>
`;
}

/** A process of Apache with PHP in it at work, and what all share: the code cache, APCu, Apache itself. */
const processBytes = 80 * 2 ** 20;
const sharedBytes = 224 * 2 ** 20;

/** As many at once as have room in the memory of the container. */
function preforkConf({ resources }: Nextcloud): string {
  const processes = Math.floor((memoryBytes(resources.server.memoryLimit) - sharedBytes) / processBytes);
  return `StartServers 2
MinSpareServers 2
MaxSpareServers 4
ServerLimit ${processes}
MaxRequestWorkers ${processes}
MaxConnectionsPerChild 500
`;
}

/**
 * Starts Apache, with sessions in the cache: its password is in a file that PHP reads (phpredis, "PHP Session handler"),
 * and in no variable, which each page of PHP could show.
 */
export function serveScript({ cache, ports, secretKeys }: Nextcloud): string {
  return `set -eu
umask 077
password=$(cat ${secretsFolder}/${secretKeys.cache})
case $password in
  '' | *[!A-Za-z0-9_-]*) echo 'The password of the cache is empty, or has other signs than letters, digits, - and _.' >&2; exit 1 ;;
esac
cat > ${runFolder}/session.ini << end
session.save_handler = redis
session.save_path = "tcp://${cache.host}:${ports.cache}?auth=$password"
redis.session.locking_enabled = 1
redis.session.lock_retries = -1
redis.session.lock_wait_time = 10000
end
unset password
umask 027
exec apache2-foreground
`;
}
