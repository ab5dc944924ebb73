import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.boards[0].role = 'servant';
  },
  problems: [
    `error CFG004
  boards[0].role: "servant" is not one of 'server', 'agent'
  → choose one of them. \`server\`: runs the cluster and can own the virtual IP; a home has 1, 3 or 5. \`agent\`: only works for it.`,
  ],
} satisfies Fixture;
