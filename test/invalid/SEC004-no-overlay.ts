import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.hardening = { variables: { os_unused_filesystems: ['cramfs', 'overlay'] } };
  },
  problems: [
    `error SEC004
  hardening.variables.os_unused_filesystems: blocks overlay, which the boards load
  → take overlay out of the list`,
  ],
  nearMisses: {
    'what no board needs': (home) => {
      home.hardening = { variables: { os_unused_filesystems: ['cramfs'] } };
    },
  },
} satisfies Fixture;
