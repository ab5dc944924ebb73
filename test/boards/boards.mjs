// The boards of the lab, and the versions of ansible-core that provision them.

/** @type {{ name: string, release: 12 | 13 }[]} */
export const boards = [
  { name: 'oak', release: 12 },
  { name: 'elm', release: 12 },
  { name: 'fir', release: 13 },
];

/** The newest and the oldest that the collection claims, by their names in the tools. */
export const newest = 'ansible-newest';
export const oldest = 'ansible-oldest';
