import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[0].disks[1].device = home.boards[0].disks[0].device;
  },
  reliesOn: [['boards', 0, 'disks', 0, 'device']],
  problems: [
    `error DSK002
  boards[0].disks[1].device: /dev/disk/by-id/usb-Example_Portable_0001-0:0 is already used by boards[0].disks[0].device
  → give each disk its own device`,
  ],
} satisfies Fixture;
