import type { Config } from './config.ts';
import type { NextcloudShares } from './facts/nextcloud.ts';
import { byName } from './order.ts';
import { indexed, isComplete } from './pattern.ts';
import { listed } from './problems.ts';
import type { Requirements } from './requirements.ts';
import { type Rule, rule } from './rules.ts';
import { peopleOf } from './share-people.ts';
import { nextcloudBoardOf, placeOf } from './shares.ts';
import { show } from './show.ts';

/** The share of Samba by which Nextcloud opens a copy. No share of people has a dot in its name. */
export function cloudShareName(share: string): string {
  return `${share}.nextcloud`;
}

/** Beside Syncthing's own marker: what lies in that folder is never synced (syncthing, lib/fs/filesystem.go, IsInternal). */
export const cloudMarker = '.stfolder/homecloud-disk';

/** Beside the marker: in which folders something changed, told by the board for the scan. */
export const cloudChanges = '.stfolder/homecloud-changes';

/** Account of Nextcloud on the file servers. Its name and number are no person's. */
export const cloudUser = { name: '_nextcloud', uid: 1011 } as const;

/** Where each board mounts the shares, one folder each. */
export const cloudFolder = '/srv/nextcloud-shares';

export function hasCloudShares({ shares, nextcloud }: Pick<Config, 'shares' | 'nextcloud'>): boolean {
  return nextcloud.enabled && shares.some((share) => share.nextcloud);
}

export function planNextcloudShares({ shares, boards, people }: Config): NextcloudShares {
  const list = shares.flatMap((share) => {
    const board = boards.find(({ name }) => name === nextcloudBoardOf(share));
    if (board === undefined) return [];
    return [
      {
        name: share.name,
        board: board.name,
        disk: placeOf(share, board)?.split('/')[1] ?? '',
        source: `//${board.address}/${cloudShareName(share.name)}`,
        people: peopleOf(share, people),
        groups: [...share.groups].sort(),
      },
    ];
  });
  return {
    folder: { onBoard: cloudFolder, inPod: '/mnt/dnas' },
    volume: 'nextcloud-shares',
    marker: cloudMarker,
    changes: cloudChanges,
    // Samba's pod looks every two seconds, and then closes what is open.
    patience: 5,
    list: list.sort(byName),
  };
}

/** What each board needs to mount them: Nextcloud may run on any. */
export function cloudShareRequirements(config: Config): Partial<Requirements> {
  return hasCloudShares(config) ? { packages: ['cifs-utils'], modules: ['cifs'] } : {};
}

const sharesNeedNextcloud = rule({
  code: 'NC014',
  severity: 'error',
  title: 'a share is shown in Nextcloud where there is one',
  reason: 'nobody would see it there',
  reads: ['nextcloud.enabled', 'shares[].nextcloud'],
  *check({ shares, nextcloud }) {
    if (nextcloud.enabled) return;
    for (const [index, share] of indexed(shares)) {
      if (!share.nextcloud) continue;
      yield {
        path: ['shares', index, 'nextcloud'],
        other: ['nextcloud', 'enabled'],
        message: 'is true, and the home has no Nextcloud',
        hint: 'write nextcloud: { enabled: true }, or take nextcloud: true away from the share',
      };
    }
  },
});

const cloudSharesAreServed = rule({
  code: 'NC015',
  severity: 'error',
  title: 'a share in Nextcloud is served by SMB',
  reason: 'Nextcloud opens it by SMB, and would never see it',
  reads: ['shares[].nextcloud', 'shares[].smb', 'shares[].timeMachine'],
  *check({ shares }) {
    for (const [index, { nextcloud, smb, timeMachine }] of indexed(shares)) {
      if (!nextcloud) continue;
      if (!smb) {
        yield {
          path: ['shares', index, 'nextcloud'],
          other: ['shares', index, 'smb'],
          message: 'is true, and the share is not served by SMB, by which Nextcloud opens it',
          hint: 'take smb: false away and name its people, or take nextcloud: true away',
        };
      } else if (timeMachine !== undefined) {
        yield {
          path: ['shares', index, 'nextcloud'],
          other: ['shares', index, 'timeMachine'],
          message: 'is true, and the share is for Time Machine: Nextcloud would show thousands of pieces of backups',
          hint: 'take nextcloud: true away, and give the other files a share of their own',
        };
      }
    }
  },
});

const copyExists = rule({
  code: 'DNAS013',
  severity: 'error',
  title: 'Nextcloud shows a copy of a share that exists',
  reason: 'Nextcloud would wait for it for ever, and say that the share is not available',
  reads: ['shares[].nextcloud', 'shares[].nextcloudBoard', 'shares[].on[]'],
  *check({ shares }) {
    for (const [index, { nextcloud, nextcloudBoard, on }] of indexed(shares)) {
      const boards = indexed(on).map(([, place]) => place.split('/')[0] ?? '');
      if (nextcloudBoard === undefined) {
        if (!nextcloud || boards.length < 2) continue;
        yield {
          path: ['shares', index, 'nextcloud'],
          other: ['shares', index, 'on'],
          message: `is true, and ${boards.length} boards hold the share: whose copy does Nextcloud show?`,
          hint: `write nextcloudBoard: '${[...boards].sort()[0]}' beside it, or another of them: the one that is always on`,
        };
        continue;
      }
      const path = ['shares', index, 'nextcloudBoard'];
      if (!nextcloud) {
        yield {
          path,
          other: ['shares', index, 'nextcloud'],
          message: `is ${show(nextcloudBoard)}, and Nextcloud does not show the share`,
          hint: 'write nextcloud: true, or take nextcloudBoard away',
        };
        continue;
      }
      if (boards.includes(nextcloudBoard) || !isComplete(on)) continue;
      yield {
        path,
        other: ['shares', index, 'on'],
        message: `is ${show(nextcloudBoard)}, which has no copy of the share`,
        hint: `write one of ${listed(boards.map((board) => `'${board}'`))}, or take nextcloudBoard away`,
      };
    }
  },
});

/** What is judged about shares in Nextcloud, in the order in which it is told. */
export const cloudShareRules: readonly Rule[] = [sharesNeedNextcloud, cloudSharesAreServed, copyExists];
