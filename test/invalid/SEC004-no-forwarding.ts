import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.hardening = { sysctls: { 'net.ipv4.ip_forward': 0 } };
  },
  problems: [
    `error SEC004
  hardening.sysctls["net.ipv4.ip_forward"]: 0 is not the 1 that k3s needs
  → take the entry away`,
  ],
  nearMisses: {
    'as it is': (home) => {
      home.hardening = { sysctls: { 'net.ipv4.ip_forward': 1, 'kernel.sysrq': 1 } };
    },
    'not hardened': (home) => {
      home.hardening = { enabled: false, sysctls: { 'net.ipv4.ip_forward': 0 } };
    },
  },
} satisfies Fixture;
