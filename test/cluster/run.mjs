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

/** Lists that run beside each other: Flux waits most of the time. @type {{ name: string, work: () => Promise<unknown> }[][]} */
const checks = [
  [{ name: 'flux keeps a home', work: () => fluxKeepsAHome(full) }],
  [
    ...Object.entries(apiservers).map(([which, apiserver]) => ({
      name: `objects, API server of ${which}`,
      work: () => apiserverTakes(apiserver, homes),
    })),
    { name: 'who reaches whom', work: () => whoReachesWhom([sample, full]) },
    // Each board that goes away takes its time: those of the full household only place what they run.
    ...homes.map((home) => ({
      name: `boards of ${home.name}`,
      work: () => boardsSuffice(home, { away: home === sample }),
    })),
    { name: 'an own release leaves its claims', work: () => releaseLeavesItsClaims(full) },
  ],
];
const chosen = checks.map((lane) => lane.filter(({ name }) => name.startsWith(only)));
if (chosen.flat().length === 0) {
  const names = checks.flat().map(({ name }) => name);
  console.error(`no check begins with ${only}; there are:\n  ${names.join('\n  ')}`);
  process.exit(2);
}
const runner = new Runner({});
for (const { name, config, dist } of homes) {
  await runner.run({ name: `synth ${name}`, work: () => synth(config, dist) });
}
// Without its tree a home cannot be read: the failures above say why.
if (runner.failed === 0) await runner.runBeside(chosen);

console.log(`\n${runner.passed} passed, ${runner.failed} failed`);
process.exitCode = runner.failed > 0 ? 1 : 0;
