import type { Chart } from 'cdk8s';
import { KubePersistentVolume, KubePersistentVolumeClaim, Quantity } from 'cdk8s-plus-27/lib/imports/k8s.js';
import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import type { Model } from '../../model/model.ts';
import { clusterWide } from '../cluster-wide.ts';
import { neverPruned } from '../namespace.ts';

/** What Kubernetes wants to be told, and nothing goes by: how much there is, the disks say. */
const size = '1Ti';

/**
 * The folder below which each board mounts the shares (role `share_mounts`), as a volume: it is there on every board, also
 * while no share is. A volume of the CSI driver for SMB is mounted before the pod starts: while the board with the share
 * is away, Nextcloud would not (kubernetes, pkg/kubelet/volumemanager, WaitForAttachAndMount).
 *
 * A claim, for a pod that names a folder of the board itself may do anything by Pod Security, and this one is reached from
 * outside (pod-security-admission, policy/check_hostPathVolumes.go, looks at pods, and volumes are made by the admin).
 */
export function addSharesVolume(chart: Chart, { namespace, shares }: Nextcloud): void {
  const { volume: name, folder } = shares;
  const common = { accessModes: ['ReadWriteMany'], storageClassName: '' };
  const volume = new KubePersistentVolume(chart, `volume-${name}`, {
    metadata: { name, annotations: neverPruned },
    spec: {
      ...common,
      capacity: { storage: Quantity.fromString(size) },
      persistentVolumeReclaimPolicy: 'Retain',
      // For this claim and no other.
      claimRef: { namespace, name },
      hostPath: { path: folder.onBoard, type: 'DirectoryOrCreate' },
    },
  });
  clusterWide(volume);
  new KubePersistentVolumeClaim(chart, `claim-${name}`, {
    metadata: { name, annotations: neverPruned },
    spec: { ...common, volumeName: name, resources: { requests: { storage: Quantity.fromString(size) } } },
  });
}

/** The list of the shares, and from where links open, for our app. */
export function sharesJson({ home, people }: Model, { shares, links }: Nextcloud): string {
  const { folder, marker, changes, patience, list } = shares;
  const written = {
    folder: folder.inPod,
    marker,
    changes,
    patience,
    linksAreForHomeOnly: links.isForHomeOnly,
    people: people.map(({ name }) => name),
    shares: list.map(({ name, people, groups, board, disk }) => ({
      ...{ name, people, groups },
      disk: { home: home.name, board, disk },
    })),
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}
