import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    delete home.boards[2].disks;
  },
  problems: [
    `warning K3S006
  boards[2]: the server keeps the cluster's database on an SD card
  → add a disk with purpose: 'system', or write boot: 'ssd' if the board boots from one (without it boot is 'sd-card')`,
  ],
  nearMisses: {
    'an SSD': (home) => {
      delete home.boards[2].disks;
      home.boards[2].boot = 'ssd';
    },
  },
} satisfies Fixture;
