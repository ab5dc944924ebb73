import type { ContainerResources } from '../container-resources.ts';

/**
 * The values of the official Longhorn chart that homecloud sets, with the chart's own names (chart 1.12.1:
 * longhorn/longhorn, tag v1.12.1, chart/).
 * The chart has no schema: a key that it does not know is ignored, so a wrong name here would change nothing.
 */
export interface LonghornValues {
  readonly persistence?: {
    /** The class `longhorn` is the default of the cluster. @default true */
    readonly defaultClass?: boolean;
    /** @default 3 */
    readonly defaultClassReplicaCount?: number;
    /** Keep one copy on the board that uses the volume. @default 'disabled' */
    readonly defaultDataLocality?: 'disabled' | 'best-effort';
    /** What is done with a volume whose claim is deleted. @default 'Delete' */
    readonly reclaimPolicy?: 'Delete' | 'Retain';
    /** @default 'Immediate' */
    readonly volumeBindingMode?: 'Immediate' | 'WaitForFirstConsumer';
  };
  readonly preUpgradeChecker?: {
    /** The check as a job before the upgrade; where Git decides, that at the start of the manager is enough. @default true */
    readonly jobEnabled?: boolean;
    /** Refuse to skip a minor version. @default true */
    readonly upgradeVersionCheck?: boolean;
  };
  /** Pods of each helper. @default 3 of each */
  readonly csi?: {
    readonly attacherReplicaCount?: number;
    readonly provisionerReplicaCount?: number;
    readonly resizerReplicaCount?: number;
    readonly snapshotterReplicaCount?: number;
  };
  /**
   * Longhorn's settings (longhorn-manager v1.12.1, `types/setting.go`), applied again when they change here. What is set
   * in its page stands until then.
   */
  readonly defaultSettings?: {
    /** Make a disk only on nodes with the label `node.longhorn.io/create-default-disk`. @default false */
    readonly createDefaultDiskLabeledNodes?: boolean;
    readonly defaultDataPath?: string;
    /** JSON with one number per data engine, of volumes that are made in its page. @default 3 of each */
    readonly defaultReplicaCount?: string;
    /** Percent of a disk that volumes never get. @default 30 */
    readonly storageReservedPercentageForDefaultDisk?: number;
    /** Percent of a disk that must be free for another volume to be placed there. @default 25 */
    readonly storageMinimalAvailablePercentage?: number;
    /** Percent of a disk's room that volumes may claim together. @default 100 */
    readonly storageOverProvisioningPercentage?: number;
    /** Move copies to a board that has none. @default 'disabled' */
    readonly replicaAutoBalance?: 'disabled' | 'least-effort' | 'best-effort';
    /** @default 'block-if-contains-last-replica' */
    readonly nodeDrainPolicy?:
      | 'block-for-eviction'
      | 'block-for-eviction-if-contains-last-replica'
      | 'block-if-contains-last-replica'
      | 'allow-if-replica-is-stopped'
      | 'always-allow';
    /** What becomes of pods with a volume on a board that died. @default 'do-nothing' */
    readonly nodeDownPodDeletionPolicy?:
      | 'do-nothing'
      | 'delete-statefulset-pod'
      | 'delete-deployment-pod'
      | 'delete-both-statefulset-and-deployment-pod';
    /** JSON with a percentage of a board's processors per data engine. @default 12 of each */
    readonly guaranteedInstanceManagerCPU?: string;
    /** JSON with the resources of each helper, by its name. @default none */
    readonly systemManagedCSIComponentsResourceLimits?: string;
    /** Ask Longhorn's makers for a newer version. @default true */
    readonly upgradeChecker?: boolean;
    /** Tell Longhorn's makers about the cluster. @default true */
    readonly allowCollectingLonghornUsageMetrics?: boolean;
  };
  readonly defaultBackupStore?: {
    readonly backupTarget?: string;
    readonly backupTargetCredentialSecret?: string;
    /** Seconds between two looks at what is there. @default 300 */
    readonly pollInterval?: number;
  };
  readonly networkPolicies?: {
    /** Policies of the chart's own, between Longhorn's parts. @default true */
    readonly restrictInternalTraffic?: boolean;
  };
  readonly longhornManager?: {
    readonly resources?: ContainerResources;
  };
  readonly longhornUI?: {
    /** @default 2 */
    readonly replicas?: number;
  };
}
