import type { ContainerResources } from '../container-resources.ts';
import type { AllAtOnce } from './values.ts';

/**
 * The values of the chart victoria-logs-single that homecloud sets, with the chart's own names (chart 0.13.9:
 * VictoriaMetrics/helm-charts, tag victoria-logs-single-0.13.9). It has no schema: it takes a wrong key without a word.
 */
export interface LogStoreValues {
  readonly server: {
    /** Of its objects. @default '<release>-victoria-logs-single-server' */
    readonly fullnameOverride: string;
    /** @default 'statefulSet' */
    readonly mode: 'deployment' | 'statefulSet';
    /** `14d`; a number alone is months. @default 1 */
    readonly retentionPeriod: string;
    /** `3276MiB`; a number alone is GiB. The oldest days go when there is more. @default '' */
    readonly retentionDiskSpaceUsage: string;
    readonly persistentVolume: {
      /** Name of a claim. @default '', the chart makes one */
      readonly existingClaim: string;
    };
    readonly resources: ContainerResources;
    readonly priorityClassName: string;
    readonly podSecurityContext: SeccompContext;
  };
}

/**
 * The same of the chart victoria-logs-collector (chart 0.3.7: VictoriaMetrics/helm-charts, tag
 * victoria-logs-collector-0.3.7).
 */
export interface LogCollectorValues {
  readonly fullnameOverride: string;
  readonly remoteWrite: readonly {
    readonly url: string;
    /** What waits on the board while nobody takes it; half a GiB is the least. @default no limit */
    readonly maxDiskUsagePerURL: string;
  }[];
  readonly resources: ContainerResources;
  readonly priorityClassName: string;
  readonly securityContext: {
    readonly runAsUser: number;
    readonly allowPrivilegeEscalation: boolean;
    readonly readOnlyRootFilesystem: boolean;
    readonly capabilities: { readonly drop: readonly string[] };
  };
  readonly podSecurityContext: SeccompContext;
  /** @default one board after the other */
  readonly updateStrategy: AllAtOnce;
  readonly tolerations: readonly { readonly effect: 'NoSchedule'; readonly operator: 'Exists' }[];
  /** Takes the place of the chart's own, which has all of /var/lib. */
  readonly defaultVolumes: readonly { readonly name: string; readonly hostPath: HostPath }[];
  readonly defaultVolumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly: boolean;
  }[];
  /** Where it remembers how far it has read. @default a folder of the board, named by `extraArgs.tmpDataPath` */
  readonly persistence: { readonly volume: { readonly hostPath: HostPath } };
}

/** It is added to the chart's own. */
interface SeccompContext {
  readonly seccompProfile: { readonly type: 'RuntimeDefault' };
}

interface HostPath {
  readonly path: string;
  readonly type: 'Directory' | 'DirectoryOrCreate';
}
