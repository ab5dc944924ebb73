import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.hardening = { variables: { sysctl_overwrite: { 'kernel.sysrq': 1 } } };
  },
  problems: [
    `error SEC004
  hardening.variables.sysctl_overwrite: takes the place of all settings of the kernel that the boards need
  → write yours to sysctls of hardening, for example sysctls: { 'kernel.sysrq': 1 }`,
  ],
} satisfies Fixture;
