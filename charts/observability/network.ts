import type { Chart } from 'cdk8s';
import { IntOrString, KubeNetworkPolicy, type NetworkPolicySpec } from 'cdk8s-plus-27/lib/imports/k8s.js';
import type { Model } from '../../model/model.ts';
import { addDefaultDeny } from '../network-policy.ts';

const tcp = (port: number) => ({ protocol: 'TCP', port: IntOrString.fromNumber(port) });

/**
 * Who reaches whom: nothing from outside reaches the namespace but visitors of Grafana through Traefik; Prometheus
 * reaches what it measures, Alertmanager the servers of its receivers, and what reads Kubernetes its API.
 */
export function addNetworkPolicies(chart: Chart, { boards, network, traefik }: Model): void {
  const add = (name: string, app: string | null, policy: Omit<NetworkPolicySpec, 'podSelector' | 'policyTypes'>) =>
    new KubeNetworkPolicy(chart, `network-policy-${name}`, {
      metadata: { name },
      spec: {
        podSelector: app === null ? {} : { matchLabels: { 'app.kubernetes.io/name': app } },
        policyTypes: [...(policy.ingress ? ['Ingress'] : []), ...(policy.egress ? ['Egress'] : [])],
        ...policy,
      },
    });
  const servers = boards.filter(({ role }) => role === 'server');
  const api = {
    // The address of the API's service is replaced by that of a server before it is judged.
    to: servers.map(({ address }) => ({ ipBlock: { cidr: `${address}/32` } })),
    ports: [tcp(6443)],
  };
  addDefaultDeny(chart);
  add('among-each-other', null, {
    ingress: [{ from: [{ podSelector: {} }] }],
    egress: [
      { to: [{ podSelector: {} }] },
      {
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
            podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
          },
        ],
        ports: [{ protocol: 'UDP', port: IntOrString.fromNumber(53) }, tcp(53)],
      },
    ],
  });
  add('operator', 'kube-prometheus-stack-prometheus-operator', { egress: [api] });
  add('kube-state-metrics', 'kube-state-metrics', { egress: [api] });
  add('prometheus', 'prometheus', {
    egress: [
      api,
      { to: boards.map(({ address }) => ({ ipBlock: { cidr: `${address}/32` } })), ports: [tcp(10250)] },
      { to: [{ ipBlock: { cidr: network.pods } }] },
    ],
  });
  add('alertmanager', 'alertmanager', { egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] });
  add('grafana', 'grafana', {
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': traefik.namespace } } }],
        ports: [tcp(3000)],
      },
    ],
  });
}
