import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.shares.push({ name: 'alice', on: ['oak/data', 'elm/data'], people: ['alice'] });
    home.people[0].vdir = { share: 'alice' };
    home.nextcloud.enabled = false;
    home.shares[0].nextcloud = false;
    delete home.shares[0].nextcloudBoard;
  },
  problems: [
    `error VDIR003
  people[0].vdir: contacts and calendars are synced with Nextcloud, which is off
  → write nextcloud: { enabled: true }, or take vdir away`,
  ],
} satisfies Fixture;
