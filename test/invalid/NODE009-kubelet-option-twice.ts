import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.k3s = { kubeletArgs: ['max-pods=60', 'max-pods=70'] };
  },
  problems: [
    `error NODE009
  k3s.kubeletArgs[1]: the option max-pods is already used by k3s.kubeletArgs[0]
  → keep one of the two: the kubelet takes the last`,
  ],
} satisfies Fixture;
