// The apps of a home on a cluster of somebody else: other classes of storage and ingress, and nothing of our platform.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { dump, loadAll } from 'js-yaml';
import { tool } from './install.mjs';
import { kustomization } from './objects.mjs';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

const inForeignIngress = { matchLabels: { 'kubernetes.io/metadata.name': 'foreign-ingress' } };

/** What an admin of a foreign cluster writes into an overlay, the same for every app (README). */
const inputs = [
  ...['PersistentVolumeClaim', 'PersistentVolume'].map((kind) => ({
    target: { kind },
    patch: dump([{ op: 'add', path: '/spec/storageClassName', value: 'foreign-storage' }]),
  })),
  {
    target: { kind: 'Ingress' },
    patch: dump([{ op: 'replace', path: '/spec/ingressClassName', value: 'foreign-ingress' }]),
  },
  {
    target: { kind: 'NetworkPolicy', name: 'traefik-to-.*' },
    patch: dump([{ op: 'replace', path: '/spec/ingress/0/from', value: [{ namespaceSelector: inForeignIngress }] }]),
  },
];

/** Groups of API that every cluster has. */
const everywhere = /^(v1|(apps|batch|autoscaling|policy|[a-z.]+\.k8s\.io)\/v1)$/;

/**
 * Each app of a home, with its namespace and the priority classes, builds for a foreign cluster.
 * @param {import('./homes.mjs').Home} home
 * @returns {Promise<string>} what was built
 */
export async function foreignCluster({ dist }) {
  const kubernetes = join(dist, 'kubernetes');
  const kubectl = join(await tool('kubectl'), 'kubectl');
  const apps = [...appsOf(kubernetes)];
  let objects = 0;
  for (const { app, folder } of apps) {
    const folders = ['controllers/policy', `controllers/${app}`, ...kustomized(kubernetes, folder)];
    const built = await build(
      kubectl,
      folders.map((folder) => join(kubernetes, folder)),
    );
    const wrong = [...foreignTo(built)];
    if (wrong.length > 0)
      throw new Error(`${app} needs what a foreign cluster does not have:\n  ${wrong.join('\n  ')}`);
    objects += built.length;
  }
  return `${apps.length} apps, ${objects} objects`;
}

/** The apps of a home that need no Flux, by their namespaces. A release is made by Flux. */
function* appsOf(kubernetes) {
  const names = (...path) => (existsSync(join(kubernetes, ...path)) ? readdirSync(join(kubernetes, ...path)) : []);
  for (const app of names('apps')) {
    const isRelease = names('apps', app).some((name) => name.startsWith('helmrelease-'));
    if (app !== 'own' && !isRelease) yield { app, folder: `apps/${app}` };
  }
  // Of the admin's own objects, the charts that the home does something for: others may need what they like.
  for (const name of names('apps/own')) {
    const app = `app-${name}`;
    if (existsSync(join(kubernetes, 'controllers', app))) yield { app, folder: `apps/own/${name}` };
  }
}

/** The folders below a folder that can be built. */
function kustomized(root, folder) {
  if (existsSync(join(root, folder, kustomization))) return [folder];
  return readdirSync(join(root, folder)).flatMap((name) => kustomized(root, join(folder, name)));
}

async function build(kubectl, folders) {
  const overlay = newFolder('foreign');
  mkdirSync(overlay, { recursive: true });
  const resources = folders.map((folder) => relative(overlay, folder));
  writeFileSync(join(overlay, kustomization), dump({ resources, patches: inputs }));
  const { stdout, stderr } = await succeed(kubectl, ['kustomize', overlay]);
  if (stderr !== '') throw new Error(stderr);
  return loadAll(stdout);
}

/** What objects need that is neither among them nor on every cluster. */
function* foreignTo(objects) {
  const names = (kind) => objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
  const there = {
    Namespace: names('Namespace'),
    // Of Kubernetes itself ("Guaranteed Scheduling For Critical Add-On Pods").
    PriorityClass: [...names('PriorityClass'), 'system-node-critical'],
    Secret: names('Secret'),
    ConfigMap: names('ConfigMap'),
    PersistentVolumeClaim: names('PersistentVolumeClaim'),
    Service: names('Service'),
    StorageClass: ['foreign-storage'],
    IngressClass: ['foreign-ingress'],
  };
  for (const object of objects) {
    const who = `${object.kind} ${object.metadata.name}`;
    if (!everywhere.test(object.apiVersion)) yield `${who} is of ${object.apiVersion}`;
    for (const [kind, name] of references(object)) {
      if (!there[kind].includes(name)) yield `${who} refers to ${kind} ${name}`;
    }
    // A way out to it leads nowhere.
    if (
      object.kind === 'NetworkPolicy' &&
      JSON.stringify(object.spec.ingress ?? []).includes('"kubernetes.io/metadata.name":"traefik"')
    )
      yield `${who} lets Traefik in, which is not there`;
    if (object.kind === 'PersistentVolumeClaim' && object.spec.storageClassName === undefined)
      yield `${who} has no class`;
  }
}

/** Where an object names another, by the key that does. */
function* references(value, key = '', parent = '') {
  if (typeof value === 'string') {
    if (key === 'namespace') yield ['Namespace', value];
    if (key === 'priorityClassName') yield ['PriorityClass', value];
    if (key === 'storageClassName') yield ['StorageClass', value];
    if (key === 'ingressClassName') yield ['IngressClass', value];
    if (key === 'claimName') yield ['PersistentVolumeClaim', value];
    if (key === 'secretName') yield ['Secret', value];
    if (key === 'name' && ['secretRef', 'secretKeyRef'].includes(parent)) yield ['Secret', value];
    if (key === 'name' && ['configMap', 'configMapRef', 'configMapKeyRef'].includes(parent)) yield ['ConfigMap', value];
    if (key === 'name' && parent === 'service') yield ['Service', value];
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [inner, entry] of Object.entries(value)) {
    yield* references(entry, inner, Array.isArray(value) ? parent : key);
  }
}

/** An app that is bound to our platform is told. */
export function foreignClusterRefuses() {
  const bound = [
    { apiVersion: 'traefik.io/v1alpha1', kind: 'IngressRoute', metadata: { name: 'a' } },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'b' },
      spec: { storageClassName: 'longhorn' },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'c' },
      spec: { ingressClassName: 'traefik' },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'd', namespace: 'app' },
      spec: { priorityClassName: 'homecloud-low' },
    },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'e' }, spec: { volumes: [{ secret: { secretName: 's' } }] } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'g' },
      spec: {
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'traefik' } } }] }],
      },
    },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'f' }, spec: { volumes: [{ configMap: { name: 'c' } }] } },
  ];
  for (const object of bound) {
    if ([...foreignTo([object])].length === 0) throw new Error(`${object.kind} ${object.metadata.name} is taken`);
  }
}
