import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.traefik.values = { resources: { requests: { memory: '3Gi' }, limits: { memory: '3Gi' } } };
  },
  problems: [
    `error NODE007
  boards[2]: what is bound to fir asks for 3.2 GiB of memory, and the board has 2.4 GiB for pods
  → let less of this run there: instance-manager, longhorn-csi-plugin, longhorn-liveness-probe, longhorn-manager, node-driver-registrar, node-exporter, traefik; or give the board more memory`,
  ],
  nearMisses: {
    'as much as there is': (home) => {
      home.traefik.values = { resources: { requests: { memory: '1Gi' }, limits: { memory: '3Gi' } } };
    },
  },
} satisfies Fixture;
