// What the role `maintenance` asks a real API server, with the real kubectl.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTasks } from './ansible.mjs';
import { withCluster } from './cluster.mjs';
import { tool } from './install.mjs';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

const longhorn = 'longhorn-system';

/**
 * A board does not leave with volumes that it alone can have, unless that is said.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function volumesStay(version, home) {
  await withCluster(async (cluster) => {
    await cluster.apply([
      volume('one', ['fir'], 'app-wiki/data'),
      volume('two', ['fir', 'elm'], 'app-notes/data'),
      volume('other', ['fir-2'], 'app-other/data'),
      volume('anywhere', undefined, 'app-anywhere/data'),
      volume('free', ['elm']),
    ]);
    const asked = await asks(cluster);
    const cases = [
      { boards: ['fir'], says: /these claims: app-wiki\/data\. They/ },
      {
        boards: ['fir', 'elm'],
        says: /Only fir and elm .* these claims: (app-wiki\/data|app-notes\/data|\/|, )+\. They/,
      },
      { boards: ['fir'], more: { maintenance_forget_volumes: true } },
      { boards: ['oak'] },
    ];
    for (const { boards, more, says } of cases) {
      const given = { ...asked, maintenance_leaving: boards, ...more };
      judge(await runTasks(version, home, 'maintenance', 'remove_volumes', given), `${boards}`, says);
    }
  });
}

/**
 * A new machine takes the place of one only with the volumes that it alone can have, unless they are given up. An old disk
 * may bring them, but not what the old machine was.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function newMachineHasVolumes(version, home) {
  const storage = newFolder('storage');
  await withCluster(async (cluster) => {
    await addNodes(cluster, { oak: false, elm: true });
    await cluster.apply([volume('one', ['oak'], 'app-wiki/data', storage), volume('two', ['elm'], 'app-notes/data')]);
    const asked = {
      ...(await asks(cluster, ['oak', 'elm'])),
      maintenance_leaving: ['oak'],
      maintenance_storage_folder: storage,
    };
    const replace = async (what, says, more) => {
      const given = { ...asked, maintenance_is_fresh: true, maintenance_system_disk: '', ...more };
      const { output } = judge(await runTasks(version, home, 'maintenance', 'replace_check', given), what, says);
      if (/wipefs/.test(output)) throw new Error(`${what}: the advice is to erase the volumes:\n${output}`);
    };
    await replace('no volume', /these claims: app-wiki\/data\. They were .* If the old card can be read/);
    await replace('forgotten', undefined, { maintenance_forget_volumes: true });
    const disk = async (folders) => ({ maintenance_system_disk: await makeDisk(folders) });
    const member = await disk(['server/db/etcd', 'agent', 'storage/one']);
    await replace('what it was', /sudo rm -r \/mnt\/k3s\/server .* Leave k3s\/storage there/, member);
    await replace('an agent', /sudo rm -r \/mnt\/k3s\/server/, await disk(['agent/etc', 'storage/one']));
    await replace('a disk with volumes', undefined, await disk(['server', 'storage/one']));
    await replace('a disk without', /app-wiki\/data.* use it in this machine/, await disk(['storage/other']));
    mkdirSync(join(storage, 'one'));
    await replace('copied', undefined);
  });
}

/**
 * A board with copies of Longhorn's volumes leaves when others have them, and works on when they do not move.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function copiesLeave(version, home) {
  await withCluster(async (cluster) => {
    await addNodes(cluster, { oak: true, elm: true, fir: true });
    await addLonghorn(cluster);
    const asked = { ...(await asks(cluster, ['oak'])), maintenance_storage_timeout: 0 };
    const remove = async (what, says, dead = false, more = {}) => {
      const given = {
        maintenance_leaving: ['fir'],
        maintenance_leaver: 'fir',
        maintenance_pong: { unreachable: dead },
      };
      judge(await runTasks(version, home, 'maintenance', 'remove_node', { ...asked, ...given, ...more }), what, says);
    };
    const store = (volumes) => addVolumes(cluster, volumes);
    const works = async () => {
      const [{ spec: node }, { spec }] = [
        await cluster.get('node', 'fir'),
        await getOfLonghorn(cluster, 'nodes', 'fir'),
      ];
      if (node.unschedulable || !spec.allowScheduling || spec.evictionRequested)
        throw new Error(`fir does not work as before: ${JSON.stringify({ node, spec })}`);
    };

    await remove('two together', /elm may not leave yet/, false, { maintenance_leaving: ['fir', 'elm'] });
    asked.maintenance_may_leave = true;
    await store({ two: { oak: 'works', fir: 'works' } });
    await remove(
      'too few boards',
      /fir cannot leave yet.* 1 with a disk .* \(oak\)\. .* more copies: two\..*replicas: 1 }/,
    );
    await works();
    await store({ one: { fir: 'works' } });
    await remove('a copy that does not move', /fir does not leave, and works as before\. .*still has copies .*: one\./);
    await works();

    await addNodes(cluster, { fir: false });
    await store({ lost: { oak: 'failed', fir: 'works' } });
    await remove('the last copy', /no copy that works on another board: lost\. fir may hold the last one/, true);
    await works();
    await store({ kept: { oak: 'works', fir: 'works' } });
    await remove('a copy of two', undefined, true);
    const nodes = await cluster.kubectl('get', 'nodes', '--output=name');
    if (/fir/.test(nodes)) throw new Error(`fir did not leave: ${nodes}`);
  });
}

/** @returns what a run did, which must be said, or succeed where nothing is to be said */
function judge({ code, output }, what, says) {
  const isRefused = code !== 0 && says?.test(output.replace(/\s+/g, ' '));
  if (says === undefined ? code !== 0 : !isRefused) throw new Error(`${what} should get ${says ?? 'on'}:\n${output}`);
  return { code, output };
}

/** Variables by which the role asks the cluster from oak, as if its servers had answered. */
async function asks({ kubeconfig }, servers = []) {
  return {
    maintenance_kubectl: [join(await tool('kubectl'), 'kubectl'), `--kubeconfig=${kubeconfig}`],
    maintenance_api: 'oak',
    maintenance_servers: servers.map((name) => ({ name, address: '127.0.0.1' })),
    maintenance_pings: { results: servers.map((name) => ({ status: 200, maintenance_server: { name } })) },
  };
}

/** Boards, and whether they are ready. */
async function addNodes(cluster, boards) {
  const items = Object.entries(boards).map(([name, isReady]) => ({
    ...{ apiVersion: 'v1', kind: 'Node', metadata: { name } },
    status: { conditions: [{ type: 'Ready', status: isReady ? 'True' : 'Unknown' }] },
  }));
  await cluster.apply(items);
  await cluster.apply(items, '--subresource=status', '--force-conflicts');
}

/** A disk of k3s with these folders. @returns {Promise<string>} its image */
async function makeDisk(folders) {
  const root = newFolder('disk');
  for (const folder of folders) mkdirSync(join(root, 'k3s', folder), { recursive: true });
  writeFileSync(join(root, '.homecloud-disk'), '{}');
  const image = join(newFolder('image'), 'disk');
  await succeed('mkfs.ext4', ['-q', '-d', root, image, '4M']);
  return image;
}

/** Longhorn's kinds, without what they hold, and its boards: only oak and fir have disks. */
async function addLonghorn(cluster) {
  const kinds = { nodes: 'Node', volumes: 'Volume', replicas: 'Replica' };
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const crds = Object.entries(kinds).map(([plural, kind]) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.longhorn.io` },
    spec: {
      group: 'longhorn.io',
      names: { kind, plural },
      scope: 'Namespaced',
      versions: [{ name: 'v1beta2', served: true, storage: true, schema }],
    },
  }));
  await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: longhorn } }, ...crds]);
  await cluster.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s');
  const disks = { elm: {}, oak: { blocks: {} }, fir: { blocks: {} } };
  const boards = Object.entries(disks).map(([name, its]) =>
    ofLonghorn('Node', name, { disks: its, allowScheduling: true, evictionRequested: false }),
  );
  await cluster.apply(boards);
}

/** Replaces all volumes, each with the boards that have a copy, and whether the copy works. */
async function addVolumes(cluster, volumes) {
  const kinds = 'volumes.longhorn.io,replicas.longhorn.io';
  await cluster.kubectl('delete', kinds, '--all', `--namespace=${longhorn}`);
  const items = Object.entries(volumes).flatMap(([name, copies]) => [
    ofLonghorn('Volume', name, { numberOfReplicas: Object.keys(copies).length }),
    ...Object.entries(copies).map(([nodeID, state]) =>
      ofLonghorn('Replica', `${name}-${nodeID}`, {
        ...{ nodeID, volumeName: name, healthyAt: '2026-01-01T00:00:00Z' },
        failedAt: state === 'failed' ? '2026-01-02T00:00:00Z' : '',
      }),
    ),
  ]);
  await cluster.apply(items);
}

function ofLonghorn(kind, name, spec) {
  return { apiVersion: 'longhorn.io/v1beta2', kind, metadata: { name, namespace: longhorn }, spec };
}

function getOfLonghorn(cluster, kind, name) {
  return cluster.get(`${kind}.longhorn.io`, name, `--namespace=${longhorn}`);
}

/** A volume as local-path-provisioner makes it, of boards (undefined: of any), for a claim, below a folder. */
function volume(name, boards, claim, storage = '/var/lib/rancher/k3s/storage') {
  const [namespace, claimName] = claim?.split('/') ?? [];
  const expression = { key: 'kubernetes.io/hostname', operator: 'In', values: boards };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1Gi' },
      hostPath: { path: `${storage}/${name}`, type: 'DirectoryOrCreate' },
      ...(claim && { claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claimName } }),
      ...(boards && { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [expression] }] } } }),
    },
  };
}
