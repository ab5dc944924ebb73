import type { Fixture } from '../fixture.ts';

const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'B'.repeat(43)}`;

export default {
  break: (home) => {
    home.boards[0].ssh = { hostKeys: [`192.168.1.11 ${key}`] };
  },
  problems: [
    `error CFG004
  boards[0].ssh.hostKeys[0]: "192.168.1.11 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBBBBBBBBBB…" is not a public key of OpenSSH
  → copy the type and the key from the board's file /etc/ssh/ssh_host_ed25519_key.pub, which begins with "ssh-ed25519 AAAA"`,
  ],
  nearMisses: {
    'the key alone': (home) => {
      home.boards[0].ssh = { hostKeys: [key] };
    },
  },
} satisfies Fixture;
