import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { synthesize } from '../cli/home.ts';
import { pins } from '../imports/versions.ts';
import type { WrittenConfig } from '../model/config.ts';
import type { End } from '../model/flows.ts';
import type { Model } from '../model/model.ts';
import { isTreePath, type Tree } from '../tree/tree.ts';
import { households, modelOf } from './homes.ts';
import { type KubernetesObject, objectsOf, walk } from './objects.ts';
import { randomHome } from './random-home.ts';

/** The laws of the design, on the golden households and on random homes. Each returns what breaks it. */
const laws: Readonly<Record<string, (tree: Tree, model: Model) => string[]>> = {
  'paths stay in the tree and are portable': (tree) => [...tree.keys()].filter((path) => !isTreePath(path)),

  'texts end with one line feed': (tree) =>
    [...tree]
      .filter(([, text]) => text.includes('\r') || !text.endsWith('\n') || text.endsWith('\n\n'))
      .map(([path]) => path),

  'law 3: every value of every Secret is encrypted': (tree) =>
    [...objectsOf(tree)].flatMap(([path, object]) => {
      if (object.kind !== 'Secret') return [];
      const { data = {}, stringData = {}, sops } = object as { data?: object; stringData?: object; sops?: object };
      const values: unknown[] = [...Object.values(data), ...Object.values(stringData)];
      const isEncrypted = values.every((value) => String(value).startsWith('ENC[AES256_GCM,'));
      return sops !== undefined && values.length > 0 && isEncrypted ? [] : [path];
    }),

  'each Secret that the home reads is in the tree, byte for byte': (tree, model) => {
    const texts = new Set([...tree].filter(([path]) => /\/secret-[^/]+$/.test(path)).map(([, text]) => text));
    const missing = model.encryptedSecrets.filter(({ text }) => !texts.has(text)).map(({ name }) => name);
    return texts.size === model.encryptedSecrets.length ? missing : [`${texts.size} Secrets`];
  },

  'law 4: every image and chart is a pin, at its version': (tree, model) => {
    const known = new Set(
      [
        ...Object.values(model.pins),
        ...model.apps.map(({ image }) => image),
        ...model.ownApps.flatMap(({ release }) => (release === null ? [] : [release.chart])),
      ].map(({ source, version, digest }) =>
        digest === undefined ? `${source}:${version}` : `${source}:${version}@${digest}`,
      ),
    );
    return [...objectsOf(tree)].flatMap(([path, object]) => [
      ...containersOf(object).flatMap(({ image }) =>
        known.has(image) || (isOwn(path) && /:\d[\w.-]*$/.test(image)) ? [] : [`${path}: ${image}`],
      ),
      ...chartsOf(object, tree).flatMap((chart) => (known.has(chart) ? [] : [`${path}: ${chart}`])),
    ]);
  },

  'law 5: every reference names something of the tree or of the model': (tree, model) =>
    danglingReferences(tree, model),

  'law 5: every kustomization lists exactly the files of its folder': (tree) => {
    const folders = new Map<string, string[]>();
    for (const path of tree.keys()) {
      if (!path.startsWith('kubernetes/')) continue;
      const at = path.lastIndexOf('/');
      folders.set(path.slice(0, at), [...(folders.get(path.slice(0, at)) ?? []), path.slice(at + 1)]);
    }
    return [...folders].flatMap(([folder, files]) => {
      const kustomization = tree.get(`${folder}/kustomization.yaml`);
      const listed = (load(kustomization ?? '{}') as { resources?: string[] }).resources ?? [];
      const expected = files.filter((file) => file !== 'kustomization.yaml').sort();
      return JSON.stringify([...listed].sort()) === JSON.stringify(expected) ? [] : [folder];
    });
  },

  'the pictures of a camera come on one way, into a place that no other camera writes to': (
    tree,
    { people, boards },
  ) => {
    const offered = (id: string) =>
      boards.flatMap(({ syncthing }) =>
        (syncthing?.folders ?? []).filter(({ devices }) => devices.some((device) => device.id === id)),
      );
    const places = new Set<string>();
    return people.flatMap(({ name, photos, devices }) => {
      if (photos === null) return [];
      const place = photos.by === 'nextcloud' ? photos.folder : `/${photos.share}`;
      const isTaken = [...places].some((other) => `${other}/`.startsWith(`${place}/`) || place.startsWith(`${other}/`));
      places.add(place);
      const phone = devices.find((device) => photos.by === 'syncthing' && device.name === photos.device);
      const arrives =
        photos.by === 'nextcloud' ||
        (phone !== undefined && offered(phone.syncthing).some((folder) => folder.name === photos.share));
      const card = tree.get(`pages/people/${name}.html`) ?? '';
      return [
        ...(isTaken ? [`${place} of ${name} is also of another camera`] : []),
        ...(arrives ? [] : [`nothing comes into ${place}`]),
        ...(card.includes(`<code>${photos.by === 'nextcloud' ? place : photos.share}</code>`)
          ? []
          : [`${name} is not told`]),
      ];
    });
  },

  'every route leads to a port that its service has': (tree) => {
    const objects = [...objectsOf(tree)];
    return objects.flatMap(([path, object]) => {
      return backendsOf(object)
        .filter(({ kind, name, port }) => {
          if (kind !== 'Service' || releasedPorts(objects, object.metadata.namespace, name).includes(port))
            return false;
          const service = objects.find(
            ([, other]) =>
              other.kind === 'Service' &&
              other.metadata.name === name &&
              other.metadata.namespace === object.metadata.namespace,
          )?.[1];
          return !(service?.['spec'] as { ports: { port: number }[] } | undefined)?.ports.some(
            (one) => one.port === port,
          );
        })
        .map(({ name, port }) => `${path}: ${name} has no port ${port}`);
    });
  },

  'every host name of a route has a certificate, where the home has them': (tree, model) => {
    const objects = [...objectsOf(tree).values()];
    const served = new Set(
      objects.flatMap(({ kind, spec }) =>
        kind === 'TLSStore'
          ? (spec as { certificates: { secretName: string }[] }).certificates.map(({ secretName }) => secretName)
          : [],
      ),
    );
    const names = objects.flatMap(({ kind, spec }) => {
      const { secretName = '', dnsNames = [] } = (spec ?? {}) as { secretName?: string; dnsNames?: string[] };
      return kind === 'Certificate' && served.has(secretName) ? dnsNames : [];
    });
    // A wildcard stands for one label (RFC 9525, section 6.3).
    const isCovered = (host: string) => names.includes(host) || names.includes(host.replace(/^[^.]+/, '*'));
    return model.certificates === null
      ? [...names, ...objects.filter(({ kind }) => kind === 'ClusterIssuer').map(({ kind }) => kind)]
      : model.hostNames.map(({ host }) => host).filter((host) => !isCovered(host));
  },

  'every route passes the limits and headers of its entry point': (tree) => {
    const entryPoints = [...objectsOf(tree).values()].flatMap((object) => {
      const { values } = (object['spec'] ?? {}) as { values?: { ports?: Record<string, EntryPoint> } };
      return object.kind === 'HelmRelease' ? Object.entries(values?.ports ?? {}) : [];
    });
    const middlewares = new Map(entryPoints.map(([name, { http }]) => [name, http?.middlewares ?? []]));
    return [...objectsOf(tree)].flatMap(([path, object]) => {
      return entryPointsOf(object)
        .filter((name) =>
          ['rate-limit', 'headers'].some(
            (what) => !middlewares.get(name)?.includes(`traefik-${name}-${what}@kubernetescrd`),
          ),
        )
        .map((name) => `${path}: ${name}`);
    });
  },

  'every host name of the model has a route': (tree, model) => {
    const matches = [...objectsOf(tree).values()].flatMap((object) =>
      ['IngressRoute', 'Ingress'].includes(object.kind) ? [JSON.stringify(object['spec'])] : [],
    );
    return model.hostNames
      .filter(
        ({ host }) => !matches.some((text) => text.includes(`Host(\`${host}\`)`) || text.includes(`"host":"${host}"`)),
      )
      .map(({ host }) => host);
  },

  'a restricted namespace has no privileged pods': (tree, model) => {
    const restricted = new Set(
      model.namespaces.filter(({ podSecurity }) => podSecurity === 'restricted').map(({ name }) => name),
    );
    return [...objectsOf(tree)]
      .filter(
        ([, { metadata }]) =>
          restricted.has(metadata.namespace ?? '') && metadata.annotations?.['homecloud.io/privileges'] !== undefined,
      )
      .map(([path]) => path);
  },

  'law 7: no two objects have one identity': (tree) => {
    const seen = new Map<string, string>();
    return [...objectsOf(tree)].flatMap(([path, { apiVersion, kind, metadata }]) => {
      const identity = [apiVersion, kind, metadata.namespace ?? '', metadata.name].join(' ');
      const other = seen.get(identity);
      seen.set(identity, path);
      return other === undefined ? [] : [`${path} and ${other}: ${identity}`];
    });
  },

  'law 8: every container has requests and a memory limit': (tree) =>
    [...objectsOf(tree)].flatMap(([path, object]) =>
      containersOf(object).flatMap(({ name, resources }) =>
        resources?.requests?.['cpu'] && resources.requests['memory'] && resources.limits?.['memory']
          ? []
          : [`${path}: ${name}`],
      ),
    ),

  'every namespace is closed, but for what policies allow': (tree, model) => {
    const closed = new Map(
      [...objectsOf(tree).values()]
        .filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'default-deny')
        .map(({ metadata, spec }) => [metadata.namespace, (spec as { policyTypes: string[] }).policyTypes]),
    );
    return model.namespaces.flatMap(({ name, open }) =>
      ['Ingress', 'Egress'].flatMap((direction) =>
        closed.get(name)?.includes(direction) || open?.directions.some((one) => one === direction)
          ? []
          : [`${name}: ${direction}`],
      ),
    );
  },

  'Traefik reaches what its routes lead to': (tree, model) =>
    [...objectsOf(tree)].flatMap(([path, object]) => {
      if (object.kind !== 'IngressRoute' || !JSON.stringify(object).includes('"kind":"Service"')) return [];
      return model.flows.some(
        ({ from, to }) => isIn(model.traefik.namespace, from) && isIn(object.metadata.namespace, to),
      )
        ? []
        : [path];
    }),

  'Flux never deletes what holds data': (tree) =>
    [...objectsOf(tree)].flatMap(([path, { kind, metadata }]) =>
      ['Namespace', 'PersistentVolume', 'PersistentVolumeClaim'].includes(kind) &&
      metadata.annotations?.['kustomize.toolkit.fluxcd.io/prune'] !== 'disabled'
        ? [path]
        : [],
    ),

  'Flux waits longer for a folder than for any release in it, and tries again before it looks again': (tree) => {
    const objects = [...objectsOf(tree)];
    const waiting = objects.filter(([, { kind }]) => ['Kustomization', 'HelmRelease'].includes(kind));
    const folders = new Map(
      objects.flatMap(([, object]) =>
        object.kind === 'Kustomization' && isOfHome(object)
          ? [[String((object['spec'] as { path: string }).path).replace('./dist/', ''), timesOf(object)]]
          : [],
      ),
    );
    return waiting.flatMap(([path, object]) => {
      const { timeout, interval, retryInterval } = timesOf(object);
      const outer = folders.get(path.slice(0, path.lastIndexOf('/')));
      // The root waits for nobody: each folder tells of itself.
      const fits = object.kind === 'Kustomization' && isOfHome(object) ? true : timeout < (outer?.timeout ?? 0);
      return fits && timeout > 0 && retryInterval < interval && timeout < interval ? [] : [path];
    });
  },

  'Flux sets right what was changed by hand in releases, and never touches their volumes': (tree) =>
    [...objectsOf(tree)].flatMap(([path, object]) => {
      if (object.kind !== 'HelmRelease') return [];
      const { driftDetection } = object['spec'] as { driftDetection?: unknown };
      const right = { mode: 'enabled', ignore: [{ target: { kind: 'PersistentVolumeClaim' }, paths: [''] }] };
      return isDeepStrictEqual(driftDetection, right) ? [] : [path];
    }),

  'a board that is away stops no release for good, nor what depends on it': (tree) =>
    [...objectsOf(tree)].flatMap(([path, object]) => {
      if (object.kind !== 'HelmRelease') return [];
      const { install, upgrade } = object['spec'] as { install: object; upgrade: object };
      const retries = { crds: 'CreateReplace', strategy: { name: 'RetryOnFailure' } };
      const waits = {
        ...retries,
        ...(withDaemonSet.has(object.metadata.name) && { disableWait: true }),
        // Its hook waits for all boards.
        ...(object.metadata.name === 'longhorn' && { disableHooks: true }),
      };
      return isDeepStrictEqual([install, upgrade], [retries, waits]) ? [] : [path];
    }),

  'no disruption budget blocks a drain': (tree) =>
    [...objectsOf(tree)].flatMap(([path, object]) => {
      if (object.kind !== 'PodDisruptionBudget') return [];
      return (object['spec'] as { maxUnavailable?: number }).maxUnavailable === 1 ? [] : [path];
    }),

  'every priority class that pods name is there': (tree) => {
    const objects = [...objectsOf(tree)];
    const classes = objects.flatMap(([, { kind, metadata }]) => (kind === 'PriorityClass' ? [metadata.name] : []));
    return objects.flatMap(([path, object]) =>
      [...walk(object)].flatMap(({ path: keys, value }) =>
        keys.at(-1) === 'priorityClassName' && !classes.includes(`${value}`) && !`${value}`.startsWith('system-')
          ? [`${path}: ${value}`]
          : [],
      ),
    );
  },

  'names and labels are ones that Kubernetes takes': (tree) =>
    [...objectsOf(tree)].flatMap(([path, { metadata }]) => {
      const labels = Object.entries(metadata.labels ?? {});
      // Flux and Services put names into labels and DNS, which take 63 characters.
      const isName = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(metadata.name);
      const areLabels = labels.every(([, value]) => /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/.test(value));
      return isName && areLabels ? [] : [path];
    }),

  'no capability carries the prefix CAP_, no image is pulled again': (tree) =>
    [...objectsOf(tree)].flatMap(([path, object]) =>
      [...walk(object)].flatMap(({ value }) =>
        typeof value === 'string' &&
        (/^CAP_/.test(value) || value === 'Always') &&
        object.kind === 'Deployment' &&
        !isRestartPolicy(object, value)
          ? [`${path}: ${value}`]
          : [],
      ),
    ),
};

/** Releases whose charts have a DaemonSet (their templates): the chart's own kinds are not in the tree. */
const withDaemonSet = new Set(['kube-prometheus-stack', 'log-collector', 'longhorn', 'traefik']);

function isIn(namespace: string | undefined, end: End): boolean {
  return 'namespace' in end && end.namespace === namespace;
}

/** Seconds of a duration of Flux: `1h`, `2m`. */
function seconds(duration: string): number {
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
  return [...duration.matchAll(/(\d+)([smh])/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ''] ?? Number.NaN),
    0,
  );
}

/** How long Flux waits for an object, and when it looks at it again; `5m` is the default between retries of a release. */
function timesOf({ spec }: KubernetesObject) {
  const { timeout = '', interval = '', retryInterval = '5m' } = spec as Readonly<Record<string, string | undefined>>;
  return { timeout: seconds(timeout), interval: seconds(interval), retryInterval: seconds(retryInterval) };
}

interface Backend {
  readonly kind: string;
  readonly name: string;
  readonly port?: number;
}

/** Where a route leads to. */
function backendsOf({ kind, spec }: KubernetesObject): Backend[] {
  if (kind === 'IngressRoute')
    return (spec as { routes: { services: Backend[] }[] }).routes.flatMap(({ services }) => services);
  if (kind !== 'Ingress') return [];
  const { rules } = spec as {
    rules: { http: { paths: { backend: { service: { name: string; port: { number: number } } } }[] } }[];
  };
  return rules
    .flatMap(({ http }) => http.paths)
    .map(({ backend: { service } }) => ({ kind: 'Service', name: service.name, port: service.port.number }));
}

/** The entry points of Traefik that a route is on. */
function entryPointsOf({ kind, metadata, spec }: KubernetesObject): readonly string[] {
  if (kind === 'IngressRoute') return (spec as { entryPoints: string[] }).entryPoints;
  return kind === 'Ingress'
    ? (metadata.annotations?.['traefik.ingress.kubernetes.io/router.entrypoints'] ?? 'missing').split(',')
    : [];
}

/** Whether a file is an object of the admin's own, whose versions only its text says. */
function isOwn(path: string): boolean {
  return path.split('/')[2] === 'own';
}

interface EntryPoint {
  readonly http?: { readonly middlewares?: readonly string[] };
}

/** Ports of a Service that a Helm chart brings, as its release says. */
function releasedPorts(
  objects: readonly (readonly [string, KubernetesObject])[],
  namespace: string | undefined,
  service: string,
): (number | undefined)[] {
  return objects.flatMap(([, { kind, metadata }]) =>
    kind === 'HelmRelease' && metadata.namespace === namespace
      ? (metadata.annotations?.['homecloud.io/services'] ?? '').split(' ').flatMap((entry) => {
          const [name, port] = entry.split(':');
          return name === service ? [Number(port)] : [];
        })
      : [],
  );
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
}

interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly restartPolicy?: string;
  readonly serviceAccountName?: string;
}

function podSpec(object: KubernetesObject): PodSpec {
  return (object as { spec?: { template?: { spec?: PodSpec } } }).spec?.template?.spec ?? {};
}

function isRestartPolicy(object: KubernetesObject, value: string): boolean {
  const pull = [...walk(object)].filter(({ path }) => path.at(-1) === 'imagePullPolicy').map((entry) => entry.value);
  return value === 'Always' && podSpec(object).restartPolicy === 'Always' && !pull.includes('Always');
}

function containersOf(object: KubernetesObject): Container[] {
  const { containers = [], initContainers = [] } = podSpec(object);
  return [...initContainers, ...containers];
}

function chartsOf(object: KubernetesObject, tree: Tree): string[] {
  if (object.kind !== 'HelmRelease') return [];
  const { chart } = object['spec'] as {
    chart: { spec: { chart: string; version: string; sourceRef: { name: string } } };
  };
  const repository = [...objectsOf(tree).values()].find(
    ({ kind, metadata }) => kind === 'HelmRepository' && metadata.name === chart.spec.sourceRef.name,
  );
  return [`${(repository?.['spec'] as { url: string } | undefined)?.url}#${chart.spec.chart}:${chart.spec.version}`];
}

/** A middleware of a whole entry point: `<namespace>-<name>@kubernetescrd`. */
function ofEntryPoint(reference: string) {
  const [, namespace = '', name = ''] = /^([a-z0-9]+)-(.*)@kubernetescrd$/.exec(reference) ?? [];
  return { kind: 'Middleware', name, namespace };
}

/** What an issuer of the whole cluster reads stands beside cert-manager. */
function ofIssuer(name: unknown) {
  return { kind: 'Secret', name: String(name), namespace: 'cert-manager' };
}

/** What a value under a key refers to; the kind of the referred object and how its name is found. */
function referencesOf(object: KubernetesObject): { kind: string; name: string; namespace?: string }[] {
  const namespace = object.metadata.namespace;
  const local = (kind: string, name: unknown) => ({
    kind,
    name: String(name),
    ...(namespace !== undefined && { namespace }),
  });
  return [...walk(object)].flatMap(({ path, value }) => {
    const [parent, key] = [path.at(-2) ?? '', path.at(-1) ?? ''];
    const entry = value as Record<string, unknown>;
    if (key === 'namespace' && path[0] === 'metadata') return [{ kind: 'Namespace', name: String(value) }];
    if (key === 'configMap' || key === 'configMapRef' || key === 'configMapKeyRef')
      return [local('ConfigMap', entry['name'])];
    if (key === 'secret' && typeof value === 'object') return [local('Secret', entry['secretName'])];
    if (key === 'secret' && typeof value === 'string') return [local('Secret', value)];
    if (key === 'secretRef' || key === 'secretKeyRef') return [local('Secret', entry['name'])];
    if (key === 'serviceAccountName') return [local('ServiceAccount', value)];
    if (key === 'existingClaim') return [local('PersistentVolumeClaim', value)];
    if (key === 'persistentVolumeClaim') return [local('PersistentVolumeClaim', entry['claimName'])];
    if (key === 'sourceRef') return [local(String(entry['kind']), entry['name'])];
    if (parent === 'middlewares' && typeof value === 'object') return [local('Middleware', entry['name'])];
    if (parent === 'middlewares') return [ofEntryPoint(String(value))];
    if (key === 'issuerRef') return [{ kind: String(entry['kind']), name: String(entry['name']) }];
    if (object.kind === 'TLSStore' && key === 'secretName') return [local('Secret', value)];
    if (object.kind === 'ClusterIssuer' && key === 'ca') return [ofIssuer(entry['secretName'])];
    if (object.kind === 'ClusterIssuer' && key.endsWith('SecretRef') && key !== 'privateKeySecretRef')
      return [ofIssuer(entry['name'])];
    if (parent === 'services' && entry['kind'] === 'Service') return [local('Service', entry['name'])];
    if (parent === 'dependsOn') return [local(object.kind, entry['name'])];
    return [];
  });
}

/** Whether a Kustomization applies a folder of the home. */
function isOfHome(object: KubernetesObject): boolean {
  return (object['spec'] as { sourceRef: { kind: string } }).sourceRef.kind === 'GitRepository';
}

function danglingReferences(tree: Tree, model: Model): string[] {
  const objects = objectsOf(tree);
  const identities = new Set([
    ...[...objects.values()].map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`),
    // cert-manager makes them.
    ...[...objects.values()]
      .filter(({ kind }) => kind === 'Certificate')
      .map(({ metadata, spec }) => `Secret ${metadata.namespace ?? ''} ${(spec as { secretName: string }).secretName}`),
    // Helm charts bring them.
    ...[...objects.values()].flatMap(({ kind, metadata }) =>
      kind === 'HelmRelease'
        ? (metadata.annotations?.['homecloud.io/services'] ?? '')
            .split(' ')
            .map((entry) => `Service ${metadata.namespace} ${entry.split(':')[0]}`)
        : [],
    ),
    // Kubernetes makes it.
    'Namespace  kube-system',
    // Ansible brings them before Flux can read anything.
    ...[model.git.secretName, model.git.decryptionSecretName].map((name) => `Secret ${model.git.namespace} ${name}`),
  ]);
  const fromObjects = [...objects].flatMap(([path, object]) =>
    referencesOf(object).flatMap(({ kind, name, namespace }) =>
      identities.has(`${kind} ${namespace ?? ''} ${name}`) ? [] : [`${path}: ${kind} ${name}`],
    ),
  );
  const folders = new Set([...tree.keys()].map((path) => path.slice(0, path.lastIndexOf('/'))));
  const fromFlux = [...objects].flatMap(([path, object]) => {
    if (object.kind !== 'Kustomization' || !isOfHome(object)) return [];
    const target = (object['spec'] as { path: string }).path.replace('./dist/', '');
    return folders.has(target) ? [] : [`${path}: ${target}`];
  });
  const applied = new Set(
    [...objects.values()].flatMap((object) =>
      object.kind === 'Kustomization' && isOfHome(object)
        ? [(object['spec'] as { path: string }).path.replace('./dist/', '')]
        : [],
    ),
  );
  const forgotten = [...folders].filter((folder) => folder.startsWith('kubernetes/') && !applied.has(folder));
  return [...fromObjects, ...fromFlux, ...forgotten.map((folder) => `${folder}: no Kustomization of Flux applies it`)];
}

/** Everything that breaks a law in a home. */
async function breaches(config: WrittenConfig): Promise<Record<string, string[]>> {
  const model = modelOf(config);
  const tree = await synthesize(model);
  return Object.fromEntries(
    Object.entries(laws).flatMap(([law, broken]) => {
      const found = broken(tree, model);
      return found.length > 0 ? [[law, found]] : [];
    }),
  );
}

describe('the laws', () => {
  it.each(Object.entries(households))('hold in the household %s', async (_name, config) => {
    expect(await breaches(config)).toEqual({});
  });

  it('hold in random homes', async () => {
    await fc.assert(
      fc.asyncProperty(randomHome, async (config) => {
        expect(await breaches(config)).toEqual({});
      }),
      { numRuns: 60 },
    );
  });

  it('the same config gives the same tree, whatever the order of its lists', async () => {
    await fc.assert(
      fc.asyncProperty(randomHome, fc.infiniteStream(fc.nat()), async (config, numbers) => {
        const shuffle = <T>(list: readonly T[] | undefined) =>
          [...(list ?? [])]
            .map((entry) => ({ entry, key: numbers.next().value }))
            .sort((a, b) => a.key - b.key)
            .map(({ entry }) => entry);
        const shuffled: WrittenConfig = {
          ...config,
          people: shuffle(config.people),
          boards: shuffle(config.boards),
          shares: shuffle(config.shares).map((share) => ({
            ...share,
            on: shuffle(share.on),
            people: shuffle(share.people),
          })),
        };
        expect([...(await synthesize(modelOf(shuffled)))]).toEqual([...(await synthesize(modelOf(config)))]);
      }),
      { numRuns: 30 },
    );
  });

  it('law 6: another board changes the files of the old ones only in the lists that name its peers', async () => {
    await fc.assert(
      fc.asyncProperty(randomHome, fc.boolean(), async (config, manyServers) => {
        const subnet = config.network.subnet.replace(/\.0\/24$/, '');
        const added = (name: string, number: number, role: 'server' | 'agent') => ({
          ...config.boards[0],
          name,
          role,
          address: `${subnet}.${number}`,
          hardware: 'arm64' as const,
          memory: '4GiB',
          ssh: {},
          disks: [],
        });
        const servers = config.boards.filter(({ role }) => role === 'server').length;
        const more =
          manyServers && servers > 1 && servers < 5
            ? [added('new-a', 91, 'server'), added('new-b', 19, 'server')]
            : [added('new-a', 91, 'agent')];
        const before = await synthesize(modelOf(config));
        const after = await synthesize(modelOf({ ...config, boards: [...config.boards, ...more] }));
        for (const [path, text] of before) {
          const board = config.boards.find(({ name }) => path.split(/[/.]/).includes(name));
          if (board === undefined) continue;
          expect({ path, value: withoutPeers(load(after.get(path) ?? '')) }).toEqual({
            path,
            value: withoutPeers(load(text)),
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('law 3: a password in the address of the repository is refused', () => {
    const url = 'ssh://git:hunter2canary@git.example.org/a/home.git';
    const { family } = households;
    expect(() => modelOf({ ...family, git: { ...family.git, url } })).toThrow('is not a Git address');
  });

  it('law 4: every pin is used', async () => {
    const texts = [...(await synthesize(modelOf(households.full))).values()].join('\n');
    const unused = Object.entries(pins).filter(
      ([, { source, version }]) => !texts.includes(source.split('#')[0] ?? source) || !texts.includes(version),
    );
    expect(unused.map(([name]) => name)).toEqual([]);
  });
});

/** A board's values without the lists that name other boards. */
function withoutPeers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPeers);
  if (typeof value !== 'object' || value === null) return value;
  const peers = ['tls-san', 'firewall_boards', 'k3s_join_addresses', 'keepalived_peers'];
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !peers.includes(key))
      .map(([key, entry]) => [key, withoutPeers(entry)]),
  );
}
