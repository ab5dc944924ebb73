import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import { uploadsFolder } from './paths.ts';

/**
 * Over the settings of the image. `memory_limit` is what one request may use, and the least that Nextcloud takes without
 * a warning (apps/settings/lib/SetupChecks/PhpMemoryLimit.php); most use a tenth of it.
 */
export function phpIni({ uploadLimit }: Nextcloud): string {
  return `memory_limit = 512M
upload_max_filesize = ${uploadLimit}
post_max_size = ${uploadLimit}
upload_tmp_dir = ${uploadsFolder}
max_execution_time = 3600
max_input_time = 3600
output_buffering = 0
expose_php = 0
opcache.memory_consumption = 128
opcache.interned_strings_buffer = 32
apc.shm_size = 32M
`;
}
