import type { ContainerResources } from '../container-resources.ts';

/**
 * The values of the official Headlamp chart that homecloud sets, with the chart's own names (chart 0.45.0:
 * kubernetes-sigs/headlamp, tag headlamp-helm-0.45.0, charts/headlamp). Its schema lets unknown keys pass.
 */
export interface HeadlampValues {
  readonly replicaCount?: number;
  readonly config?: {
    /** Seconds that a login lasts. @default 86400 */
    readonly sessionTTL?: number;
    /** Everyone is the pod's service account, without a login. @default false */
    readonly unsafeUseServiceAccountToken?: boolean;
    readonly enableHelm?: boolean;
  };
  readonly clusterRoleBinding?: {
    /** Bind the pod's service account to a role, by default to `cluster-admin`. @default true */
    readonly create?: boolean;
  };
  readonly podSecurityContext?: {
    readonly seccompProfile?: { readonly type: 'RuntimeDefault' };
  };
  /** Of the container. With `readOnlyRootFilesystem` the chart mounts an empty `/tmp`. */
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly runAsGroup?: number;
    readonly privileged?: boolean;
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[] };
  };
  readonly priorityClassName?: string;
  readonly resources?: ContainerResources;
}
