import type { Fixture } from '../fixture.ts';

const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'B'.repeat(43)}`;

export default {
  break: (home) => {
    home.home.admin.sshKeys = [key.slice(0, -4)];
  },
  problems: [
    `error CFG004
  home.admin.sshKeys[0]: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBBBBBBBBBBBBBBBBBBBBBBB…" is not a public key of OpenSSH
  → copy the one line of a file such as ~/.ssh/id_ed25519.pub, which begins with "ssh-ed25519 AAAA"`,
  ],
  nearMisses: {
    'a whole key, with its comment': (home) => {
      home.home.admin.sshKeys = [`${key} alice@laptop`];
    },
  },
} satisfies Fixture;
