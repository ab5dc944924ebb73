import { waitForDisks } from './disks.ts';
import { ganeshaConf, ganeshaState } from './ganesha-conf.ts';
import { configFolder, configMount, disksMount, type Place, probes, type Server } from './server.ts';

/** NFS by ganesha: in user space, so that the pod needs nothing of the board's kernel and serves as long as it lives. */
export function nfs(place: Place): Server {
  const { model, instance } = place;
  return {
    container: {
      name: 'nfs',
      image: model.pins.ganesha,
      command: ['sh', '-ec', start(place)],
      resources: model.dnas.nfsResources,
      runAs: { root: 'the start needs it, to hand one capability to the owner of the files' },
      capabilities: {
        DAC_READ_SEARCH:
          'NFS names files by handles, and the kernel opens a handle only with it (open_by_handle_at(2))',
        SETGID: 'the start becomes the group of the files',
        SETUID: 'the start becomes the owner of the files',
      },
      ports: [{ name: 'nfs', number: 2049, onBoard: 'machines at home look for NFS on this port' }],
      mounts: [
        disksMount(place),
        configMount,
        { volume: 'ganesha-state', path: ganeshaState, writable: true },
        // At its start ganesha makes a file here, to learn whether the kernel has the locks that it needs.
        { volume: 'nfs-tmp', path: '/tmp', writable: true },
      ],
      // Program NFS (100003), version 4, at port 8 * 256 + 1 (RFC 5665, universal addresses).
      ...probes(place, 'rpcinfo -a 127.0.0.1.8.1 -T tcp 100003 4'),
    },
    config: { 'ganesha.conf': ganeshaConf(model.dnas, instance) },
    volumes: {
      'ganesha-state': { emptyIn: 'disk', sizeLimit: '16Mi' },
      'nfs-tmp': { emptyIn: 'memory', sizeLimit: '1Mi' },
    },
  };
}

/**
 * Ganesha runs as the owner of all files. As root it would need the rights to overrule owners and modes, and a handle
 * can name any file of a file system, also of the board's own, on which the folder of the disks lies.
 */
function start({ model, instance }: Place): string {
  const { uid, gid } = model.dnas.owner;
  return `${waitForDisks(model.dnas, instance.mountPoints)}exec setpriv --reuid=${uid} --regid=${gid} --clear-groups \\
  --inh-caps=+dac_read_search --ambient-caps=+dac_read_search \\
  ganesha.nfsd -F -L STDOUT -f ${configFolder}/ganesha.conf -p ${ganeshaState}/ganesha.pid
`;
}
