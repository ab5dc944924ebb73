import type { Config } from './config.ts';
import { boardsFrom, type Flow, fromApiServer, type Pods, tcp, toDns } from './flows.ts';
import { fromTraefik } from './traefik.ts';

/** Longhorn finds its own objects there only (its documentation, installation with Helm). */
export const longhornNamespace = 'longhorn-system';

function pods(labels: Readonly<Record<string, string>>): Pods {
  return { namespace: longhornNamespace, labels };
}

const page = pods({ app: 'longhorn-ui' });
const manager: Pods = { ...pods({ app: 'longhorn-manager' }), isOpen: true };
const managerPort = 9500;

/** The pods with the measurements of the volumes, and their port (chart 1.12.1, daemonset-sa.yaml). */
export const longhornMetrics = { pods: manager, port: managerPort } as const;

/**
 * Who reaches Longhorn. Its parts reach each other at every port: the policies of its chart are finer, but new in 1.12.1
 * and mended since (longhorn commit 494c137e), and where one is wrong, every volume stands still. The board of a pod
 * reaches the block device of its volume by itself (iSCSI); to everybody else that stays closed.
 */
export function longhornFlows(home: Pick<Config, 'boards' | 'network'>): Flow[] {
  return [
    fromTraefik('longhorn', page, 8000),
    toDns('longhorn-page', page),
    {
      name: 'longhorn-page-to-manager',
      from: page,
      to: manager,
      ports: tcp(managerPort),
      reason: 'the page shows and does what the manager is asked for',
    },
    {
      name: 'longhorn-parts',
      from: { ...pods({}), isOpen: true },
      to: pods({}),
      ports: [],
      reason: 'copies of a volume are written from board to board, and its managers agree on them',
    },
    fromApiServer(
      'longhorn',
      manager,
      // Of the admission webhook; that of conversions, 9501, is off (longhorn-manager v1.12.1, app/daemon.go).
      9502,
      home,
      'the API server asks whether objects of Longhorn are right',
    ),
    {
      name: 'boards-to-shared-volumes',
      from: boardsFrom(home.boards, home.network),
      to: pods({ 'longhorn.io/component': 'share-manager' }),
      ports: tcp(2049),
      reason: 'the board of a pod mounts its volume of many writers by NFS',
    },
  ];
}
