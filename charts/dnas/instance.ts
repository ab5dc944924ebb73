import type { Chart } from 'cdk8s';
import { nodeCritical } from '../../model/priorities.ts';
import { addWorkload } from '../workload.ts';
import { nfs } from './nfs.ts';
import { samba } from './samba.ts';
import { disksVolume, type Place } from './server.ts';

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
    priority: nodeCritical,
    terminationGracePeriod: 30,
    config: Object.fromEntries(servers.flatMap(({ config }) => Object.entries(config))),
    volumes: {
      [disksVolume]: { folderOfBoard: model.dnas.root, reason: "the shares are on the board's own disks" },
      ...Object.fromEntries(servers.flatMap(({ volumes }) => Object.entries(volumes))),
    },
    containers: servers.map(({ container }) => container),
  });
}
