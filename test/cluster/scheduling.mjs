// The real scheduler and controller-manager place what a home runs on boards of its sizes, and each board goes away in turn.
//
// Played: the boards. kwok stands for the kubelet of each: it says that the board is there and that its pods run. Also
// what is not in the tree: the pods of charts, of Flux and of k3s, each with the requests of `homecloud report capacity`,
// and who makes a volume for a claim.
// A board that is shut down says so before (pkg/kubelet/nodestatus/setters.go, ReadyCondition): the test says it for all but one.
// Shortened: what pods of a board that is away are given before they move, two minutes at home (model/k3s.ts).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORE_SCHEMA, defineScalarTag, load } from 'js-yaml';
import { withCluster } from '../tools/cluster.mjs';
import { program } from '../tools/homes.mjs';
import { goModule, kwokVersion, tool } from '../tools/install.mjs';
import { succeed } from '../tools/process.mjs';
import { objectsOf } from './objects.mjs';

/** The lease and the grace are those of Kubernetes: with less, a busy machine takes boards away by itself. */
const seconds = { lease: 40, grace: 50, toleration: 2 };

/** What of the tree is applied as it is. A volume is there where its claim names it. */
const ownKinds = ['ConfigMap', 'Deployment', 'DaemonSet', 'StatefulSet', 'PersistentVolume'];

/** Where the pods stand that are not in the tree. */
const standInNamespace = 'stand-ins';

/**
 * All that a home runs has room. When a board is away, what is bound to it waits, all else moves, no board gives more than
 * it has, and a new version of what runs on each comes to the others; when it is back, all runs.
 * @param {import('../tools/homes.mjs').Home} home
 * @param {object} what
 * @param {boolean} what.away whether boards go away, each in turn; where none does, one process plays them all
 * @param {readonly string[]} [what.args] more options of the API server
 * @param {() => Promise<unknown>} [what.rest] done in the end, while all runs and nothing happens
 * @returns {Promise<string>}
 */
export async function boardsSuffice({ config, dist }, { away, args: more = [], rest = async () => {} }) {
  const capacity = JSON.parse(
    (await succeed(process.execPath, [program, 'report', 'capacity', '--json', '--config', config])).stdout,
  );
  const nodes = capacity.capacity.map(({ board }) => nodeOf(board, dist));
  const args = ['not-ready', 'unreachable'].map((why) => `--default-${why}-toleration-seconds=${seconds.toleration}`);
  return withCluster(
    async (cluster) => {
      const boards = await startBoards(cluster, nodes, away);
      const objects = objectsOf(dist);
      const strategies = strategiesOf(objects);
      const own = objects.filter(({ kind }) => ownKinds.includes(kind));
      await cluster.apply(objects.filter(({ kind }) => ['Namespace', 'PriorityClass'].includes(kind)));
      await cluster.apply([
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: standInNamespace } },
        ...own,
        ...objects
          .filter(({ kind }) => kind === 'PersistentVolumeClaim')
          .flatMap((claim) => (claim.spec.volumeName === undefined ? [claim, volumeFor(claim)] : [claim])),
        ...standIns(capacity, own, strategies),
      ]);
      const times = [];
      const settled = async (what, away) => {
        const start = performance.now();
        await cluster
          .until(120, what, async () => {
            const pods = await podsOf(cluster);
            overcommits(nodes, pods);
            return isSettled(cluster, pods, away);
          })
          .catch(async (error) => {
            throw new Error(`${error.message}\n${await cluster.kubectl('get', 'pods', '-A', '--output=wide')}`);
          });
        times.push((performance.now() - start) / 1000);
      };
      await settled('all pods run');
      const count = (await podsOf(cluster)).length;
      for (const [index, { metadata }] of away ? nodes.entries() : []) {
        // The first without a word, as when its power is cut.
        await boards.takeAway(metadata.name, { isTold: index > 0 });
        await settled(`all that can move has moved from ${metadata.name}`, metadata.name);
        await newVersion(cluster, Object.keys(strategies), metadata.name);
        await boards.bringBack(metadata.name);
        await settled(`all runs with ${metadata.name} back`);
      }
      await rest();
      return `${count} pods on ${nodes.length} boards, the longest wait ${Math.max(...times).toFixed(0)} s`;
    },
    { args: [...args, ...more] },
  );
}

/** YAML with texts that Ansible takes for no template. */
const ansible = CORE_SCHEMA.withTags(defineScalarTag('!unsafe', { resolve: (text) => text }));

/** The board as its kubelet would register it, by what Ansible gives k3s. */
function nodeOf(name, dist) {
  const vars = load(readFileSync(join(dist, `ansible/inventory/host_vars/${name}.yml`), 'utf8'), { schema: ansible });
  const { k3s_config: config, k3s_kubelet: kubelet } = vars;
  const { systemReserved, evictionHard } = kubelet;
  // Linux shows less than the board has (model/capacity.ts).
  const shown = vars.preflight_memory * 0.92;
  const free = (Number.parseInt(evictionHard['memory.available'], 10) / 100) * shown;
  const allocatable = Math.floor(shown - free - Number.parseInt(systemReserved.memory, 10) * 2 ** 20);
  const labels = Object.fromEntries(config['node-label'].map((label) => label.split('=')));
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...labels } },
    status: {
      capacity: { cpu: '4', memory: `${Math.floor(shown)}`, pods: '110' },
      allocatable: { cpu: '4', memory: `${allocatable}`, pods: '110' },
    },
  };
}

/**
 * Starts the scheduler, the controllers, and the stand-ins for kubelets.
 * @param {boolean} each whether each board has a process of its own, which can be stopped
 */
async function startBoards(cluster, nodes, each) {
  const path = async (name) => join(await tool(name), name);
  const common = ['--leader-elect=false', '--secure-port=0', `--kubeconfig=${cluster.kubeconfig}`];
  await cluster.apply(nodes);
  // The status is a part of its own.
  await cluster.apply(nodes, '--subresource=status', '--force-conflicts');
  cluster.start(await path('kube-controller-manager'), [
    ...common,
    `--service-account-private-key-file=${join(cluster.folder, 'accounts.key')}`,
    `--root-ca-file=${join(cluster.folder, 'certificates/apiserver.crt')}`,
    '--node-monitor-period=1s',
    `--node-monitor-grace-period=${seconds.grace}s`,
    // One board in ten seconds: it has been waited for already.
    '--node-eviction-rate=10',
    '--secondary-node-eviction-rate=10',
  ]);
  cluster.start(await path('kube-scheduler'), common);
  const kwok = await path('kwok');
  const stages = join(cluster.folder, 'stages.yaml');
  writeFileSync(stages, await readStages());
  const start = (which) =>
    cluster.start(kwok, [
      `--kubeconfig=${cluster.kubeconfig}`,
      `--config=${stages}`,
      which,
      `--node-lease-duration-seconds=${seconds.lease}`,
    ]);
  const alone = (name) => start(`--manage-single-node=${name}`);
  const running = new Map(each ? nodes.map(({ metadata: { name } }) => [name, alone(name)]) : []);
  if (!each) start('--manage-all-nodes');
  return {
    async takeAway(name, { isTold }) {
      await running.get(name).stop();
      if (isTold) {
        const condition = {
          type: 'Ready',
          status: 'False',
          reason: 'KubeletNotReady',
          message: 'node is shutting down',
        };
        const patch = JSON.stringify({ status: { conditions: [condition] } });
        await cluster.kubectl('patch', 'node', name, '--subresource=status', `--patch=${patch}`);
      }
      await cluster.until(
        seconds.grace + 60,
        `${name} is away`,
        async () => (await isReady(cluster, name)) === false || undefined,
      );
    },
    async bringBack(name) {
      // A kubelet has its lease again at once; for kwok that of another process must be over first.
      await cluster.kubectl('delete', 'lease', name, '--namespace=kube-node-lease');
      running.set(name, alone(name));
      await cluster.until(60, `${name} is back`, async () => (await isReady(cluster, name)) || undefined);
    },
  };
}

/** What a kubelet does with its board and with pods, in the words of kwok. */
async function readStages() {
  const folder = await goModule('sigs.k8s.io/kwok', kwokVersion);
  const files = [
    'node/fast/node-initialize',
    'node/heartbeat-with-lease/node-heartbeat-with-lease',
    'pod/fast/pod-ready',
    'pod/fast/pod-complete',
    'pod/fast/pod-delete',
  ];
  return files.map((file) => readFileSync(join(folder, `kustomize/stage/${file}.yaml`), 'utf8')).join('\n---\n');
}

async function isReady(cluster, name) {
  const { status } = await cluster.get('node', name);
  return status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
}

/** A volume that a claim gets, on every board, as Longhorn's are. */
function volumeFor({ metadata, spec }) {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `${metadata.namespace}-${metadata.name}` },
    spec: {
      accessModes: spec.accessModes,
      capacity: spec.resources.requests,
      claimRef: { kind: 'PersistentVolumeClaim', namespace: metadata.namespace, name: metadata.name },
      csi: { driver: 'stand-in', volumeHandle: metadata.name },
      ...(spec.storageClassName !== undefined && { storageClassName: spec.storageClassName }),
    },
  };
}

/** How charts replace what they run on each board, by the name of its container: what their values say. */
function strategiesOf(objects) {
  const valuesOf = (release) =>
    objects.find(({ kind, metadata }) => kind === 'HelmRelease' && metadata.name === release)?.spec.values;
  const stack = valuesOf('kube-prometheus-stack');
  return {
    traefik: valuesOf('traefik').updateStrategy,
    ...(stack !== undefined && { 'node-exporter': stack['prometheus-node-exporter'].updateStrategy }),
  };
}

/** A new version of what runs on each board comes to all but the one that is away. */
async function newVersion(cluster, names, away) {
  const patch = JSON.stringify({ spec: { template: { metadata: { annotations: { version: `without ${away}` } } } } });
  for (const name of names) {
    await cluster.kubectl('patch', 'daemonset', name, `--namespace=${standInNamespace}`, `--patch=${patch}`);
  }
  await cluster.until(120, `a new version of ${names} comes to the boards beside ${away}`, async () => {
    const pods = (await podsOf(cluster)).filter(
      ({ metadata, spec }) => names.some((name) => metadata.labels?.['stand-in'] === name) && spec.nodeName !== away,
    );
    const isNew = (pod) => isRunning(pod) && pod.metadata.annotations?.version === `without ${away}`;
    return pods.every(isNew) || undefined;
  });
}

/** Pods with the requests of what is not in the tree: one on each board that it is bound to, and those that may move. */
function standIns({ bound, movable }, own, strategies) {
  const inTree = new Set(
    own.flatMap(({ metadata: { namespace, name }, spec }) =>
      // What begins at an hour has no pod of its own here.
      spec?.template === undefined
        ? []
        : [`${namespace}-${name}`, ...spec.template.spec.containers.map((container) => container.name)],
    ),
  );
  /** @type {Map<string, object[]>} */
  const boardsOf = new Map();
  for (const row of bound) {
    if (!inTree.has(row.container)) boardsOf.set(row.container, [...(boardsOf.get(row.container) ?? []), row]);
  }
  return [
    ...[...boardsOf].map(([name, rows]) => {
      const values = rows.map(({ board }) => board);
      const nodeSelectorTerms = [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values }] }];
      const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
      return workload('DaemonSet', name, rows[0], { affinity: { nodeAffinity } }, undefined, strategies[name]);
    }),
    ...movable
      .filter(({ name }) => !inTree.has(name))
      .map((row) => workload('Deployment', row.name, row, row.boards === 'one each' ? apart(row.name) : {}, row.pods)),
  ];
}

/** Each on a board of its own. */
function apart(name) {
  const term = { labelSelector: { matchLabels: { 'stand-in': name } }, topologyKey: 'kubernetes.io/hostname' };
  return { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
}

function workload(kind, name, row, more, replicas, updateStrategy) {
  const labels = { 'stand-in': name };
  const requests = { cpu: row.processors, memory: row['asks for'] };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: standInNamespace },
    spec: {
      ...(replicas !== undefined && { replicas }),
      ...(updateStrategy !== undefined && { updateStrategy }),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { ...more, containers: [{ name, image: name, resources: { requests } }] },
      },
    },
  };
}

async function podsOf(cluster) {
  return (await cluster.get('pods', '--all-namespaces')).items;
}

/**
 * Whether all pods are where they should be.
 * @returns {Promise<true | undefined>} undefined while it can still come to that
 * @throws for what can never be right
 */
async function isSettled(cluster, pods, away) {
  const wanted = (await cluster.get('deployments,statefulsets,daemonsets', '--all-namespaces')).items;
  for (const { kind, metadata, spec, status } of wanted) {
    const mine = pods.filter((pod) => pod.metadata.namespace === metadata.namespace && owns(metadata.name, pod));
    const running = mine.filter((pod) => isRunning(pod) && pod.spec.nodeName !== away);
    const isBound = kind === 'DaemonSet' || spec.template.spec.affinity?.nodeAffinity !== undefined;
    if (!isBound) {
      if (running.length < spec.replicas) return undefined;
      continue;
    }
    const elsewhere = mine.filter((pod) => pod.spec.nodeName !== away).length;
    const waiting = mine.filter((pod) => pod.spec.nodeName === away && pod.metadata.deletionTimestamp === undefined);
    const count = kind === 'DaemonSet' ? status.desiredNumberScheduled : spec.replicas;
    if (count === undefined || count === 0 || running.length < elsewhere) return undefined;
    if (elsewhere + waiting.length < count) {
      if (away === undefined) return undefined;
      throw new Error(`${metadata.name} should wait for ${away}, and does not`);
    }
  }
  // What has moved and what the board still holds.
  return pods.some(({ metadata, spec }) => metadata.deletionTimestamp !== undefined && spec.nodeName !== away)
    ? undefined
    : true;
}

/** Pods of a Deployment are named after it and its ReplicaSet, those of the others after it. */
function owns(name, pod) {
  return pod.metadata.name.startsWith(`${name}-`) && pod.spec.containers.length > 0;
}

/** By its containers: kwok does not take back that a pod of a board that was away is not ready. */
function isRunning({ metadata, status }) {
  const { phase, containerStatuses = [] } = status;
  const areReady = containerStatuses.length > 0 && containerStatuses.every(({ ready }) => ready);
  return metadata.deletionTimestamp === undefined && phase === 'Running' && areReady;
}

/** @throws when the pods of a board ask for more than it has */
function overcommits(nodes, pods) {
  for (const { metadata, status } of nodes) {
    const here = pods.filter(({ spec }) => spec.nodeName === metadata.name);
    const asked = here.flatMap(({ spec }) => spec.containers).map(({ resources }) => bytes(resources.requests.memory));
    const sum = asked.reduce((total, one) => total + one, 0);
    if (sum > Number(status.allocatable.memory)) throw new Error(`${metadata.name} gives ${sum} bytes, and has less`);
  }
}

function bytes(quantity) {
  const [, number, unit] = /^(\d+)(Mi|Gi|)$/.exec(quantity);
  return Number(number) * { '': 1, Mi: 2 ** 20, Gi: 2 ** 30 }[unit];
}
