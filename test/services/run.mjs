// `npm run test:services`: the programs of the home's services, with our configuration and scripts, as root.
//
//   node test/services/run.mjs                        all checks
//   node test/services/run.mjs --only 'database'      those with all of these words in their title or name; --only can
//                                                     be given again, for others besides
//   node test/services/run.mjs --full                 also the long forms
//   node test/services/run.mjs --nextcloud FOLDER     also with the real Nextcloud that is unpacked there, and with
//                              --entrypoint FILE      the start script of its image; no registry of packages has them
//
// They are the programs of the distribution; what it has not is installed into a cache (test/tools/install.mjs). The last line counts the checks that passed and failed.
import { parseArgs } from 'node:util';
import { choose } from '../boards/checks.mjs';
import { Runner } from '../boards/runner.mjs';
import { backup } from './backup.mjs';
import { cache } from './cache.mjs';
import { cards } from './cards.mjs';
import { database } from './database.mjs';
import { guard } from './guard.mjs';
import { install } from './install.mjs';
import { pages } from './pages.mjs';
import { people } from './people.mjs';
import { realNextcloud } from './real-nextcloud.mjs';
import { shareChanges } from './share-changes.mjs';
import { shareMounts } from './share-mounts.mjs';
import { shareWatch } from './share-watch.mjs';
import { shares } from './shares.mjs';
import { vdirs } from './vdirs.mjs';

const { only, full, nextcloud, entrypoint } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    full: { type: 'boolean', default: false },
    nextcloud: { type: 'string' },
    entrypoint: { type: 'string' },
  },
}).values;

/** Groups of one list go one after the other, beside those of the others. @type {import('../boards/checks.mjs').Group[][]} */
const lanes = [
  [
    ...[database, cache, guard, install, pages, shares, shareMounts, shareChanges, cards, people(nextcloud)],
    ...(nextcloud === undefined ? [] : [realNextcloud({ nextcloud, entrypoint })]),
  ],
  [backup],
  // Each has a watcher of its own, and mostly waits for it.
  ...[0, 1].map((half) => [{ ...shareWatch, checks: shareWatch.checks.filter((_check, index) => index % 2 === half) }]),
  [vdirs],
];

if (process.getuid?.() !== 0) {
  console.error('the services run as accounts of their own, which only root can start: sudo npm run test:services');
  process.exit(2);
}
const chosen = lanes.map((groups) => choose(groups, { full, only }));
if (chosen.flat().length === 0) {
  const names = lanes.flat().flatMap(({ title, checks }) => checks.map(({ name }) => `${title}: ${name}`));
  console.error(`no check has the words "${only}"; there are:\n  ${names.join('\n  ')}`);
  process.exit(2);
}
const runner = new Runner({});
await runner.runBeside(
  chosen.map((groups) =>
    groups.flatMap(({ title, checks }) => checks.map(({ name, work }) => ({ name: `${title}: ${name}`, work }))),
  ),
);

console.log(`\n${runner.passed} passed, ${runner.failed} failed`);
process.exit(runner.failed > 0 ? 1 : 0);
