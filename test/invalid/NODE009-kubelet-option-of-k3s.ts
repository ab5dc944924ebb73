import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.k3s = { kubeletArgs: ['node-ip=192.168.1.11'] };
  },
  problems: [
    `error NODE009
  k3s.kubeletArgs[0]: node-ip is an option that k3s or homecloud sets
  → take the entry away`,
  ],
  nearMisses: {
    'a free option': (home) => {
      home.k3s = { kubeletArgs: ['max-pods=60'] };
    },
  },
} satisfies Fixture;
