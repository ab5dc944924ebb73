import * as z from 'zod';
import { contains, isAddress } from './addresses.ts';
import { adminPageSecret, adminPageSecretName } from './admin-page.ts';
import type { BoardConfig } from './boards.ts';
import type { Config } from './config.ts';
import { mountPoint } from './disks.ts';
import type { Longhorn, LonghornBackup, RecurringJob, StorageClasses } from './facts/longhorn.ts';
import { freeValue, integer } from './fields.ts';
import { longhornFlows, longhornNamespace } from './longhorn-flows.ts';
import { longhornContainers, longhornPods, longhornResources, longhornUncounted } from './longhorn-pods.ts';
import { countOf } from './pattern.ts';
import type { Requirements } from './requirements.ts';
import { rule } from './rules.ts';
import { longestGapHours, schedule } from './schedule.ts';
import type { Secret } from './secrets.ts';
import type { Slice } from './slice.ts';

/** Where copies of volumes are sent, as Longhorn writes it (its documentation, "Setting a Backup Target"). */
const backupTarget = z
  .string()
  .regex(
    /^(nfs:\/\/[^\s/:?]+:\/[^\s?]*(\?nfsOptions=[^\s&]+)?|cifs:\/\/[^\s/:?]+\/[^\s?]+(\?cifsOptions=[^\s&]+)?|s3:\/\/[a-z0-9][a-z0-9.-]+@[a-z0-9-]+\/([^\s?]+\/)?)$/,
    "is no backup target: write 'nfs://nas.example.org:/folder', 'cifs://nas.example.org/share', or 's3://bucket@region/' with the slash at its end",
  );

export const longhornOptions = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      "Volumes of the cluster on the disks with `purpose: 'longhorn'`, and on no other. One such disk is enough; then its volumes stand still while its board is away, and are gone with the disk but for their backups.",
    ),
  replicas: integer(1, 5)
    .optional()
    .describe(
      'Copies of each volume, each on another board. By default 2, or 1 where only one board has a disk for Longhorn.',
    ),
  snapshots: z
    .strictObject({
      schedule: schedule.default('0 1 * * *').describe('When: minute, hour, day of the month, month, day of the week.'),
      keep: integer(1, 50).default(7).describe('How many of each volume are kept.'),
    })
    .prefault({})
    .describe(
      'Snapshots of every volume, on its own disks: they help after a mistake, and what they hold takes room until they go.',
    ),
  trim: schedule.default('0 4 * * 0').describe('When volumes give the room of deleted files back to the disks.'),
  backup: z
    .strictObject({
      target: backupTarget.describe(
        'Where to: `nfs://<server>:/<folder>`, `cifs://<server>/<share>` or `s3://<bucket>@<region>/`.',
      ),
      endpoint: z
        .boolean()
        .default(false)
        .describe(
          'Whether the S3 server is not that of Amazon: `homecloud secrets` then asks for its URL, beside the credential.',
        ),
      schedule: schedule.default('0 3 * * *').describe('When: minute, hour, day of the month, month, day of the week.'),
      keep: integer(1, 50).default(14).describe('How many of each volume are kept.'),
      fullEvery: integer(1, 365)
        .default(30)
        .describe('Every so many backups, all blocks are sent again, so that a block that went bad there is replaced.'),
    })
    .optional()
    .describe('Backups of every volume, to a place outside the cluster.'),
  values: z
    .record(z.string(), freeValue('LonghornValue', 'no value of a Helm chart'))
    .default({})
    .describe("More values of Longhorn's Helm chart, merged over those of homecloud."),
});

const backupSecretName = 'longhorn-backup';

/** Longhorn makes a disk on nodes with this label only (its setting create-default-disk-labeled-nodes). */
const diskLabel = 'node.longhorn.io/create-default-disk';

export function planLonghorn(config: Config): Longhorn | null {
  const { longhorn, home } = config;
  if (!longhorn.enabled) return null;
  const boards = boardsWithDisks(config.boards).length;
  return {
    namespace: longhornNamespace,
    host: pageHost(home),
    authSecretName: adminPageSecretName('longhorn'),
    dataPath: mountPoint({ name: '', purpose: 'longhorn' }),
    boards,
    replicas: longhorn.replicas ?? defaultReplicas(boards),
    storageClasses,
    jobs: jobs(longhorn),
    backup: longhorn.backup === undefined ? null : planBackup(longhorn.backup),
    resources: longhornResources,
    values: longhorn.values,
  };
}

function planBackup({ target, schedule }: NonNullable<Config['longhorn']['backup']>): LonghornBackup {
  return {
    target,
    secretName: needsCredential(target) ? backupSecretName : null,
    // A day more than there is between two: for what takes long, and is seen at the next look at the target only.
    lateHours: Math.ceil(longestGapHours(schedule)) + 24,
  };
}

/** Of these only the admin asks for one by its name: all else takes the default of the cluster. */
const storageClasses: StorageClasses = { replicated: 'longhorn', single: 'longhorn-single' };

/** Without Longhorn, that of k3s: a folder on the board that runs the pod. */
export const localStorageClass = 'local-path';

/** Whether Longhorn makes a volume: it is of one of its classes, of which one is the default. */
export function isOfLonghorn(
  storageClass: string | undefined,
  { longhorn }: { readonly longhorn: Pick<Config['longhorn'], 'enabled'> },
): boolean {
  return longhorn.enabled && [undefined, ...Object.values(storageClasses)].includes(storageClass);
}

/** A third copy costs every write a third of its speed; the loss of one board is borne by two. */
function defaultReplicas(boards: number): number {
  return Math.min(2, boards);
}

/** Group of what gets snapshots and no backup; `default` is that of each volume that names none. */
const withoutBackup = 'without-backup';

/** Labels of a claim that say which jobs are for its volume (longhorn-manager, types/types.go). */
export function jobLabels(isBackedUp: boolean): Readonly<Record<string, string>> {
  return {
    'recurring-job.longhorn.io/source': 'enabled',
    [`recurring-job-group.longhorn.io/${isBackedUp ? 'default' : withoutBackup}`]: 'enabled',
  };
}

function jobs({ snapshots, trim, backup }: Config['longhorn']): RecurringJob[] {
  const groups = ['default', withoutBackup];
  return [
    { name: 'snapshot', task: 'snapshot', groups, cron: snapshots.schedule, retain: snapshots.keep, parameters: {} },
    { name: 'trim', task: 'filesystem-trim', groups, cron: trim, retain: 0, parameters: {} },
    ...(backup === undefined
      ? []
      : [
          {
            name: 'backup',
            task: 'backup' as const,
            groups: ['default'],
            cron: backup.schedule,
            retain: backup.keep,
            parameters: { 'full-backup-interval': String(backup.fullEvery) },
          },
        ]),
  ];
}

function boardsWithDisks<B extends { readonly disks: Pick<readonly { readonly purpose: string }[], 'some'> }>(
  boards: Pick<readonly B[], 'filter'>,
): B[] {
  return boards.filter(({ disks }) => disks.some(({ purpose }) => purpose === 'longhorn'));
}

function pageHost({ domain }: Config['home']): string {
  return `longhorn.${domain}`;
}

function needsCredential(target: string): boolean {
  return !target.startsWith('nfs:');
}

const diskIsThere = rule({
  code: 'LH002',
  severity: 'error',
  title: 'where Longhorn is on, a board has a disk for it',
  reason: 'no volume can be made: everything that asks for storage waits for ever (longhorn issue 4538)',
  readsAll: ['longhorn.enabled', 'boards[].disks[].purpose'],
  *check({ longhorn, boards }) {
    if (!longhorn.enabled || boardsWithDisks(boards).length > 0) return;
    yield {
      path: ['longhorn', 'enabled'],
      message: "is true, and no board has a disk with purpose: 'longhorn'",
      hint: "give a board a disk with purpose: 'longhorn', or write enabled: false",
    };
  },
});

const boardsAreThere = rule({
  code: 'LH001',
  severity: 'error',
  title: 'volumes have no more copies than boards have disks for Longhorn',
  reason: 'every volume lacks a copy for ever, and no board is ever restarted by the playbooks (longhorn issue 9151)',
  readsAll: ['longhorn.enabled', 'longhorn.replicas', 'boards[].disks[].purpose'],
  *check({ longhorn, boards }) {
    const { length } = boardsWithDisks(boards);
    if (!longhorn.enabled || longhorn.replicas === undefined || length === 0 || longhorn.replicas <= length) return;
    yield {
      path: ['longhorn', 'replicas'],
      message: `${longhorn.replicas} copies need as many boards, and ${length === 1 ? '1 board has' : `${length} boards have`} a disk with purpose: 'longhorn'`,
      hint: `write replicas: ${length}, or give more boards such a disk`,
    };
  },
});

const copiesAreOnTwoBoards = rule({
  code: 'LH012',
  severity: 'warning',
  title: 'volumes have copies on two boards where there are two',
  reason: 'what keeps its data in a volume stands still while one board is away, and loses it with that disk',
  readsAll: ['longhorn.enabled', 'longhorn.replicas', 'boards[].disks[].purpose'],
  *check({ longhorn, boards }) {
    const { length } = boardsWithDisks(boards);
    if (!longhorn.enabled || countOf(boards) === 1 || length === 0) return;
    if (length === 1) {
      if ((longhorn.replicas ?? 1) > 1) return;
      yield {
        path: ['longhorn', 'enabled'],
        message: "all volumes are on one board: no other has a disk with purpose: 'longhorn'",
        hint: 'give a second board such a disk',
      };
    } else if (longhorn.replicas === 1) {
      yield {
        path: ['longhorn', 'replicas'],
        message: `each volume has 1 copy, and ${length} boards have a disk with purpose: 'longhorn'`,
        hint: 'take the key away: 2 copies are the default',
      };
    }
  },
});

const disksAreUsed = rule({
  code: 'LH013',
  severity: 'warning',
  title: 'a disk for Longhorn is used',
  reason:
    'it is formatted and mounted, and nothing is ever written to it: volumes are made beside it, on the system disk',
  readsAll: ['longhorn.enabled', 'boards[].disks[].purpose'],
  *check({ longhorn, boards }) {
    const { length } = boardsWithDisks(boards);
    if (longhorn.enabled || length === 0) return;
    yield {
      path: ['longhorn', 'enabled'],
      message: `is false, and ${length === 1 ? '1 board has a disk' : `${length} boards have disks`} with purpose: 'longhorn', which nothing uses`,
      hint: 'write enabled: true, or take the disks away: their files stay',
    };
  },
});

const backupIsElsewhere = rule({
  code: 'LH007',
  severity: 'error',
  title: 'volumes are not backed up into the cluster',
  reason: 'the backup needs what it is a backup of: after the loss of the cluster neither is there',
  reads: ['longhorn.enabled', 'longhorn.backup.target', 'network.pods', 'network.services'],
  *check({ longhorn, network }) {
    const target = longhorn.backup?.target;
    if (!longhorn.enabled || target === undefined || target.startsWith('s3:')) return;
    const server = /^[a-z0-9]+:\/\/([^/:]+)/.exec(target)?.[1] ?? '';
    const isInside = isAddress(server)
      ? [network.pods, network.services].some((cluster) => contains(cluster, server))
      : /\.(svc|svc\.cluster\.local|pod\.cluster\.local)$/.test(server);
    if (!isInside) return;
    yield {
      path: ['longhorn', 'backup', 'target'],
      message: `${server} is in the cluster`,
      hint: 'name a server outside of it: another computer at home, or better one in another place',
    };
  },
});

export const longhorn: Slice = {
  name: 'longhorn',
  rules: [diskIsThere, boardsAreThere, copiesAreOnTwoBoards, disksAreUsed, backupIsElsewhere],
  pods: (config) => (config.longhorn.enabled ? longhornPods(config, boardsWithDisks(config.boards).length > 1) : []),
  uncounted: (config) => (config.longhorn.enabled ? longhornUncounted(config) : []),
  namespaces: ({ longhorn }) =>
    longhorn.enabled
      ? [
          {
            name: longhornNamespace,
            capability: 'longhorn',
            podSecurity: 'privileged',
            reason: 'Longhorn mounts volumes on the boards, which takes their devices and their root',
            open: {
              directions: ['Egress'],
              reason:
                'what moves volumes is root on the boards, and goes around any policy; a target of backups that is shut out is found out too late',
            },
          },
        ]
      : [],
  flows: (config) => (config.longhorn.enabled ? longhornFlows(config) : []),
  hostNames: ({ home, longhorn }) =>
    longhorn.enabled ? [{ host: pageHost(home), capability: 'longhorn', exposures: ['lan'] }] : [],
  secrets: ({ longhorn }) =>
    longhorn.enabled
      ? [
          adminPageSecret({ capability: 'longhorn', namespace: longhornNamespace, what: 'the page of Longhorn' }),
          ...(longhorn.backup === undefined ? [] : backupSecrets(longhorn.backup)),
        ]
      : [],
  requirements: (config, board) => (config.longhorn.enabled ? onBoard(config, board) : {}),
};

/** What Longhorn's manager reads (its documentation, "Setting a Backup Target"), each with what the admin has to find. */
function backupSecrets({ target, endpoint }: NonNullable<Config['longhorn']['backup']>): Secret[] {
  const secret = (name: string, key: string, what: string): Secret => ({
    name: `longhorn-backup-${name}`,
    purpose: `Longhorn writes backups to ${target.split('?')[0]} with it`,
    source: { kind: 'supplied', what },
    places: [{ in: 'cluster', namespace: longhornNamespace, secret: backupSecretName, key, part: 'value' }],
    rotation: 'push: Flux brings it to Longhorn, which uses it for the next backup.',
  });
  if (target.startsWith('cifs:')) {
    return [
      secret('user', 'CIFS_USERNAME', 'the name of an account of the file server that may write to the share'),
      secret('password', 'CIFS_PASSWORD', 'the password of that account'),
    ];
  }
  if (target.startsWith('s3:')) {
    return [
      secret('key-id', 'AWS_ACCESS_KEY_ID', 'the id of an access key that may read, write and delete in the bucket'),
      secret('key', 'AWS_SECRET_ACCESS_KEY', 'the secret half of that access key'),
      ...(endpoint
        ? [secret('endpoint', 'AWS_ENDPOINTS', 'the URL of the S3 server, for example https://s3.example.org')]
        : []),
    ];
  }
  return [];
}

/** Every board mounts volumes, also one that holds none (Longhorn documentation, installation requirements). */
function onBoard(config: Config, board: BoardConfig): Partial<Requirements> {
  const isCifs = config.longhorn.backup?.target.startsWith('cifs:') ?? false;
  return {
    // nfs-common: volumes that several pods write to, and backups to NFS.
    packages: ['nfs-common', 'open-iscsi'],
    modules: ['iscsi_tcp', ...(isCifs ? ['cifs'] : [])],
    labels: boardsWithDisks([board]).length > 0 ? { [diskLabel]: 'true' } : {},
    containers: longhornContainers(config, board),
  };
}
