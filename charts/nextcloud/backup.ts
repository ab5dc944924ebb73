import type { Chart } from 'cdk8s';
import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import type { Model } from '../../model/model.ts';
import { nextcloudPods } from '../../model/nextcloud-flows.ts';
import { addCronJob } from '../cron-job.ts';
import {
  backupScript,
  copyCnf,
  databaseSecrets,
  dumpScript,
  restoreScript,
  runFolder,
  scratchFolder,
  sqlFiles,
} from './backup-scripts.ts';
import { configFolder, partOf, wwwData } from './parts.ts';
import { backupFolder } from './paths.ts';

/** What a database with no row in it needs: its log, and the tables of MariaDB itself. */
const emptyDatabase = 256 * 2 ** 20;

/**
 * Dumps of the database, beside the files of people on their volume: one backup of it has both. Longhorn copies each volume
 * at a moment of its own, and what a running database has written by then is half of what it has in memory.
 */
export function addBackup(chart: Chart, model: Model, nextcloud: Nextcloud): void {
  const { backup, claims, resources, secretName, secretKeys } = nextcloud;
  const mebibytes = Math.ceil((claims.database.size + emptyDatabase) / 2 ** 20);
  addCronJob(chart, {
    name: 'backup',
    ...partOf('backup'),
    schedule: backup.schedule,
    timeZone: backup.timeZone,
    // What comes later than that would have people wait in the middle of the day.
    startingDeadline: 4 * 3600,
    deadline: 4 * 3600,
    retries: 2,
    // Its volume is on one board at a time.
    beside: nextcloudPods.labels,
    // Also so that it is the first to go when the disk of its board fills up.
    priority: 'low',
    // A kill is as good as any end: the next one begins anew.
    terminationGracePeriod: 5,
    config: {
      'backup.sh': backupScript(nextcloud),
      'dump.sh': dumpScript(nextcloud),
      'restore.sh': restoreScript(nextcloud),
      'copy.cnf': copyCnf,
      ...sqlFiles,
    },
    volumes: {
      files: { claim: claims.files.name },
      secrets: { secret: secretName, keys: [secretKeys.database] },
      run: { emptyIn: 'memory', sizeLimit: '8Mi' },
      scratch: { emptyIn: 'disk', sizeLimit: `${mebibytes}Mi` },
    },
    containers: [
      {
        name: 'backup',
        image: model.pins.mariadb,
        command: ['sh', `${configFolder}/backup.sh`],
        resources: resources.backup,
        // The owner of the files on the volume, whom the image knows, too (Ubuntu, base-passwd).
        runAs: wwwData,
        mounts: [
          { volume: 'config', path: configFolder },
          { volume: 'secrets', path: databaseSecrets },
          { volume: 'files', path: backupFolder, subPath: 'backup', writable: true },
          { volume: 'run', path: runFolder, writable: true },
          { volume: 'scratch', path: scratchFolder, writable: true },
        ],
      },
    ],
  });
}
