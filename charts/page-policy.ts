import type { Chart } from 'cdk8s';
import { IntOrString, KubeNetworkPolicy, type NetworkPolicyEgressRule } from 'cdk8s-plus-27/lib/imports/k8s.js';
import type { Model } from '../model/model.ts';

export interface PagePolicyProps {
  readonly name: string;
  /** Labels of the pods that serve the page. */
  readonly pods: Readonly<Record<string, string>>;
  /** TCP port of the pods. */
  readonly port: number;
  /** What the pods may reach. @default everything that other policies leave open */
  readonly reaches?: readonly NetworkPolicyEgressRule[];
}

/** A page that is reached through Traefik alone, whatever else runs in the cluster. */
export function addPagePolicy(chart: Chart, { traefik }: Model, { name, pods, port, reaches }: PagePolicyProps): void {
  new KubeNetworkPolicy(chart, `network-policy-${name}`, {
    metadata: { name },
    spec: {
      podSelector: { matchLabels: pods },
      policyTypes: ['Ingress', ...(reaches === undefined ? [] : ['Egress'])],
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': traefik.namespace } },
              podSelector: { matchLabels: { 'app.kubernetes.io/name': 'traefik' } },
            },
          ],
          ports: [{ protocol: 'TCP', port: IntOrString.fromNumber(port) }],
        },
      ],
      ...(reaches && { egress: [...reaches] }),
    },
  });
}

/** Class of what only the admin looks at: it goes before what the family uses. */
export const lowPriority = 'homecloud-low';

/** Port of the API server on the servers (k3s, `--https-listen-port`). */
const apiPort = 6443;

/**
 * The API server and the names of the cluster. The address of the service `kubernetes` is rewritten to that of a server
 * before a policy is judged (kube-router, as k3s has it), so the servers are named, and what stands before them.
 */
export function apiServerAndDns({ boards, network }: Model): NetworkPolicyEgressRule[] {
  const servers = boards.filter(({ role }) => role === 'server').map(({ address }) => address);
  return [
    {
      to: [
        ...servers.map((address) => ({ ipBlock: { cidr: `${address}/32` } })),
        { ipBlock: { cidr: network.services } },
      ],
      ports: [apiPort, 443].map((port) => ({ protocol: 'TCP', port: IntOrString.fromNumber(port) })),
    },
    {
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
          podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
        },
      ],
      ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: IntOrString.fromNumber(53) })),
    },
  ];
}
