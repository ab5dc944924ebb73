import type { Config } from './config.ts';
import type { Nextcloud } from './facts/nextcloud.ts';

/**
 * Of each container, by the memory of the smallest board, on which all of them may run.
 *
 * Nextcloud asks for what it holds when nobody is there: Apache with two of its processes, about 60 MiB each, and what
 * they share, most of it the 128 MiB of PHP's code cache. The backup asks for little: it must find room on the one board
 * that has the volume of the files.
 */
export function nextcloudResources({
  boards,
  nextcloud,
}: Pick<Config, 'boards' | 'nextcloud'>): Nextcloud['resources'] {
  const all = Math.min(...boards.map(({ memory }) => memory)) > 4 * 2 ** 30 ? large : small;
  return nextcloud.gallery ? { ...all, cron: withGallery } : all;
}

/** Jobs beside which a program in Perl reads pictures. */
const withGallery = { cpuRequest: '20m', memoryRequest: '128Mi', memoryLimit: '768Mi' } as const;

const small = {
  server: { cpuRequest: '100m', memoryRequest: '256Mi', memoryLimit: '1024Mi' },
  cron: { cpuRequest: '20m', memoryRequest: '64Mi', memoryLimit: '640Mi' },
  database: { cpuRequest: '50m', memoryRequest: '192Mi', memoryLimit: '384Mi' },
  cache: { cpuRequest: '10m', memoryRequest: '24Mi', memoryLimit: '96Mi' },
  backup: { cpuRequest: '20m', memoryRequest: '64Mi', memoryLimit: '384Mi' },
} as const satisfies Nextcloud['resources'];

const large = {
  server: { cpuRequest: '100m', memoryRequest: '384Mi', memoryLimit: '2048Mi' },
  cron: { cpuRequest: '20m', memoryRequest: '64Mi', memoryLimit: '640Mi' },
  database: { cpuRequest: '50m', memoryRequest: '384Mi', memoryLimit: '768Mi' },
  cache: { cpuRequest: '10m', memoryRequest: '32Mi', memoryLimit: '192Mi' },
  backup: { cpuRequest: '20m', memoryRequest: '64Mi', memoryLimit: '384Mi' },
} as const satisfies Nextcloud['resources'];
