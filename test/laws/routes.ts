import type { End } from '../../model/flows.ts';
import { type KubernetesObject, objectsOf } from '../objects.ts';
import type { Laws } from './law.ts';

export const routeLaws: Laws = {
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

  'Traefik reaches what its routes lead to': (tree, model) =>
    [...objectsOf(tree)].flatMap(([path, object]) => {
      if (object.kind !== 'IngressRoute' || !JSON.stringify(object).includes('"kind":"Service"')) return [];
      return model.flows.some(
        ({ from, to }) => isIn(model.traefik.namespace, from) && isIn(object.metadata.namespace, to),
      )
        ? []
        : [path];
    }),
};

function isIn(namespace: string | undefined, end: End): boolean {
  return 'namespace' in end && end.namespace === namespace;
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
