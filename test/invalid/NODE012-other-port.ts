import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.hardening = { variables: { ssh_server_ports: ['2222'] } };
  },
  problems: [
    `error NODE012
  hardening.variables.ssh_server_ports: ["2222"] is without 22 of boards[0].ssh.port
  → take ssh_server_ports away: each board listens at the port of its boards[].ssh.port`,
  ],
  nearMisses: {
    'one more port': (home) => {
      home.hardening = { variables: { ssh_server_ports: ['22', '2222'] } };
    },
  },
} satisfies Fixture;
