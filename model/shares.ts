import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Config } from './config.ts';
import { bytes, cidr, integer, name } from './fields.ts';
import { shareSyncOptions } from './share-sync.ts';

/** How long deleted files are kept, where nobody says another number. */
export const defaultRecycleDays = 30;

const shareOptions = z.strictObject({
  name: name
    .max(32, 'is longer than 32 characters: choose a shorter name')
    .describe('Name of the share in every protocol.'),
  on: z
    .array(
      z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'is not a place: write "<board>/<disk>", for example "oak/data"'),
    )
    .min(1, "is empty: place the share on at least one disk, for example on: ['oak/data']")
    .describe('Disks that hold the share, each `<board>/<disk>`. Boards that hold the same share are kept the same.'),
  people: z.array(z.string()).default([]).describe('Names of the people who may read and write it.'),
  groups: z
    .array(z.string())
    .default([])
    .describe(
      'Groups whose people may read and write it, too, as `people[].groups` names them. In Nextcloud it is shown also to accounts of the group that somebody made there.',
    ),
  smb: z.boolean().default(true).describe('Serve it to computers and phones by SMB (CIFS).'),
  guests: z
    .boolean()
    .default(false)
    .describe(
      'Whoever is at home may read it by SMB, without a password, what is in its recycle bin included. Its people alone may write.',
    ),
  recycleBin: z
    .strictObject({ days: integer(1, 3650).default(defaultRecycleDays).describe('How long, in days.') })
    .optional()
    .describe(
      'What is deleted by SMB is kept for a while, in the hidden folder `.recycle` of the share. What is deleted in Nextcloud is, in any case, in `.recycle/nextcloud`.',
    ),
  timeMachine: z
    .strictObject({ size: bytes.describe('The most that all backups together may take: `500GiB`.') })
    .optional()
    .describe('Backups of Macs, and nothing else: they find the share by themselves.'),
  nfs: z
    .strictObject({
      clients: z
        .array(cidr)
        .min(1, 'is empty: name at least one network')
        .describe(
          'Networks whose machines may mount it. NFS has no passwords, and a machine that is made to can reach all of the disk by it.',
        ),
      readOnly: z.boolean().default(false).describe('Clients read only.'),
      exportId: integer(1, 65535)
        .optional()
        .describe(
          'Number of the export, which clients remember, 1 to 65535. By default made from the name of the share.',
        ),
    })
    .optional()
    .describe('Serve it by NFS version 4. By default it is not.'),
  sync: shareSyncOptions,
  nextcloud: z.boolean().default(false).describe('Show it in Nextcloud to its people and groups.'),
  nextcloudBoard: name
    .optional()
    .describe('The board whose copy Nextcloud shows and writes to. Needed where several boards hold it.'),
});

export const sharesOptions = z
  .array(shareOptions)
  .default([])
  .describe('Folders that people reach, each seen by every protocol as the same folder.');

/** Where a share keeps what was deleted by SMB. */
export const recycleFolder = '.recycle';

/** And what was deleted in Nextcloud, apart: of each file the last alone, for Nextcloud replaces one by deleting it. */
export const cloudRecycleFolder = `${recycleFolder}/nextcloud`;

export type ShareConfig = Config['shares'][number];

/** Where the board holds the share, `<board>/<disk>`; `undefined` where it does not. */
export function placeOf({ on }: Pick<ShareConfig, 'on'>, board: { readonly name: string }): string | undefined {
  return on.find((place) => place.startsWith(`${board.name}/`));
}

/** Folder of the share on a disk, by its mount point (design §11). */
export function sharePath({ name }: Pick<ShareConfig, 'name'>, mountPoint: string): string {
  return `${mountPoint}/shares/${name}`;
}

/**
 * Number of the NFS export. Clients keep it in their file handles, so it comes from the share's own name: no other
 * share's coming or going changes it.
 */
export function exportId(share: {
  readonly name: string;
  readonly nfs?: { readonly exportId?: number | undefined } | undefined;
}): number {
  return share.nfs?.exportId ?? 1 + (createHash('sha256').update(share.name).digest().readUInt32BE() % 65535);
}

/** The board whose copy Nextcloud shows; `null`: it shows none. Of several, none is first: lists have no order. */
export function nextcloudBoardOf({
  nextcloud,
  nextcloudBoard,
  on,
}: Pick<ShareConfig, 'nextcloud' | 'nextcloudBoard' | 'on'>): string | null {
  if (!nextcloud) return null;
  return nextcloudBoard ?? (on.length === 1 ? (on[0]?.split('/')[0] ?? null) : null);
}
