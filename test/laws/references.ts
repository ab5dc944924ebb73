import type { Model } from '../../model/model.ts';
import type { Tree } from '../../tree/tree.ts';
import { isOfHome, type KubernetesObject, objectsOf, walk } from '../objects.ts';
import type { Laws } from './law.ts';

export const referenceLaws: Laws = {
  'law 5: every reference names something of the tree or of the model': (tree, model) =>
    danglingReferences(tree, model),

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
};

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
