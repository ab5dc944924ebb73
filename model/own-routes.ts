import type { Namespace } from './model.ts';
import { groupOf, type KubernetesObject, type OwnObject } from './own-objects.ts';
import type { RuleFinding } from './problems.ts';

/** Where the routes of the admin's objects lead: those of Traefik, and the Ingresses that it reads. */

interface RouteSpec {
  readonly entryPoints?: readonly unknown[];
  readonly routes?: readonly {
    readonly match?: unknown;
    readonly services?: readonly { readonly name?: unknown; readonly kind?: unknown; readonly namespace?: unknown }[];
  }[];
  readonly rules?: readonly { readonly host?: unknown }[];
}

interface Route {
  readonly entryPoints: readonly string[];
  /** Hosts that its rules name in full. */
  readonly hosts: readonly string[];
  /** Services of Traefik itself, and namespaces of the others. */
  readonly targets: readonly { readonly internal: string | null; readonly namespace: string }[];
}

/** The annotation of an Ingress with its entry points; without, it has those that are the default, which is `lan`. */
const entryPointsOfIngress = 'traefik.ingress.kubernetes.io/router.entrypoints';

/** Services of Traefik itself; `noop@internal` is for rules that only redirect. */
const isPage = /^(?!noop@).*@internal$/;

/** @returns undefined for what is no route */
function routeOf({ apiVersion, kind, metadata, ...rest }: KubernetesObject): Route | undefined {
  const spec = (rest['spec'] ?? {}) as RouteSpec;
  const { namespace = 'default', annotations = {} } = metadata as {
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, unknown>>;
  };
  if (kind === 'Ingress' && groupOf(apiVersion) === 'networking.k8s.io') {
    return {
      entryPoints: `${annotations[entryPointsOfIngress] ?? ''}`.split(',').map((name) => name.trim()),
      hosts: (spec.rules ?? []).flatMap(({ host }) => (host === undefined ? [] : [`${host}`])),
      targets: [{ internal: null, namespace }],
    };
  }
  if (!kind.startsWith('IngressRoute') || groupOf(apiVersion) !== 'traefik.io') return undefined;
  const routes = spec.routes ?? [];
  return {
    entryPoints: (spec.entryPoints ?? []).map(String),
    hosts: routes.flatMap(({ match }) => hostsIn(`${match ?? ''}`)),
    targets: routes
      .flatMap(({ services = [] }) => services)
      .map((service) => ({
        internal: service.kind === 'TraefikService' && isPage.test(`${service.name}`) ? `${service.name}` : null,
        namespace: service.namespace === undefined ? namespace : `${service.namespace}`,
      })),
  };
}

/** Host names that the rules of a route name in full; none of what is no route. */
export function hostsOf(object: KubernetesObject): readonly string[] {
  return routeOf(object)?.hosts ?? [];
}

/** The names in the matchers `Host(…)` of a rule of Traefik. */
function hostsIn(match: string): string[] {
  return [...match.matchAll(/\bHost\(([^)]*)\)/g)].flatMap(([, names = '']) =>
    [...names.matchAll(/[`"]([^`"]+)[`"]/g)].map(([, name = '']) => name),
  );
}

/** The namespaces whose pages are the admin's: all but those of apps, whose exposures the admin chooses. */
export function adminNamespaces(namespaces: readonly Pick<Namespace, 'name' | 'capability'>[]): ReadonlySet<string> {
  const ours = namespaces.filter(({ capability }) => !capability.startsWith('app-'));
  return new Set(['kube-system', ...ours.map(({ name }) => name)]);
}

/**
 * Routes of the internet that lead to what is for the admin at home.
 * @param namespaces whose services the internet must not reach
 */
export function* exposed(objects: readonly OwnObject[], namespaces: ReadonlySet<string>): Generator<RuleFinding> {
  for (const { object, path } of objects) {
    const route = routeOf(object);
    if (route === undefined || !route.entryPoints.includes('internet')) continue;
    const found = route.targets.find(({ internal, namespace }) => internal !== null || namespaces.has(namespace));
    if (found === undefined) continue;
    const what = found.internal ?? `a service of ${found.namespace}`;
    yield {
      path,
      message: `lets the internet reach ${what}: ${object.kind} ${object.metadata.name} has the entry point internet`,
      hint: 'write the entry point lan alone: what belongs to homecloud is for the home',
    };
  }
}
