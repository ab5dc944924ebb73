// The real API server judges all objects of the homes: it validates strictly, warns, and enforces Pod Security.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { withCluster } from '../tools/cluster.mjs';
import { ourCrds, upstreamCrds } from '../tools/crds.mjs';
import { objectFiles } from '../tools/objects.mjs';

/** The API servers that a home meets: of the pinned minor, and of the one before. */
export const apiservers = { 'the pinned minor': 'kube-apiserver', 'the minor before': 'kube-apiserver-before' };

/**
 * The API server takes each object of each home, without a warning, and each pod that their workloads make.
 *
 * A Secret of the tree is encrypted: it is sent without what SOPS added, which Flux takes off, too.
 * @param {string} apiserver
 * @param {readonly import('../tools/homes.mjs').Home[]} homes
 * @returns {Promise<string>} how much was judged
 */
export function apiserverTakes(apiserver, homes) {
  // Nobody makes the service accounts of pods here.
  const args = ['--disable-admission-plugins=ServiceAccount'];
  return withCluster((cluster) => judge(cluster, homes), { apiserver, args });
}

async function judge(cluster, homes) {
  const crds = await applyCrds(cluster, homes);
  await refusesWhatIsWrong(cluster);
  const counts = [];
  for (const { name, dist } of homes) {
    const objects = objectsOf(dist);
    // What others need to be there, and what another home would not have otherwise.
    await accepted(cluster, name, ofKinds(objects, ['Namespace', 'PriorityClass', 'StorageClass', 'IngressClass']), []);
    const pods = objects.flatMap(podsOf);
    await accepted(cluster, name, [...objects, ...pods], ['--dry-run=server']);
    counts.push(`${name} ${objects.length} objects and ${pods.length} pods`);
  }
  return `${counts.join(', ')}; ${crds}`;
}

/** Gives the API server the kinds of the homes' objects: upstream's where they can be had, else our subset. */
async function applyCrds(cluster, homes) {
  const groups = new Set(
    homes.flatMap(({ dist }) => objectsOf(dist).map(({ apiVersion }) => apiVersion.split('/')[0])),
  );
  const upstream = (await upstreamCrds()).filter(({ spec }) => groups.has(spec.group));
  const names = new Set(upstream.map(({ metadata }) => metadata.name));
  const ours = ourCrds().filter(({ spec, metadata }) => groups.has(spec.group) && !names.has(metadata.name));
  await cluster.apply([...upstream, ...ours]);
  await cluster.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s');
  const subset =
    ours.length === 0 ? '' : `, of which our subset: ${ours.map(({ metadata }) => metadata.name).join(', ')}`;
  return `${upstream.length + ours.length} kinds of upstream${subset}`;
}

/** The objects of a tree as Flux would apply them, but for their secret values. */
export function objectsOf(dist) {
  return objectFiles(join(dist, 'kubernetes')).map((file) => {
    const { sops: _, ...object } = load(readFileSync(file, 'utf8'));
    return object;
  });
}

function ofKinds(objects, kinds) {
  return objects.filter(({ kind }) => kinds.includes(kind));
}

/** The pod that a workload makes; Pod Security is enforced on it, and only warned of on the workload. */
function podsOf({ kind, metadata, spec }) {
  const template = kind === 'CronJob' ? spec.jobTemplate.spec.template : spec?.template;
  if (!['Deployment', 'DaemonSet', 'StatefulSet', 'Job', 'CronJob'].includes(kind)) return [];
  const { name, namespace } = metadata;
  return [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...template.metadata, name: `${kind.toLowerCase()}-${name}`, namespace },
      spec: template.spec,
    },
  ];
}

async function accepted(cluster, home, objects, args) {
  const { code, stderr } = await cluster.tryApply(objects, '--validate=strict', ...args);
  if (code !== 0 || stderr.trim() !== '') throw new Error(`${home}: the API server says\n${stderr}`);
}

/** Else that nothing is refused would say nothing. */
async function refusesWhatIsWrong(cluster) {
  const namespace = 'refuses-what-is-wrong';
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }]);
  const pod = (spec) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'wrong', namespace }, spec });
  const containers = [{ name: 'wrong', image: 'wrong' }];
  const middleware = { apiVersion: 'traefik.io/v1alpha1', kind: 'Middleware', metadata: { name: 'wrong', namespace } };
  const wrong = [
    [/unknown field "(spec\.)?hostNetwrk"/, pod({ containers, hostNetwrk: true })],
    [/unknown field "(spec\.)?compres"/, { ...middleware, spec: { compres: {} } }],
    [/violates PodSecurity "restricted:latest": host namespaces/, pod({ containers, hostNetwork: true })],
    [/no PriorityClass with name no-such-class was found/, pod({ containers, priorityClassName: 'no-such-class' })],
  ];
  for (const [answer, object] of wrong) {
    const { code, stderr } = await cluster.tryApply([object], '--validate=strict', '--dry-run=server');
    if (code === 0 || !answer.test(stderr)) throw new Error(`should have been refused with ${answer}:\n${stderr}`);
  }
  await cluster.kubectl('delete', 'namespace', namespace, '--wait=false');
}
