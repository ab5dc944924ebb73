// `npm run bench:cluster`: how long Flux takes from a commit to a home that is ready, and what the API server is asked for in
// an hour in which nothing happens. It judges nothing.
//
//   node test/cluster/bench.mjs                  the sample, one minute of rest
//   node test/cluster/bench.mjs --seconds 600    a longer rest
//
// Real: etcd, the API server, Flux's kustomize-controller with the options that the home gives it, and in a second cluster the
// scheduler and the controllers of Kubernetes. Played: what kustomize-controller.mjs and scheduling.mjs say; kwok renews what
// a kubelet tells of its board less often than a kubelet does. Not there, and so not counted:
// source-controller and helm-controller, kubelets, what charts run (Longhorn and Prometheus ask much themselves), and that a
// controller tells every few seconds that it is the one at work.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { withCluster } from '../tools/cluster.mjs';
import { configs, synth } from '../tools/homes.mjs';
import {
  clusterIdentity,
  expectations,
  kustomizationsOf,
  standIns,
  startFlux,
} from '../tools/kustomize-controller.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { boardsSuffice } from './scheduling.mjs';

const { seconds } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } }).values;
const hour = 3600;

const config = configs.sample;
const repository = newFolder('repository');
await synth(config, join(repository, 'dist'));
const tree = join(repository, 'dist/kubernetes');
const logs = { flux: join(newFolder('audit'), 'audit.log'), boards: join(newFolder('audit'), 'audit.log') };

console.log(`the sample; ${standIns}, kubelets`);
const rows = await withCluster(
  async (cluster) => {
    const identity = await clusterIdentity(join(dirname(config), 'secrets'));
    const flux = await startFlux(cluster, tree, identity, ['--requeue-dependency=5s']);
    const push = () => flux.push(repository, expectations(kustomizationsOf(tree), repository, new Map()));
    const commits = [{ commit: 'the first, into an empty cluster', seconds: await push() }];
    const before = calls(logs.flux);
    commits.push({ commit: 'one that changes nothing', seconds: await push() });
    const again = since(calls(logs.flux), before);
    const manifest = join(tree, 'apps/dnas/oak/deployment-dnas-oak.yaml');
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, text.replace('replicas: 1', 'replicas: 0'));
    commits.push({ commit: 'one that changes a Deployment', seconds: await push() });
    writeFileSync(manifest, text);
    console.table(commits.map(({ commit, seconds: took }) => ({ commit, 'seconds until ready': round(took) })));

    const rested = await restWith(logs.flux);
    // Each Kustomization is applied again once an hour (charts/flux/chart.ts), as after a commit that changes nothing.
    return ['kustomize-controller'].map((client) => row(client, rested, again.get(client)));
  },
  { args: auditTo(logs.flux) },
);
const home = { name: 'sample', config, dist: join(repository, 'dist') };
await boardsSuffice(home, {
  away: false,
  args: auditTo(logs.boards),
  rest: async () => {
    const rested = await restWith(logs.boards);
    rows.push(...[...rested.keys()].filter((client) => client !== 'kubectl').map((client) => row(client, rested)));
  },
});
const sum = (key) => rows.reduce((total, one) => total + one[key], 0);
const total = Object.fromEntries(Object.keys(rows[0]).map((key) => [key, key === 'client' ? 'all' : sum(key)]));
console.table([...rows, total]);
process.exit();

/** @returns {Promise<Map<string, number>>} what each client asked while nothing happened */
async function restWith(log) {
  // What was set going last comes to rest.
  await sleep(15_000);
  const before = calls(log);
  await sleep(Number(seconds) * 1000);
  return since(calls(log), before);
}

function row(client, rested, hourly = 0) {
  const rest = Math.round(((rested.get(client) ?? 0) * hour) / Number(seconds));
  return { client, 'at rest': rest, 'all applied again': hourly, 'calls an hour': rest + hourly };
}

/** Options of the API server that writes a line for each request that it has answered. */
function auditTo(file) {
  const policy = join(dirname(file), 'policy.yaml');
  const rules = [{ level: 'Metadata' }];
  const omitStages = ['RequestReceived', 'ResponseStarted'];
  writeFileSync(policy, JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', omitStages, rules }));
  return [`--audit-policy-file=${policy}`, `--audit-log-path=${file}`];
}

/** How many requests each program has made so far. A watch counts when it ends, which it does every few minutes. */
function calls(file) {
  const counts = new Map();
  // The last may not be written to its end yet.
  for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
    const { userAgent = 'unknown' } = JSON.parse(line);
    const client = userAgent.split(/[/ ]/)[0];
    counts.set(client, (counts.get(client) ?? 0) + 1);
  }
  return counts;
}

function since(now, before) {
  return new Map([...now].map(([client, count]) => [client, count - (before.get(client) ?? 0)]));
}

function round(number) {
  return Math.round(number * 10) / 10;
}
