import type { Chart } from 'cdk8s';
import {
  IntOrString,
  KubeNetworkPolicy,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
} from 'cdk8s-plus-27/lib/imports/k8s.js';
import type { End, Flow, Pods } from '../model/flows.ts';
import type { Direction, Namespace } from '../model/model.ts';

/**
 * All network policies of a namespace: it is closed, but for the flows from its pods and to them. Its capabilities write
 * none themselves.
 */
export function addNetworkPolicies(chart: Chart, flows: readonly Flow[], { name, open }: Namespace): void {
  const closed = (['Ingress', 'Egress'] as const).filter((direction) => !open?.directions.includes(direction));
  if (closed.length > 0) {
    new KubeNetworkPolicy(chart, `network-policy-${name}-default-deny`, {
      metadata: {
        name: 'default-deny',
        namespace: name,
        ...(open !== undefined && {
          annotations: { 'homecloud.io/open': `${open.directions.join(', ')}: ${open.reason}` },
        }),
      },
      spec: { podSelector: {}, policyTypes: closed },
    });
  }
  for (const flow of flows) {
    if (isIn(name, flow.from) && flow.from.isOpen !== true) addPolicy(chart, flow, 'Egress', flow.from, flow.to);
    if (isIn(name, flow.to)) addPolicy(chart, flow, 'Ingress', flow.to, flow.from);
  }
}

function isIn(namespace: string, end: End): end is Pods {
  return 'namespace' in end && end.namespace === namespace;
}

function addPolicy(chart: Chart, flow: Flow, direction: Direction, pods: Pods, peer: End): void {
  const name = `${flow.name}-${direction === 'Egress' ? 'out' : 'in'}`;
  const ports = portsOf(flow);
  const peers = peersOf(peer);
  new KubeNetworkPolicy(chart, `network-policy-${name}`, {
    metadata: { name, namespace: pods.namespace, annotations: { 'homecloud.io/reason': flow.reason } },
    spec: {
      podSelector: Object.keys(pods.labels).length === 0 ? {} : { matchLabels: pods.labels },
      policyTypes: [direction],
      ...(direction === 'Egress' ? { egress: [{ to: peers, ...ports }] } : { ingress: [{ from: peers, ...ports }] }),
    },
  });
}

function portsOf({ ports }: Flow): { readonly ports?: NetworkPolicyPort[] } {
  if (ports === 'any') return {};
  if (ports.length === 0) return { ports: [{ protocol: 'TCP' }] };
  return { ports: ports.map(({ port, protocol }) => ({ protocol, port: IntOrString.fromNumber(port) })) };
}

function peersOf(end: End): NetworkPolicyPeer[] {
  if ('networks' in end) {
    const { networks, except } = end;
    return networks.map((cidr) => ({ ipBlock: { cidr, ...(except !== undefined && { except: [...except] }) } }));
  }
  return [
    {
      // Kubernetes labels each namespace with its name.
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': end.namespace } },
      ...(Object.keys(end.labels).length > 0 && { podSelector: { matchLabels: end.labels } }),
    },
  ];
}
