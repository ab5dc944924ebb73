import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[0].adress = home.boards[0].address;
    delete home.boards[0].address;
  },
  problems: [
    `error CFG001
  boards[0].adress: there is no such key in boards[0]
  → did you mean address? The keys are: name, address, hardware, memory, role, boot, vrrpPriority, ssh, disks`,
  ],
} satisfies Fixture;
