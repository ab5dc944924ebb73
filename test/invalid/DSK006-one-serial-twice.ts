import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[0].disks[0].erase = 'S1';
    home.boards[1].disks[0].erase = 'S1';
  },
  problems: [
    `error DSK006
  boards[1].disks[0].erase: the serial number "S1" is already used by boards[0].disks[0].erase
  → read each serial number from its own disk: "lsblk -o NAME,SERIAL" on the board shows it`,
  ],
  nearMisses: {
    'two serials': (home) => {
      home.boards[0].disks[0].erase = 'S1';
      home.boards[1].disks[0].erase = 'S2';
    },
  },
} satisfies Fixture;
