// The official chart of cert-manager, as its Go module has it, made with the values of our release. The chart judges the
// values by its own schema; what comes out is judged here.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { goModule, tool } from './install.mjs';
import { describe, run } from './process.mjs';
import { newFolder } from './scratch.mjs';

const certManager = {
  module: 'github.com/cert-manager/cert-manager',
  // renovate: datasource=go depName=github.com/cert-manager/cert-manager
  version: 'v1.21.2',
};

/**
 * The chart takes the values, and makes pods that fit the namespace, the boards and the network policies.
 * @param {import('./homes.mjs').Home} home
 */
export async function certManagerChart({ dist }) {
  const folder = join(dist, 'kubernetes/controllers/certificates');
  const read = (name) => load(readFileSync(join(folder, name), 'utf8'));
  const { values, chart } = read('helmrelease-cert-manager.yaml').spec;
  if (chart.spec.version !== certManager.version) {
    throw new Error(`the home gets ${chart.spec.version}, but the chart that is read is ${certManager.version}`);
  }
  const outcome = await template(values);
  if (outcome.code !== 0) throw new Error(outcome.text);
  const objects = loadAll(outcome.stdout).filter(Boolean);
  const pods = objects
    .filter(({ kind }) => ['Deployment', 'Job'].includes(kind))
    .map(({ kind, metadata, spec }) => ({ what: `${kind} ${metadata.name}`, ...spec.template }));
  const kinds = objects.filter(({ kind }) => kind === 'CustomResourceDefinition').length;
  const wrong = [
    ...(pods.length === 4 ? [] : [`${pods.length} kinds of pods, not 4`]),
    ...(kinds === 6 ? [] : [`${kinds} CRDs, not 6`]),
    ...pods.flatMap((pod) => [...problemsOfPod(pod)]),
  ];
  const policies = readdirSync(folder)
    .filter((name) => name.startsWith('networkpolicy-') && name !== 'networkpolicy-default-deny.yaml')
    .map(read);
  for (const { metadata, spec } of policies) {
    const about = pods.filter((pod) => selects(spec.podSelector, pod.metadata.labels));
    if (about.length === 0) wrong.push(`${metadata.name} is about no pod`);
    const ports = about.flatMap((pod) => pod.spec.containers.flatMap(({ ports = [] }) => ports));
    const opened = (spec.ingress ?? []).flatMap((rule) => rule.ports.map(({ port }) => port));
    const closed = opened.filter((port) => !ports.some(({ containerPort }) => containerPort === port));
    if (closed.length > 0) wrong.push(`${metadata.name} opens ${closed}, where nothing listens`);
  }
  for (const { what, metadata } of pods) {
    const reached = policies
      .filter(({ spec }) => selects(spec.podSelector, metadata.labels))
      .flatMap(({ spec }) => (spec.egress ?? []).flatMap(({ ports }) => ports.map(({ port }) => port)));
    if (!reached.includes(6443)) wrong.push(`${what} may not reach the API server`);
  }
  wrong.push(...problemsOfMonitor(dist, pods));
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

/** What Prometheus is told to measure is one kind of pod, and has a port of that name: else the target is dead. */
function* problemsOfMonitor(dist, pods) {
  const file = join(dist, 'kubernetes/configs/observability/podmonitor-cert-manager.yaml');
  if (!existsSync(file)) return;
  const { selector, podMetricsEndpoints } = load(readFileSync(file, 'utf8')).spec;
  const measured = pods.filter(({ metadata }) => selects(selector, metadata.labels));
  if (measured.length !== 1) yield `Prometheus measures ${measured.map(({ what }) => what).join(', ') || 'no pods'}`;
  for (const { what, spec } of measured) {
    const names = spec.containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name));
    for (const { port } of podMetricsEndpoints) if (!names.includes(port)) yield `${what} has no port ${port}`;
  }
}

/** The chart refuses a name that it does not know: what it takes means something. */
export async function certManagerChartRefuses() {
  const { code, text } = await template({ crds: { enabled: true }, webhok: {} });
  if (code === 0 || !text.includes('webhok')) throw new Error(text);
}

async function template(values) {
  const folder = newFolder('cert-manager');
  const file = join(folder, 'values.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(values));
  const helm = join(await tool('helm'), 'helm');
  const chart = join(await goModule(certManager.module, certManager.version), 'deploy/charts/cert-manager');
  const args = [
    'template',
    'cert-manager',
    chart,
    '--namespace=cert-manager',
    '--kube-version=1.37',
    `--values=${file}`,
  ];
  const outcome = await run(helm, args);
  return { ...outcome, text: describe(helm, args, outcome) };
}

function selects({ matchLabels }, labels) {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}

/** What keeps a pod out of a restricted namespace (Pod Security Standards), or is without a limit. */
function* problemsOfPod({ what, spec }) {
  const { runAsNonRoot, seccompProfile } = spec.securityContext ?? {};
  if (runAsNonRoot !== true || seccompProfile?.type !== 'RuntimeDefault') yield `${what} is not restricted`;
  for (const { name, resources, securityContext } of spec.containers) {
    const { allowPrivilegeEscalation, capabilities } = securityContext ?? {};
    if (allowPrivilegeEscalation !== false || !capabilities?.drop?.includes('ALL')) yield `${what}: ${name} has rights`;
    const { requests = {}, limits = {} } = resources ?? {};
    if (!requests.cpu || !requests.memory || !limits.memory) yield `${what}: ${name} is without a limit`;
  }
}
