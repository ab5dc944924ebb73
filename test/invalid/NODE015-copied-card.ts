import type { Fixture } from '../fixture.ts';

const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'B'.repeat(43)}`;
const other = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'C'.repeat(43)}`;

export default {
  break: (home) => {
    home.boards[0].ssh = { hostKeys: [key] };
    home.boards[1].ssh = { hostKeys: [other, `${key} root@elm`] };
  },
  problems: [
    `error NODE015
  boards[1].ssh.hostKeys[1]: the host key is already used by boards[0].ssh.hostKeys[0]
  → copy each key from its own board; if both boards really have it, one card is a copy of the other: flash it anew`,
  ],
  nearMisses: {
    'two keys': (home) => {
      home.boards[0].ssh = { hostKeys: [key] };
      home.boards[1].ssh = { hostKeys: [other] };
    },
  },
} satisfies Fixture;
