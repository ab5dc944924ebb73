import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import { maintenanceFile, restoringFile } from './paths.ts';

/** Seconds that a clock may be wrong by when somebody sets it. */
const clockError = 120;

/**
 * Part of Nextcloud's settings: the maintenance mode while the database is dumped or restored.
 *
 * That of a dump is a lock on a file, of which the kernel lets go when its owner ends, and which is believed for as long only
 * as a dump may take. It is no value of `$CONFIG`: all that Nextcloud has read it writes into config.php when any setting
 * changes (lib/private/Config.php, writeData), where it would stay for ever. The environment wins over that and is
 * never written (getValue), and PHP takes it back after each request (PHP manual, "putenv"). `occ maintenance:mode` goes by
 * what the admin has set alone: it would take itself to be on already, and change nothing.
 */
export function maintenancePhp({ limit }: Nextcloud['backup']): string {
  return `(static function (): void {
    if (PHP_SAPI === 'cli' && in_array('maintenance:mode', $_SERVER['argv'] ?? [], true)) {
        return;
    }
    $is = is_file('${restoringFile}');
    $file = !$is && is_file('${maintenanceFile}') ? fopen('${maintenanceFile}', 'r') : false;
    if ($file !== false) {
        $is = !flock($file, LOCK_SH | LOCK_NB, $isHeld) && $isHeld === 1
            && fstat($file)['mtime'] > time() - ${limit + clockError};
        fclose($file);
    }
    if ($is) {
        putenv('NC_maintenance=true');
    }
})();
`;
}
