import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[0].ram = home.boards[0].memory;
    delete home.boards[0].memory;
  },
  problems: [
    `error CFG001
  boards[0].ram: there is no such key in boards[0]
  → did you mean memory? The keys are: name, address, hardware, memory, role, boot, vrrpPriority, ssh, disks`,
  ],
} satisfies Fixture;
