import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.hardening = { variables: { os_env_unmask: '027' } };
  },
  problems: [
    `warning SEC014
  hardening.variables.os_env_unmask: is not a variable of os_hardening or ssh_hardening
  → did you mean 'os_env_umask'? Take it away, or look its name up in the READMEs of the two roles`,
  ],
  nearMisses: {
    'its name': (home) => {
      home.hardening = { variables: { os_env_umask: '027' } };
    },
  },
} satisfies Fixture;
