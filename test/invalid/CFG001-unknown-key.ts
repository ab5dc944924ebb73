import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[0].colour = 'green';
  },
  problems: [
    `error CFG001
  boards[0].colour: there is no such key in boards[0]
  → The keys are: name, address, hardware, memory, role, boot, vrrpPriority, ssh, disks`,
  ],
} satisfies Fixture;
