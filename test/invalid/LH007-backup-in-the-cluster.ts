import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.longhorn.backup = { target: 'nfs://nfs.storage.svc.cluster.local:/volumes' };
  },
  reliesOn: [['longhorn', 'enabled']],
  problems: [
    `error LH007
  longhorn.backup.target: nfs.storage.svc.cluster.local is in the cluster
  → name a server outside of it: another computer at home, or better one in another place`,
  ],
  nearMisses: {
    'a computer at home': (home) => {
      home.longhorn.backup = { target: 'nfs://192.168.1.30:/volumes' };
    },
    'a bucket': (home) => {
      home.longhorn.backup = { target: 's3://volumes@eu-west-3/' };
    },
    'a name that only looks like one': (home) => {
      home.longhorn.backup = { target: 'cifs://svc.example.org/volumes' };
    },
  },
} satisfies Fixture;
