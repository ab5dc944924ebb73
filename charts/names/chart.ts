import { KubeConfigMap } from 'cdk8s-plus-27/lib/imports/k8s.js';
import type { Names } from '../../model/facts/names.ts';
import type { Capability } from '../folder.ts';

/**
 * The host names of the home for pods: the cluster's own DNS answers for them from the same list as that of devices,
 * whoever answers those. A pod asks the name servers of its board, which need not know the records: the virtual IP is
 * not among them, and many a router drops private addresses from what a public domain says.
 *
 * k3s mounts the ConfigMap into CoreDNS and imports its keys with the ending `.server` beside its own server block, which
 * it writes anew at each start (k3s, manifests/coredns.yaml). CoreDNS takes a change within a minute or two.
 */
export const names: Capability = ({ names }) =>
  names.records.length === 0
    ? []
    : [
        {
          layer: 'configs',
          capability: 'names',
          namespace: 'kube-system',
          build: (chart) => {
            new KubeConfigMap(chart, 'config-map-coredns-custom', {
              metadata: { name: 'coredns-custom' },
              data: { 'home.server': serverBlock(names) },
            });
          },
        },
      ];

/**
 * Of each name the address, and that there is nothing else: the public zone may have another answer. What is below it,
 * such as the challenge of an authority, is asked of the name servers of the board, as every other name.
 */
function serverBlock({ records }: Names): string {
  return [
    `${records.map(({ host }) => host).join(' ')} {`,
    '    errors',
    '    hosts {',
    ...records.map(({ host, address }) => `        ${address} ${host}`),
    '        ttl 60',
    // The last one: CoreDNS reads no address after it.
    '        fallthrough',
    '    }',
    '    forward . /etc/resolv.conf',
    '    cache 30',
    '}',
    '',
  ].join('\n');
}
