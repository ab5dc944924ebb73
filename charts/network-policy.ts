import type { Chart } from 'cdk8s';
import { IntOrString, KubeNetworkPolicy } from 'cdk8s-plus-27/lib/imports/k8s.js';

/** Closes the namespace: no pod of it reaches anything or is reached, but for what other policies allow. */
export function addDefaultDeny(chart: Chart): void {
  new KubeNetworkPolicy(chart, 'network-policy-default-deny', {
    metadata: { name: 'default-deny' },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  });
}

export interface NetworkPolicyProps {
  readonly name: string;
  /** Labels that the pods have. */
  readonly pods: Readonly<Record<string, string>>;
  /** TCP ports of the pods. */
  readonly ports: readonly number[];
  /** Networks that reach them, each as CIDR. */
  readonly from: readonly string[];
}

/**
 * Opens ports of pods to networks. The pods answer, and begin no connection of their own.
 *
 * A port of the board is sent on to the pod with the visitor's address unchanged (CNI plugin `portmap`), so `from`
 * holds for it too. The probes of the board that runs the pod are always let in (Kubernetes, "Network Policies").
 */
export function addNetworkPolicy(chart: Chart, { name, pods, ports, from }: NetworkPolicyProps): void {
  new KubeNetworkPolicy(chart, `network-policy-${name}`, {
    metadata: { name },
    spec: {
      podSelector: { matchLabels: pods },
      policyTypes: ['Ingress', 'Egress'],
      // An empty list would mean every network, or every port.
      ...(ports.length > 0 &&
        from.length > 0 && {
          ingress: [
            {
              from: from.map((cidr) => ({ ipBlock: { cidr } })),
              ports: ports.map((port) => ({ protocol: 'TCP', port: IntOrString.fromNumber(port) })),
            },
          ],
        }),
    },
  });
}
