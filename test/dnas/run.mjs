// `npm run test:dnas`: the shares of our homes, served and kept the same by the real programs, as root.
//
//   node test/dnas/run.mjs                   all checks but the long ones
//   node test/dnas/run.mjs --only 'disk'     those with all of these words in their names
//   node test/dnas/run.mjs --full            the long ones, too
//
// Tools that are missing are installed (test/tools/install.mjs). The last line counts the checks that passed and failed.
import { parseArgs } from 'node:util';
import { makeLab } from '../boards/lab.mjs';
import { Runner } from '../boards/runner.mjs';
import * as access from './access.mjs';
import * as contract from './contract.mjs';
import * as crashes from './crashes.mjs';
import * as disksAway from './disks-away.mjs';
import { SmallHome } from './small-home.mjs';

const options = { only: { type: 'string' }, full: { type: 'boolean' } };
const { only = '', full = false } = parseArgs({ options }).values;

/** @type {SmallHome} */
let home;

/** @type {{ name: string, work: () => Promise<unknown>, long?: boolean }[]} */
const checks = [
  { name: 'configurations are read', work: () => access.configsRead(home) },
  { name: 'access: people and nobody else', work: () => access.peopleAndNobodyElse(home) },
  { name: 'access: guests read', work: () => access.guestsRead(home) },
  { name: 'access: networks of the home', work: () => access.networksOfTheHome(home) },
  { name: 'access: old protocols are refused', work: () => access.oldProtocolsRefused(home) },
  { name: 'access: no way out of a share', work: () => access.noWayOut(home) },
  { name: 'access: files of Syncthing are hidden', work: () => access.syncthingIsHidden(home) },
  { name: 'contract: owner and modes', work: () => contract.ownerAndModes(home) },
  { name: 'contract: seen at once', work: () => contract.seenAtOnce(home) },
  { name: 'contract: names that look alike', work: () => contract.namesThatLookAlike(home) },
  { name: 'contract: long and odd names', work: () => contract.longAndOddNames(home) },
  { name: 'contract: large and sparse files', work: () => contract.largeAndSparse(home) },
  { name: 'contract: streams', work: () => contract.streams(home) },
  { name: 'contract: recycle bin', work: () => contract.recycled(home) },
  { name: 'contract: recycle bin is emptied', work: () => contract.recycleBinEmptied(home) },
  { name: 'crash: servers are killed', work: () => crashes.killed(home) },
  { name: 'disk: one is pulled, the other goes on', work: () => disksAway.oneDiskPulled(home) },
  { name: 'disk: pulled and plugged at once', work: () => disksAway.pulledAndPluggedAtOnce(home) },
  { name: 'disk: all are away', work: () => disksAway.allDisksAway(home) },
  { name: 'disk: a start without one', work: () => disksAway.startedWithoutADisk(home) },
];
const words = only.split(' ');
const chosen = checks.filter(({ name, long }) => words.every((word) => name.includes(word)) && (full || !long));
if (chosen.length === 0) {
  console.error(`no check has "${only}" in its name; there are:\n  ${checks.map(({ name }) => name).join('\n  ')}`);
  process.exit(2);
}

const runner = new Runner({});
await runner.run({
  name: 'a board that serves shares',
  work: async () => {
    home = await SmallHome.make(await makeLab([]));
  },
});
if (runner.failed === 0) for (const check of chosen) await runner.run(check);

console.log(`\n${runner.passed} passed, ${runner.failed} failed`);
process.exit(runner.failed > 0 ? 1 : 0);
