// `npm run test:cluster`: the trees of our homes in real parts of Kubernetes and Flux.
//
//   node test/cluster/run.mjs                     all checks
//   node test/cluster/run.mjs --only objects      those whose name begins so
//
// Tools that are missing are installed (test/tools/install.mjs). The last line counts the checks that passed and failed.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Runner } from '../boards/runner.mjs';
import { configs, synth } from '../tools/homes.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { fluxKeepsAHome } from './flux.mjs';
import { apiservers, apiserverTakes } from './objects.mjs';
import { whoReachesWhom } from './policies.mjs';
import { releaseLeavesItsClaims } from './releases.mjs';
import { boardsSuffice } from './scheduling.mjs';

const { only = '' } = parseArgs({ options: { only: { type: 'string' } } }).values;

/** @type {import('../tools/homes.mjs').Home[]} */
const homes = Object.entries(configs).map(([name, config]) => ({ name, config, dist: join(newFolder(name), 'dist') }));
const [sample, , full] = homes;

/** @type {{ name: string, work: () => Promise<unknown> }[]} */
const checks = [
  ...Object.entries(apiservers).map(([which, apiserver]) => ({
    name: `objects, API server of ${which}`,
    work: () => apiserverTakes(apiserver, homes),
  })),
  { name: 'who reaches whom', work: () => whoReachesWhom([sample, full]) },
  // Each board that goes away costs more than a minute: those of the full household only place what they run.
  ...homes.map((home) => ({
    name: `boards of ${home.name}`,
    work: () => boardsSuffice(home, { away: home === sample }),
  })),
  { name: 'an own release leaves its claims', work: () => releaseLeavesItsClaims(full) },
  { name: 'flux keeps a home', work: () => fluxKeepsAHome(full) },
];
const chosen = checks.filter(({ name }) => name.startsWith(only));
if (chosen.length === 0) {
  console.error(`no check begins with ${only}; there are:\n  ${checks.map(({ name }) => name).join('\n  ')}`);
  process.exit(2);
}
const runner = new Runner({});
for (const { name, config, dist } of homes) {
  await runner.run({ name: `synth ${name}`, work: () => synth(config, dist) });
}
// Without its tree a home cannot be read: the failures above say why.
if (runner.failed === 0) for (const check of chosen) await runner.run(check);

console.log(`\n${runner.passed} passed, ${runner.failed} failed`);
process.exitCode = runner.failed > 0 ? 1 : 0;
