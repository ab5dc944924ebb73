import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.longhorn.backup = { target: 'cifs://10.43.7.7/volumes' };
  },
  reliesOn: [
    ['longhorn', 'enabled'],
    ['network', 'services'],
  ],
  problems: [
    `error LH007
  longhorn.backup.target: 10.43.7.7 is in the cluster
  → name a server outside of it: another computer at home, or better one in another place`,
  ],
} satisfies Fixture;
