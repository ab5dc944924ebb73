import { Chart } from 'cdk8s';
import type { Fixture } from '../fixture.ts';

export default {
  break: (home) => {
    home.charts = [{ name: 'board', chart: class Notes extends Chart {} }];
  },
  problems: [
    `error CFG004
  charts[0].chart: a function that is a class cannot be called
  → write (scope) => new Guestbook(scope, 'guestbook')`,
  ],
} satisfies Fixture;
