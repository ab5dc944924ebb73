import type { OwnObject } from './own-objects.ts';
import type { RuleFinding } from './problems.ts';

/** The label with which the API server refuses pods that may do more (Kubernetes, "Pod Security Admission"). */
const podSecurity = 'pod-security.kubernetes.io/enforce';

interface PolicySpec {
  readonly podSelector?: Readonly<Record<string, unknown>>;
  readonly policyTypes?: readonly unknown[];
}

/**
 * Namespaces of the admin's own where any pod may do anything, or reach everything.
 * @param all also makes network policies
 * @param ours namespaces of homecloud, which are told elsewhere
 */
export function* unfenced(
  objects: readonly OwnObject[],
  all: readonly OwnObject[],
  ours: readonly string[],
): Generator<RuleFinding> {
  for (const { object, path } of objects) {
    const { name, labels = {} } = object.metadata as { readonly name: string; readonly labels?: object };
    if (object.kind !== 'Namespace' || object.apiVersion !== 'v1' || ours.includes(name)) continue;
    if (!(podSecurity in labels)) {
      yield {
        path,
        message: `is the Namespace ${name} without a Pod Security level: its pods may do what root of a board may`,
        hint: `write metadata: { name: '${name}', labels: { '${podSecurity}': 'baseline' } }, or 'restricted', as the apps have it`,
      };
    }
    const closed = directionsClosed(all, name);
    if (['Ingress', 'Egress'].every((direction) => closed.has(direction))) continue;
    yield {
      path,
      message: `is the Namespace ${name} without a policy that closes it: its pods reach all of the home, and all reaches them`,
      hint: `add { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'default-deny', namespace: '${name}' }, spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } }, and a policy for each connection that its pods need, DNS first`,
    };
  }
}

/** The directions in which policies of all pods of a namespace let nothing pass that no other policy allows. */
function directionsClosed(all: readonly OwnObject[], namespace: string): ReadonlySet<unknown> {
  return new Set(
    all
      .filter(({ object }) => object.kind === 'NetworkPolicy' && object.metadata.namespace === namespace)
      .map(({ object }) => (object['spec'] ?? {}) as PolicySpec)
      .filter(({ podSelector = {} }) => Object.keys(podSelector).length === 0)
      .flatMap(({ policyTypes = ['Ingress'] }) => policyTypes),
  );
}
