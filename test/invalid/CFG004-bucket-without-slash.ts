import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.longhorn.backup = { target: 's3://volumes@eu-west-3' };
  },
  problems: [
    `error CFG004
  longhorn.backup.target: "s3://volumes@eu-west-3" is no backup target
  → write 'nfs://nas.example.org:/folder', 'cifs://nas.example.org/share', or 's3://bucket@region/' with the slash at its end`,
  ],
} satisfies Fixture;
