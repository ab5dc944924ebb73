import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.hardening = { sysctls: { 'ip forward': 1 } };
  },
  problems: [
    `error CFG004
  hardening.sysctls["ip forward"]: ["ip forward"] is not a setting of the kernel
  → write its name in sysctl, "kernel.sysrq"`,
  ],
} satisfies Fixture;
