import type { ContainerResources } from '../container-resources.ts';

/**
 * The values of the official cert-manager chart that homecloud sets, with the chart's own names (chart v1.21.2:
 * cert-manager/cert-manager, deploy/charts/cert-manager, which a test reads). Its schema refuses unknown keys.
 */
export interface CertManagerValues extends CertManagerPart {
  readonly crds: {
    /** Install the CRDs with the release, and update them with it. @default false */
    readonly enabled: boolean;
    /** Leave them, and with them every certificate, when the release goes. @default true */
    readonly keep: boolean;
  };
  readonly global: {
    readonly leaderElection: {
      /** @default 'kube-system' */
      readonly namespace: string;
    };
  };
  /** `address:port`, separated by commas: asked whether the record of a DNS-01 challenge is there. @default those of the pod */
  readonly dns01RecursiveNameservers?: string;
  /** Ask those alone, and not the name servers of the zone. @default false */
  readonly dns01RecursiveNameserversOnly?: boolean;
  readonly webhook: CertManagerPart;
  readonly cainjector: CertManagerPart;
  /** A job after an installation, which waits until the API of cert-manager takes objects. */
  readonly startupapicheck: CertManagerPart & {
    /** @default '1m' */
    readonly timeout?: string;
  };
}

interface CertManagerPart {
  readonly resources: ContainerResources;
}
