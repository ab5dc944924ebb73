import type { WrittenConfig } from './model/config.ts';

/**
 * The config of a home, for the default export of `homecloud.config.ts`. It gives completion and changes nothing:
 * homecloud judges the value when it reads the file.
 */
export function defineConfig(config: WrittenConfig): WrittenConfig {
  return config;
}
