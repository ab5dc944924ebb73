// Compares our CRD subsets (imports/crds) with what upstream publishes in its Go modules: every field of ours must be
// upstream's, with the same type and constraints, so that what we accept, upstream accepts.
//
// No module that can be had holds the HelmRelease CRD, so controller-gen makes it from the Go types: about one minute
// the first time, 2 seconds from Go's build cache.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { loadAll } from 'js-yaml';
import { root } from './homes.mjs';
import { goModule } from './install.mjs';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

/** Go modules, and the file or folder with CRDs in each. */
const published = [
  {
    module: 'github.com/traefik/traefik/v3',
    // renovate: datasource=go depName=github.com/traefik/traefik/v3
    version: 'v3.7.13',
    crds: 'docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml',
  },
  {
    module: 'github.com/fluxcd/source-controller',
    // renovate: datasource=go depName=github.com/fluxcd/source-controller
    version: 'v1.9.5',
    crds: 'config/crd/bases',
  },
  {
    module: 'github.com/fluxcd/kustomize-controller',
    // renovate: datasource=go depName=github.com/fluxcd/kustomize-controller
    version: 'v1.9.5',
    crds: 'config/crd/bases',
  },
  {
    module: 'github.com/cert-manager/cert-manager',
    // renovate: datasource=go depName=github.com/cert-manager/cert-manager
    version: 'v1.21.2',
    crds: 'deploy/crds',
  },
  {
    // The newest that is published as a module.
    module: 'github.com/prometheus-operator/prometheus-operator',
    // renovate: datasource=go depName=github.com/prometheus-operator/prometheus-operator
    version: 'v0.85.0',
    crds: 'example/prometheus-operator-crd',
  },
];
/** The Go types of HelmRelease. */
const helmApi = {
  module: 'github.com/fluxcd/helm-controller/api',
  // renovate: datasource=go depName=github.com/fluxcd/helm-controller/api
  version: 'v1.6.4',
  types: './v2',
};
/**
 * Groups that no module that can be had publishes: where upstream's CRDs are needed, our subset stands in for them. That
 * it is one was seen by hand, against `chart/templates/crds.yaml` of Longhorn v1.12.1.
 */
const unpublished = ['longhorn.io'];
/** Makes a CRD out of Go types. */
const controllerGen = {
  command: 'sigs.k8s.io/controller-tools/cmd/controller-gen',
  // renovate: datasource=go depName=sigs.k8s.io/controller-tools
  version: 'v0.19.0',
};

/** What a field may say besides its properties and items; any other keyword is a slip of the pen. */
const constraints = [
  'type',
  'required',
  'default',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'anyOf',
  'additionalProperties',
  'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields',
];
const compared = ['description', 'properties', 'items', 'enum', 'x-kubernetes-validations'];

/** Our CRDs are a part of upstream's. */
export async function crds() {
  const ours = ourCrds().filter(({ spec }) => !unpublished.includes(spec.group));
  const { fields, problems } = compareCrds(ours, await upstreamCrds());
  if (fields === 0) throw new Error('no field was compared');
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

/**
 * How our CRDs differ from upstream's.
 * @param {object[]} ours CustomResourceDefinitions that should be a subset
 * @param {object[]} upstream CustomResourceDefinitions of upstream
 * @returns {{ fields: number, problems: string[] }} the number of fields looked at, and one line per difference
 */
function compareCrds(ours, upstream) {
  const problems = [];
  let fields = 0;

  const compareField = (path, our, their) => {
    fields += 1;
    const complain = (what, mine, yours) =>
      problems.push(`${path}: ${what} is ${JSON.stringify(mine)}, upstream's is ${JSON.stringify(yours)}`);
    for (const keyword of Object.keys(our)) {
      if (!constraints.includes(keyword) && !compared.includes(keyword)) problems.push(`${path}: unknown ${keyword}`);
    }
    for (const keyword of constraints) {
      // The order of a required list says nothing.
      const [mine, yours] = [our[keyword], their[keyword]].map((value) =>
        keyword === 'required' ? value?.toSorted() : value,
      );
      if (!isDeepStrictEqual(mine, yours)) complain(keyword, mine, yours);
    }
    const foreign = our.enum?.filter((value) => !their.enum?.includes(value)) ?? [];
    if (foreign.length > 0 || (their.enum && !our.enum)) complain('enum', our.enum, their.enum);
    const rules = their['x-kubernetes-validations']?.map(({ rule }) => rule) ?? [];
    for (const { rule } of our['x-kubernetes-validations'] ?? []) {
      if (!rules.includes(rule)) complain('rule', rule, rules);
    }
    for (const [name, property] of Object.entries(our.properties ?? {})) {
      const counterpart = their.properties?.[name];
      if (counterpart === undefined) problems.push(`${path}.${name}: upstream has no such field`);
      else compareField(`${path}.${name}`, property, counterpart);
    }
    if (our.items && their.items) compareField(`${path}[]`, our.items, their.items);
    else if (our.items || their.items) complain('items', our.items, their.items);
  };

  for (const crd of ours) {
    const theirs = upstream.find(({ metadata }) => metadata.name === crd.metadata.name);
    if (theirs === undefined) {
      problems.push(`${crd.metadata.name}: upstream has no such CustomResourceDefinition`);
      continue;
    }
    for (const key of ['group', 'scope', 'names']) {
      const { [key]: mine } = crd.spec;
      const { [key]: yours } = theirs.spec;
      const { categories: _, ...names } = yours;
      if (!isDeepStrictEqual(mine, key === 'names' ? names : yours)) {
        problems.push(
          `${crd.metadata.name}: ${key} is ${JSON.stringify(mine)}, upstream's is ${JSON.stringify(yours)}`,
        );
      }
    }
    for (const version of crd.spec.versions) {
      const counterpart = theirs.spec.versions.find(({ name, served }) => name === version.name && served);
      if (counterpart === undefined) problems.push(`${crd.metadata.name}: upstream does not serve ${version.name}`);
      else {
        compareField(`${crd.spec.names.kind}`, version.schema.openAPIV3Schema, counterpart.schema.openAPIV3Schema);
      }
    }
  }
  return { fields, problems };
}

/** Our CustomResourceDefinitions: the part of upstream's that homecloud uses. */
export function ourCrds() {
  return readCrds(join(root, 'imports/crds'));
}

/** All CustomResourceDefinitions of a YAML file, or of the YAML files of a folder. */
function readCrds(path) {
  const files = statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
  return files
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap((file) => loadAll(readFileSync(file, 'utf8')))
    .filter((object) => object?.kind === 'CustomResourceDefinition');
}

/** @type {Promise<object[]> | undefined} */
let upstream;

/**
 * Upstream's CustomResourceDefinitions.
 * @returns {Promise<object[]>}
 */
export function upstreamCrds() {
  upstream ??= makeUpstreamCrds();
  return upstream;
}

async function makeUpstreamCrds() {
  const { command, version } = controllerGen;
  const folder = await goModule(helmApi.module, helmApi.version);
  const generated = newFolder('crds');
  const output = `output:crd:artifacts:config=${generated}`;
  await succeed('go', ['run', `${command}@${version}`, 'crd', `paths=${helmApi.types}`, output], { cwd: folder });
  const modules = await Promise.all(published.map((source) => goModule(source.module, source.version)));
  return [
    ...published.flatMap(({ crds }, index) => readCrds(join(modules[index], crds))),
    ...readCrds(generated),
    ...unpublished.flatMap((group) => readCrds(join(root, `imports/crds/${group}.yaml`))),
  ];
}
