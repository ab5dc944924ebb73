import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.hardening = { variables: { os_mnt_run_options: 'rw,nosuid,nodev,noexec' } };
  },
  problems: [
    `error SEC004
  hardening.variables.os_mnt_run_options: "rw,nosuid,nodev,noexec" has noexec, and k3s runs programs there
  → take noexec out of the options`,
  ],
  nearMisses: {
    'the others': (home) => {
      home.hardening = { variables: { os_mnt_run_options: 'rw,nosuid,nodev' } };
    },
  },
} satisfies Fixture;
