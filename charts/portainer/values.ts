import type { ContainerResources } from '../container-resources.ts';

/**
 * The values of the official Portainer chart that homecloud sets, with the chart's own names (chart 239.4.0:
 * portainer/k8s, tag portainer-239.4.0, charts/portainer). The chart has no schema: it takes a wrong key without a word.
 */
export interface PortainerValues {
  /** The image's `tag` is that of the chart. */
  readonly image?: { readonly pullPolicy?: 'Always' | 'IfNotPresent' };
  readonly service?: {
    /** @default 'NodePort' */
    readonly type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
    /** @default 9000 */
    readonly httpPort?: number;
  };
  readonly trusted_origins?: {
    readonly enabled?: boolean;
    /** Names that browsers know the page by, behind a proxy; with commas between them. */
    readonly domains?: string;
  };
  readonly adminPassword?: {
    /** Secret with the first administrator's password, in the key `password`. */
    readonly existingSecret?: string;
  };
  readonly resources?: ContainerResources;
  readonly persistence?: {
    readonly enabled?: boolean;
    /** Name of a claim. @default the chart makes one */
    readonly existingClaim?: string;
  };
}
