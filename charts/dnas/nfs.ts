import type { DnasInstance } from '../../model/facts/dnas.ts';
import { byDisk, disksScript } from './disks.ts';
import { ganeshaConf, ganeshaExports, ganeshaState } from './ganesha-conf.ts';
import { configFolder, configMount, disksMount, type Place, probes, type Server } from './server.ts';

/** NFS by ganesha: in user space, so that the pod needs nothing of the board's kernel and serves as long as it lives. */
export function nfs(place: Place): Server {
  const { model, instance } = place;
  const { owner } = model.dnas;
  return {
    container: {
      name: 'nfs',
      image: model.pins.ganesha,
      command: [
        'setpriv',
        `--reuid=${owner.uid}`,
        `--regid=${owner.gid}`,
        '--clear-groups',
        '--inh-caps=+dac_read_search',
        '--ambient-caps=+dac_read_search',
        'sh',
        `${configFolder}/serve-nfs.sh`,
      ],
      resources: model.dnas.nfsResources,
      runAs: { root: 'the start needs it, to hand one capability to the owner of the files' },
      capabilities: {
        DAC_READ_SEARCH:
          'NFS names files by handles, and the kernel opens a handle only with it (open_by_handle_at(2))',
        SETGID: 'the start becomes the group of the files',
        SETUID: 'the start becomes the owner of the files',
      },
      ports: [{ name: 'nfs', number: model.dnas.ports.nfs, onBoard: 'machines at home look for NFS on this port' }],
      mounts: [
        disksMount(place),
        configMount,
        { volume: 'ganesha-state', path: ganeshaState, writable: true },
        // At its start ganesha makes a file here, to learn whether the kernel has the locks that it needs.
        { volume: 'nfs-tmp', path: '/tmp', writable: true },
      ],
      // Program NFS (100003), version 4; without a disk it rests.
      ...probes(
        ganeshaState,
        `{ ! test -s ${ganeshaState}/exports.conf || rpcinfo -a ${universalAddress(model.dnas.ports.nfs)} -T tcp 100003 4; }`,
      ),
    },
    config: {
      'disks.sh': disksScript(model.dnas, instance),
      'ganesha.conf': ganeshaConf(model.dnas),
      ...Object.fromEntries(
        byDisk(instance, ({ nfs }) => nfs !== null).map(({ mountPoint, shares }) => [
          exportsFile(mountPoint),
          ganeshaExports(shares),
        ]),
      ),
      'serve-nfs.sh': serve(instance),
    },
    volumes: {
      'ganesha-state': { emptyIn: 'disk', sizeLimit: '16Mi' },
      'nfs-tmp': { emptyIn: 'memory', sizeLimit: '1Mi' },
    },
  };
}

/** The pod's own address as `rpcinfo` wants it: the port in two bytes (RFC 5665, section 5.2.3.3). */
function universalAddress(port: number): string {
  return `127.0.0.1.${port >> 8}.${port & 0xff}`;
}

function exportsFile(mountPoint: string): string {
  return `exports-${mountPoint.split('/').at(-1)}.conf`;
}

/**
 * Runs ganesha with the exports of the disks that are there, and starts it again when a disk goes or comes: it holds the
 * root of each export open, and would go on with a dead disk. For clients of the other disks that is a pause of the time
 * of grace.
 *
 * Ganesha runs as the owner of all files. As root it would need the rights to overrule owners and modes, and a handle
 * can name any file of a file system, also of the board's own, on which the folder of the disks lies.
 */
function serve(instance: DnasInstance): string {
  const exports = byDisk(instance, ({ nfs }) => nfs !== null).map(
    ({ mountPoint, shares }) => `    ${mountPoint})
      ${shares.length === 0 ? 'true' : `mkdir -p -m 2771 ${shares.map(({ path }) => path).join(' ')}`}
      cat ${configFolder}/${exportsFile(mountPoint)} >> ${ganeshaState}/exports.conf
      ;;`,
  );
  return `set -eu
. ${configFolder}/disks.sh

# add_exports MOUNT_POINT: of the disk there.
add_exports() {
  case $1 in
${exports.join('\n')}
  esac
}

server=
start() {
  : > ${ganeshaState}/exports.conf
  while read -r disk device; do
    test "$device" = away || add_exports "$disk"
  done < ${ganeshaState}/served
  test -s ${ganeshaState}/exports.conf || return 0
  cat ${configFolder}/ganesha.conf ${ganeshaState}/exports.conf > ${ganeshaState}/ganesha.conf
  ganesha.nfsd -F -L STDOUT -f ${ganeshaState}/ganesha.conf -p ${ganeshaState}/ganesha.pid &
  server=$!
}

# Ends ganesha, at once when it does not end by itself: it may wait for a disk that is gone.
stop() {
  test -n "$server" || return 0
  kill -TERM $server 2> /dev/null || true
  for _ in 1 2 3 4 5; do
    kill -0 $server 2> /dev/null || break
    pause
  done
  kill -KILL $server 2> /dev/null || true
  wait $server || true
  server=
}

trap 'stop; exit 0' TERM INT
look > ${ganeshaState}/served
cat ${ganeshaState}/served
start
while true; do
  pause
  if ! is_served ${ganeshaState}; then
    look > ${ganeshaState}/served
    cat ${ganeshaState}/served
    stop
    start
  elif test -n "$server" && ! kill -0 $server 2> /dev/null; then
    echo 'ganesha has ended'
    exit 1
  fi
done
`;
}
