import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.hardening = { variables: { os_filesystem_whitelist: ['udf'] } };
  },
  problems: [
    `error SEC004
  hardening.variables.os_filesystem_whitelist: ["udf"] is without vfat, the file system of the boot partition
  → add it: os_filesystem_whitelist: ['vfat', 'udf']`,
  ],
  nearMisses: {
    both: (home) => {
      home.hardening = { variables: { os_filesystem_whitelist: ['udf', 'vfat'] } };
    },
  },
} satisfies Fixture;
