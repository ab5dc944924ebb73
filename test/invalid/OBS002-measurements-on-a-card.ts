import type { Fixture } from '../fixture.ts';

/** Longhorn is off, and no disk waits for it. */
const withoutLonghorn = (home) => {
  home.longhorn.enabled = false;
  for (const board of home.boards) board.disks = board.disks?.filter(({ purpose }) => purpose !== 'longhorn');
};

const ash = { name: 'ash', address: '192.168.1.14', hardware: 'raspberry-pi-4', memory: '4GiB', role: 'agent' };

export default {
  break: (home) => {
    withoutLonghorn(home);
    home.boards.push({ ...ash });
  },
  reliesOn: [['observability', 'enabled']],
  problems: [
    `warning OBS002
  boards[3]: the volume of measurements may be made on the SD card of "ash": without Longhorn it is on the board that first runs Prometheus
  → add a disk with purpose: 'system', or write boot: 'ssd' if the board boots from one`,
  ],
  nearMisses: {
    'it boots from a disk': (home) => {
      withoutLonghorn(home);
      home.boards.push({ ...ash, boot: 'ssd' });
    },
    'with copies on other boards': (home) => {
      home.boards.push({ ...ash });
    },
    'where nothing is measured': (home) => {
      withoutLonghorn(home);
      home.boards.push({ ...ash });
      home.observability = { enabled: false };
    },
  },
} satisfies Fixture;
