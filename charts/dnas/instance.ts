import type { Chart } from 'cdk8s';
import { addWorkload, type InitContainer } from '../workload.ts';
import { waitForDisks } from './disks.ts';
import { nfs } from './nfs.ts';
import { samba } from './samba.ts';
import { disksMount, disksVolume, type Place, type Server } from './server.ts';

/** What one board serves of the Decentralized NAS: one pod, with Samba and NFS as its shares need them. */
export function addInstance(chart: Chart, place: Place): void {
  const { model, board, instance } = place;
  const servers = [
    ...(instance.shares.some((share) => share.smb !== null) ? [samba(place)] : []),
    ...(instance.shares.some((share) => share.nfs !== null) ? [nfs(place)] : []),
  ];
  addWorkload(chart, {
    name: `dnas-${board.name}`,
    app: 'dnas',
    instance: board.name,
    component: 'file-server',
    board: board.name,
    priority: 'critical',
    terminationGracePeriod: 30,
    config: Object.fromEntries(servers.flatMap(({ config }) => Object.entries(config))),
    volumes: {
      [disksVolume]: { folderOfBoard: model.dnas.root, reason: "the shares are on the board's own disks" },
      ...Object.fromEntries(servers.flatMap(({ volumes }) => Object.entries(volumes))),
    },
    initContainers: servers.slice(0, 1).map((server) => shareFolders(place, server)),
    containers: servers.map(({ container }) => container),
    reachedFrom: [model.network.subnet, model.network.pods],
  });
}

/**
 * Makes the folder of each share that has none. Not before the marker is seen: the folder would be made on the board's
 * own storage. And not by Ansible alone: a share that is added to the config reaches the cluster by itself, and the
 * boards only when somebody runs the playbook.
 */
function shareFolders(place: Place, { container: { image, resources } }: Server): InitContainer {
  const { model, instance } = place;
  const { owner } = model.dnas;
  const paths = instance.shares.map(({ path }) => path).join(' ');
  return {
    name: 'share-folders',
    image,
    resources,
    command: ['sh', '-ec', `${waitForDisks(model.dnas, instance.mountPoints)}mkdir -p -m 2775 ${paths}\n`],
    mounts: [disksMount(place)],
    runAs: { uid: owner.uid, gid: owner.gid },
  };
}
