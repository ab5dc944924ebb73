import type { Chart } from 'cdk8s';
import { IntOrString, KubeNetworkPolicy } from 'cdk8s-plus-27/lib/imports/k8s.js';
import type { Certificates, Model } from '../../model/model.ts';

/** Labels of the chart: its release is `cert-manager`, and each part is a component. */
const everyPart = { 'app.kubernetes.io/instance': 'cert-manager' };
const part = (component: string) => ({ ...everyPart, 'app.kubernetes.io/component': component });

const anywhere = '0.0.0.0/0';

/**
 * What cert-manager is reached by and reaches, in a closed namespace. A policy sees addresses after Kubernetes has
 * translated them: the API server is port 6443 of a board, never its Service.
 */
export function addNetworkPolicies(chart: Chart, certificates: Certificates, { network }: Model): void {
  const clusterDns = {
    to: [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
        podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
      },
    ],
    ports: [port('UDP', 53), port('TCP', 53)],
  };
  const apiServer = { to: [{ ipBlock: { cidr: network.subnet } }], ports: [port('TCP', 6443)] };
  new KubeNetworkPolicy(chart, 'network-policy-all', {
    metadata: { name: 'cert-manager' },
    spec: {
      podSelector: { matchLabels: everyPart },
      policyTypes: ['Ingress', 'Egress'],
      // Measurements, for Prometheus.
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'observability' } } }],
          ports: [port('TCP', 9402)],
        },
      ],
      egress: [clusterDns, apiServer],
    },
  });
  new KubeNetworkPolicy(chart, 'network-policy-webhook', {
    metadata: { name: 'webhook' },
    spec: {
      podSelector: { matchLabels: part('webhook') },
      policyTypes: ['Ingress'],
      // The API server of any server asks it, from the board's address or, through a tunnel, from one of the pods'.
      ingress: [
        {
          from: [network.subnet, network.pods].map((cidr) => ({ ipBlock: { cidr } })),
          ports: [port('TCP', 10250)],
        },
      ],
    },
  });
  if (certificates.authority.kind !== 'acme') return;
  new KubeNetworkPolicy(chart, 'network-policy-authority', {
    metadata: { name: 'controller' },
    spec: {
      podSelector: { matchLabels: part('controller') },
      policyTypes: ['Egress'],
      // The authority and the provider; port 80 and the name servers, to see first what the authority will see.
      egress: [
        {
          to: [{ ipBlock: { cidr: anywhere } }],
          ports: [port('TCP', 443), port('TCP', 80), port('UDP', 53), port('TCP', 53)],
        },
      ],
    },
  });
}

function port(protocol: 'TCP' | 'UDP', number: number) {
  return { protocol, port: IntOrString.fromNumber(number) };
}
