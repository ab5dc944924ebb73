import type { Certificates } from '../../model/facts/certificates.ts';
import { containerResources } from '../container-resources.ts';
import type { CertManagerValues } from './values.ts';

/** Values of the release: one pod of each part, which is enough: what is signed stays valid while they are away. */
export function certManagerValues({ namespace, authority, resolvers, resources }: Certificates): CertManagerValues {
  return {
    crds: { enabled: true, keep: true },
    // The default is kube-system, where it would need rights of its own.
    global: { leaderElection: { namespace } },
    ...(authority.kind === 'acme' &&
      authority.proof.by === 'dns' && {
        // At home the host names lead to the virtual IP, and no name server of the home knows the challenge.
        dns01RecursiveNameservers: resolvers.map((address) => `${address}:53`).join(','),
        dns01RecursiveNameserversOnly: true,
      }),
    resources: containerResources(resources.controller),
    webhook: { resources: containerResources(resources.webhook) },
    cainjector: { resources: containerResources(resources.cainjector) },
    // A small board takes minutes for the three images.
    startupapicheck: { resources: containerResources(resources.check), timeout: '10m' },
  };
}
