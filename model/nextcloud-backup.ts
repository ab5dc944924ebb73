import * as z from 'zod';
import type { Config } from './config.ts';
import type { Nextcloud } from './facts/nextcloud.ts';
import { integer } from './fields.ts';
import { type Rule, rule } from './rules.ts';
import { hoursBetween, longestGapHours, schedule } from './schedule.ts';

export const nextcloudBackupOptions = z.strictObject({
  schedule: schedule
    .optional()
    .describe(
      'When: minute, hour, day of the month, month, day of the week, in the time of the home. By default every day, an hour before Longhorn backs up its volumes, else at 2 in the morning.',
    ),
  keep: integer(1, 14).default(3).describe('How many of them are kept, each some part of the database in size.'),
});

/** When Longhorn sends copies of volumes away; `undefined`: it does not. */
function volumesAt({ longhorn }: Pick<Config, 'longhorn'>): string | undefined {
  return longhorn.enabled ? longhorn.backup?.schedule : undefined;
}

/** Every day, so that each backup of the volumes has one from just before; whenever that is not at one hour, at 2. */
function hourBefore(volumes = ''): string {
  const [, minute = '0', hour = '3'] = /^(\d+) (\d+) /.exec(volumes) ?? [];
  return `${minute} ${(Number(hour) + 23) % 24} * * *`;
}

export function planNextcloudBackup(config: Config): Nextcloud['backup'] {
  const { nextcloud, home } = config;
  const when = nextcloud.backup.schedule ?? hourBefore(volumesAt(config));
  return {
    schedule: when,
    timeZone: home.timeZone,
    keep: nextcloud.backup.keep,
    // A small board writes and reads a GiB in two minutes, and does both.
    limit: 60 * (10 + 4 * Math.ceil(nextcloud.databaseSize / 2 ** 30)),
    // As for backups of volumes (longhorn.ts): a day more than there is between two.
    lateHours: Math.ceil(longestGapHours(when)) + 24,
  };
}

/** Hours after which what a dump says of the files is of another day. */
const sameNight = 12;

const dumpIsOfTheSameNight = rule({
  code: 'NC017',
  severity: 'warning',
  title: 'the database of Nextcloud is dumped just before its volumes are backed up',
  reason: 'files and database of a backup would be of two days: what came between is in one of them only',
  reads: ['nextcloud.enabled', 'nextcloud.backup.schedule', 'longhorn.enabled', 'longhorn.backup.schedule'],
  *check(config) {
    const { nextcloud, longhorn } = config;
    const volumes = longhorn.enabled ? longhorn.backup?.schedule : undefined;
    const dumps = nextcloud.backup.schedule;
    if (!nextcloud.enabled || volumes === undefined || dumps === undefined) return;
    const { age, wait } = hoursBetween(dumps, volumes);
    // Either each backup has a fresh dump, or each dump comes into a backup at once.
    const hours = Math.floor(Math.min(age, wait));
    if (hours <= sameNight) return;
    yield {
      path: ['nextcloud', 'backup', 'schedule'],
      other: ['longhorn', 'backup', 'schedule'],
      message: `is '${dumps}': when Longhorn backs up the volumes, at '${volumes}', the dump is ${hours} hours old`,
      hint: `write '${hourBefore(volumes)}', or take the key away`,
    };
  },
});

export const nextcloudBackupRules: readonly Rule[] = [dumpIsOfTheSameNight];
