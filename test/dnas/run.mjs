// `npm run test:dnas`: shares, served and kept the same by the real programs, as root.
//
//   node test/dnas/run.mjs                         all checks
//   node test/dnas/run.mjs --only 'marker'         those with all of these words in their name
//   node test/dnas/run.mjs --full                  also the long forms
//   node test/dnas/run.mjs --syncthing2 FILE       also with the program of Syncthing 2, which no registry of packages
//                                                  has: alone, beside version 1, and after it
//   node test/dnas/run.mjs --seed 7                what is drawn by lot, as in the run that told this seed
//
// Tools that are missing are installed (test/tools/install.mjs). The last line counts the checks that passed and failed.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Runner } from '../boards/runner.mjs';
import { ansibleVersions } from '../tools/ansible.mjs';
import { tool } from '../tools/install.mjs';
import { succeed } from '../tools/process.mjs';
import { bothBoards } from './both-boards.mjs';
import { fileServers } from './file-servers.mjs';
import * as mesh from './mesh.mjs';
import { MeshLab } from './mesh-lab.mjs';
import { phonePushes } from './mesh-phone.mjs';
import { keepsWhatWasWritten } from './mesh-random.mjs';
import { roleConfigures } from './mesh-role.mjs';
import { realNode } from './real-node.mjs';

const {
  only,
  full,
  syncthing2: two,
  seed: given,
} = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    full: { type: 'boolean', default: false },
    syncthing2: { type: 'string' },
    seed: { type: 'string' },
  },
}).values;

const one = join(await tool('syncthing'), 'syncthing');
if (two !== undefined && !/^syncthing v2\./.test((await succeed(two, ['--version'])).stdout)) {
  console.error(`${two} is not Syncthing 2`);
  process.exit(2);
}

const inALab = (programs, work) => async () => {
  const lab = await MeshLab.make(programs);
  try {
    const result = await work(lab);
    lab.expectNoFailure();
    return result;
  } finally {
    await lab.stop();
  }
};

/** Another one each time: it is told, and `--seed` takes it again. */
const seed = Number(given ?? Date.now() % 2 ** 32);
const writesByLot = (lab) => keepsWhatWasWritten(lab, { seed, count: full ? 600 : 80 });

/** What is checked with each version, alone and mixed. */
const checks = {
  'from nothing': mesh.fromNothing,
  'settings are brought back': mesh.bringsBack,
  'a conflict is kept and counted': mesh.conflict,
  'conflict copies are counted as they come': mesh.counted,
  'the marker is gone': mesh.markerGone,
  'a disk is away': mesh.diskAway,
  'a share is taken from a device while its disk is away': mesh.revoked,
  'an empty disk in place of a full one': mesh.emptyDisk,
  'the marker of a disk cannot be read': mesh.unreadable,
  'the disks of the indexes are swapped': mesh.swapped,
  'a share moves to another disk': mesh.moves,
  'data that was there is adopted': mesh.adopts,
  'files of another owner': mesh.foreign,
  'links of somebody': mesh.links,
  'names that look alike': mesh.alike,
  'peers and shares leave': mesh.leaves,
  'what was added by hand': mesh.byHand,
  'a share is added by hand once more': mesh.twice,
  'a peer elsewhere is not trusted': mesh.encrypted,
  'killed in the middle': mesh.killed,
  'a phone pushes photos': phonePushes,
  'what was written is kept': writesByLot,
};
/** Of two versions that talk to each other, what differs between them. */
const mixed = ['from nothing', 'a conflict is kept and counted', 'an empty disk in place of a full one'];

const sets = {
  'Syncthing 1': { programs: { oak: one }, checks: Object.keys(checks) },
  ...(two !== undefined && {
    'Syncthing 2': { programs: { oak: two }, checks: Object.keys(checks) },
    'Syncthing 1 and 2': { programs: { oak: one, elm: two }, checks: full ? Object.keys(checks) : mixed },
  }),
};
const ownHomes = [
  ...Object.entries(sets).flatMap(([title, { programs, checks: names }]) =>
    names.map((name) => ({ name: `${title}: ${name}`, work: inALab(programs, checks[name]) })),
  ),
  ...ansibleVersions.map((version) => ({
    name: `role syncthing, ${version}`,
    work: inALab({ oak: one }, (lab) => roleConfigures(lab, version)),
  })),
  ...(two === undefined
    ? []
    : [{ name: 'Syncthing 1 to 2: upgrade', work: inALab({ oak: one }, (lab) => mesh.upgrades(lab, two)) }]),
];
/** Groups of checks that share a home: those of one list one after the other, beside those of the other, which mostly wait. */
const lanes = [
  [fileServers, bothBoards(one, { seed, count: full ? 600 : 80, full }), ...(full ? [realNode] : [])],
  [{ title: 'Syncthing', checks: ownHomes, end: async () => {} }],
];
const words = only.toLowerCase().split(/\s+/);
const isChosen = ({ name }) => words.every((word) => name.toLowerCase().includes(word));
const all = lanes.flat().flatMap(({ checks }) => checks);
if (!all.some(isChosen)) {
  console.error(`no check has the words "${only}"; there are:\n  ${all.map(({ name }) => name).join('\n  ')}`);
  process.exit(2);
}
const runner = new Runner({});
await runner.runBeside(
  lanes.map((groups) =>
    groups.flatMap(({ title, checks, end }) => {
      const chosen = checks.filter(isChosen);
      return chosen.length === 0 ? [] : [...chosen, { name: `${title}: all of it ends`, work: end }];
    }),
  ),
);

console.log(`\n${runner.passed} passed, ${runner.failed} failed`);
// Boards may still run.
process.exit(runner.failed > 0 ? 1 : 0);
