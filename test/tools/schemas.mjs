// Each object of a tree against the schema of its reader: Kubernetes' own OpenAPI for its kinds, upstream's CRDs for the
// others. A field that the schema does not have is an error.
//
// kubeconform judges, by JSON schemas that are made here of what upstream publishes. The CEL rules of CRDs
// (`x-kubernetes-validations`) are not JSON schema: only an API server runs them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { upstreamCrds } from './crds.mjs';
import { goModule, tool } from './install.mjs';
import { objectFiles } from './objects.mjs';
import { describe, run } from './process.mjs';
import { newFolder } from './scratch.mjs';

/** The Kubernetes whose OpenAPI is taken: of the minor of the pinned k3s. */
const kubernetes = {
  // renovate: datasource=go depName=k8s.io/kubernetes
  version: 'v1.37.2',
};

/**
 * Every object of a tree is as its reader wants it.
 * @param {import('./homes.mjs').Home} home
 */
export async function schemas({ dist }) {
  const folder = join(dist, 'kubernetes');
  const files = objectFiles(folder).map(withoutSops);
  if (files.length === 0) throw new Error(`${folder} has no objects`);
  const { k3s_version: k3s } = load(readFileSync(join(dist, 'ansible/inventory/group_vars/all/k3s.yml'), 'utf8'));
  if (minorOf(k3s) !== minorOf(kubernetes.version)) {
    throw new Error(`the boards get k3s ${k3s}, but the schemas are of Kubernetes ${kubernetes.version}`);
  }
  const refused = [...(await judge(files))].filter(([, verdict]) => verdict !== valid);
  if (refused.length > 0) throw new Error(refused.map(([file, verdict]) => `${file}: ${verdict}`).join('\n'));
}

/** An encrypted Secret as the API server gets it: Flux takes the metadata of SOPS away. */
function withoutSops(file) {
  const text = readFileSync(file, 'utf8');
  const end = text.indexOf('\nsops:\n');
  if (end < 0) return file;
  const copy = join(newFolder('secret'), basename(file));
  writeFileSync(copy, text.slice(0, end + 1));
  return copy;
}

/** `v1.37` */
function minorOf(version) {
  return version.split('.').slice(0, 2).join('.');
}

const metadata = { name: 'test', namespace: 'test' };

/** Objects that are right. */
const right = {
  deployment: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'test' } },
      template: {
        metadata: { labels: { app: 'test' } },
        spec: {
          containers: [{ name: 'test', image: 'test:1', resources: { limits: { memory: '1Gi', cpu: 1 } } }],
          volumes: [{ name: 'empty', emptyDir: {} }],
        },
      },
    },
  },
  service: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { ports: [{ port: 80, targetPort: 'http' }] },
  },
  ingressRoute: {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'IngressRoute',
    metadata,
    spec: { routes: [{ kind: 'Rule', match: 'Host(`a.example.org`)', services: [{ name: 'test', port: 'http' }] }] },
  },
  helmRelease: {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata,
    spec: {
      interval: '1h',
      chart: { spec: { chart: 'test', sourceRef: { kind: 'HelmRepository', name: 'test' } } },
      values: { whatever: ['the chart', { takes: true }] },
    },
  },
};

/** What makes one of them wrong, and what the refusal must say. */
const wrong = [
  ['deployment', ({ spec }) => Object.assign(spec, { replicaz: 1 }), "additional properties 'replicaz'"],
  ['deployment', ({ spec }) => Object.assign(spec, { replicas: '1' }), 'got string, want integer'],
  ['deployment', ({ spec }) => delete spec.selector, "missing property 'selector'"],
  ['deployment', ({ metadata }) => Object.assign(metadata, { lables: {} }), "additional properties 'lables'"],
  ['deployment', ({ metadata }) => Object.assign(metadata, { labels: { version: 1 } }), 'got number, want string'],
  ['deployment', ({ spec }) => Object.assign(spec.template.spec.containers[0], { imagePull: 'Never' }), "'imagePull'"],
  ['deployment', (object) => Object.assign(object, { apiVersion: 'apps/v1beta1' }), 'could not find schema'],
  ['service', ({ spec }) => Object.assign(spec.ports[0], { port: 'http' }), 'got string, want integer'],
  ['ingressRoute', ({ spec }) => Object.assign(spec, { entrypoints: ['lan'] }), "additional properties 'entrypoints'"],
  ['ingressRoute', ({ spec }) => Object.assign(spec.routes[0], { kind: 'Rules' }), "value must be 'Rule'"],
  ['ingressRoute', ({ metadata }) => Object.assign(metadata, { lables: {} }), "additional properties 'lables'"],
  ['helmRelease', ({ spec }) => delete spec.interval, "missing property 'interval'"],
  ['helmRelease', ({ spec }) => Object.assign(spec, { interval: 'hourly' }), 'does not match pattern'],
  ['helmRelease', ({ spec }) => Object.assign(spec.chart, { version: '1' }), "additional properties 'version'"],
];

/** The schemas take what is right, and refuse what is wrong by one thing. */
export async function schemasRefuse() {
  const folder = newFolder('wrong-objects');
  const cases = [
    ...Object.entries(right).map(([name, object]) => ({ what: name, text: JSON.stringify(object), expected: valid })),
    ...wrong.map(([name, spoil, expected]) => {
      const object = structuredClone(right[name]);
      spoil(object);
      return { what: `${name}, ${spoil}`, text: JSON.stringify(object), expected };
    }),
    {
      what: 'a key twice',
      text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: b, a: c }\n',
      expected: 'already set in map',
    },
  ].map((it, index) => ({ ...it, file: join(folder, `${index}.yaml`) }));
  for (const { file, text } of cases) writeFileSync(file, text);

  const verdicts = await judge(cases.map(({ file }) => file));
  const failures = cases.filter(({ file, expected }) => {
    const verdict = verdicts.get(file);
    return expected === valid ? verdict !== valid : !verdict.includes(expected);
  });
  if (failures.length > 0) {
    const lines = failures.map(({ what, file, expected }) => `${what}\n  ${verdicts.get(file)}, not: ${expected}`);
    throw new Error(lines.join('\n'));
  }
}

const valid = 'valid';

/**
 * What kubeconform says of each file.
 * @param {readonly string[]} files
 * @returns {Promise<Map<string, string>>} `valid`, or what is wrong
 */
async function judge(files) {
  const kubeconform = join(await tool('kubeconform'), 'kubeconform');
  const folder = newFolder('schemas');
  await writeSchemas(folder, new Set(files.flatMap((file) => kindsIn(readFileSync(file, 'utf8')))));
  const location = join(folder, '{{.Group}}/{{.ResourceAPIVersion}}/{{.ResourceKind}}.json');
  const args = ['-strict', '-schema-location', location, '-output', 'json', '-verbose'];
  const outcome = await run(kubeconform, [...args, ...files]);
  const verdicts = new Map();
  for (const { filename, status, msg } of JSON.parse(outcome.stdout).resources) {
    verdicts.set(filename, status === 'statusValid' ? valid : `${status}: ${msg}`);
  }
  const forgotten = files.filter((file) => !verdicts.has(file));
  if (forgotten.length > 0) throw new Error(`${describe(kubeconform, args, outcome)}\nnot judged: ${forgotten}`);
  return verdicts;
}

/** `apps/v1 Deployment` of each object in a YAML text. */
function kindsIn(text) {
  // kubeconform tells of keys that stand twice.
  return loadAll(text, { json: true }).map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
}

/** Writes the schema of each kind that upstream knows, where kubeconform looks for it. */
async function writeSchemas(folder, kinds) {
  const openApi = join(await goModule('k8s.io/kubernetes', kubernetes.version), 'api/openapi-spec/v3');
  const crds = await upstreamCrds();
  for (const [apiVersion, kind] of Array.from(kinds, (it) => it.split(' '))) {
    const schema = schemaOfKubernetes(openApi, apiVersion, kind) ?? schemaOfCrd(openApi, crds, apiVersion, kind);
    if (schema === undefined) continue;
    const [group, version = group] = apiVersion.split('/');
    const file = join(folder, group, version, `${kind.toLowerCase()}.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(schema));
  }
}

/** The schema of a kind of Kubernetes itself. */
function schemaOfKubernetes(openApi, apiVersion, kind) {
  const [group, version] = apiVersion.split('/');
  const components = componentsIn(openApi, version === undefined ? `api__${group}` : `apis__${group}__${version}`);
  const found = Object.entries(components?.schemas ?? {}).find(([, schema]) =>
    schema['x-kubernetes-group-version-kind']?.some(
      (it) => it.kind === kind && [it.group, it.version].filter(Boolean).join('/') === apiVersion,
    ),
  );
  return found && { $ref: `#/components/schemas/${found[0]}`, components };
}

/** The schema of a custom resource, with the metadata that all objects have. */
function schemaOfCrd(openApi, crds, apiVersion, kind) {
  const [group, version] = apiVersion.split('/');
  const crd = crds.find(({ spec }) => spec.group === group && spec.names.kind === kind);
  const served = crd?.spec.versions.find((it) => it.name === version && it.served);
  if (served === undefined) return undefined;
  const { properties, ...schema } = structural(served.schema.openAPIV3Schema);
  const components = componentsIn(openApi, 'apis__apps__v1');
  const objectMeta = { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' };
  return { ...schema, properties: { ...properties, metadata: objectMeta }, components };
}

/** The schemas of a group, each closed: unknown fields are errors. Undefined when Kubernetes has no such group. */
function componentsIn(openApi, name) {
  const file = join(openApi, `${name}_openapi.json`);
  if (!existsSync(file)) return undefined;
  const { schemas } = JSON.parse(readFileSync(file, 'utf8')).components;
  for (const schema of Object.values(schemas)) if (schema.properties) schema.additionalProperties ??= false;
  return { schemas };
}

/** A structural schema of a CRD as JSON schema: what the API server would prune is an error. */
function structural(schema) {
  const { properties, items, additionalProperties, nullable, ...rest } = schema;
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const map =
    typeof additionalProperties === 'object' ? structural(additionalProperties) : (additionalProperties ?? isOpen);
  return {
    ...rest,
    ...(schema['x-kubernetes-int-or-string'] && { anyOf: [{ type: 'integer' }, { type: 'string' }] }),
    ...(nullable && { type: [rest.type, 'null'] }),
    ...(schema.type === 'object' && { additionalProperties: map }),
    ...(items && { items: structural(items) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, it]) => [name, structural(it)])),
    }),
  };
}
