// `npm run bench:boards`: how long the playbook `site` takes on three boards where nothing is to be done, by role.
// It judges nothing.
//
//   node test/boards/bench.mjs            the median of 3 runs
//   node test/boards/bench.mjs --tasks    also the ten slowest tasks
import { parseArgs } from 'node:util';
import { boards, newest } from './boards.mjs';
import { makeHome } from './home.mjs';
import { makeLab } from './lab.mjs';
import { firstRun, secondRun } from './site.mjs';

const { tasks: isDetailed } = parseArgs({ options: { tasks: { type: 'boolean', default: false } } }).values;
const repetitions = 3;

const lab = await makeLab(boards);
const home = await makeHome(lab);
const start = performance.now();
await firstRun(lab, home, newest);
console.log(`first run: ${((performance.now() - start) / 1000).toFixed(1)} s`);
// Nothing is to be done from here on.
await secondRun(home, newest);

const runs = [];
for (let run = 0; run < repetitions; run++) runs.push(await home.siteTimes(newest));

/** Medians by what `of` says of a task, the longest first. */
function table(of) {
  const sums = runs.map((tasks) => {
    const byKey = new Map();
    for (const { header, seconds } of tasks) {
      const { total = 0, count = 0 } = byKey.get(of(header)) ?? {};
      byKey.set(of(header), { total: total + seconds, count: count + 1 });
    }
    return byKey;
  });
  return [...sums[0]]
    .map(([key, { count }]) => ({
      what: key,
      tasks: count,
      seconds: median(sums.map((sum) => sum.get(key)?.total ?? 0)),
    }))
    .sort((a, b) => b.seconds - a.seconds);
}

function median(values) {
  return Number([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)].toFixed(2));
}

console.table([
  {
    what: 'second run of site',
    tasks: runs[0].length,
    seconds: median(runs.map((tasks) => tasks.reduce((sum, { seconds }) => sum + seconds, 0))),
  },
  ...table((header) => /^homecloud\.boards\.(\w+) : /.exec(header)?.[1] ?? 'Ansible: plays and facts'),
]);
if (isDetailed) console.table(table((header) => header).slice(0, 10));
process.exit();
