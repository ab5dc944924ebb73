import type { Chart } from 'cdk8s';
import { IntOrString, KubeNetworkPolicy, type NetworkPolicyPeer } from 'cdk8s-plus-27/lib/imports/k8s.js';
import type { End, Flow } from '../model/flows.ts';

/** The policies of a namespace that allow the flows from its pods and to them. */
export function addFlows(chart: Chart, flows: readonly Flow[], namespace: string): void {
  for (const flow of flows) {
    if (isIn(namespace, flow.from)) addPolicy(chart, flow, 'Egress', flow.from, flow.to);
    if (isIn(namespace, flow.to)) addPolicy(chart, flow, 'Ingress', flow.to, flow.from);
  }
}

type Pods = Extract<End, { readonly namespace: string }>;

function isIn(namespace: string, end: End): end is Pods {
  return 'namespace' in end && end.namespace === namespace;
}

function addPolicy(chart: Chart, flow: Flow, direction: 'Ingress' | 'Egress', pods: Pods, peer: End): void {
  const name = `${flow.name}-${direction === 'Egress' ? 'out' : 'in'}`;
  const ports =
    flow.ports.length === 0
      ? [{ protocol: 'TCP' }]
      : flow.ports.map(({ port, protocol }) => ({ protocol, port: IntOrString.fromNumber(port) }));
  const peers = peersOf(peer);
  new KubeNetworkPolicy(chart, `network-policy-${name}`, {
    metadata: { name, annotations: { 'homecloud.io/reason': flow.reason } },
    spec: {
      podSelector: Object.keys(pods.labels).length === 0 ? {} : { matchLabels: pods.labels },
      policyTypes: [direction],
      ...(direction === 'Egress' ? { egress: [{ to: peers, ports }] } : { ingress: [{ from: peers, ports }] }),
    },
  });
}

function peersOf(end: End): NetworkPolicyPeer[] {
  if ('networks' in end) return end.networks.map((cidr) => ({ ipBlock: { cidr } }));
  return [
    {
      // Kubernetes labels each namespace with its name.
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': end.namespace } },
      ...(Object.keys(end.labels).length > 0 && { podSelector: { matchLabels: end.labels } }),
    },
  ];
}
