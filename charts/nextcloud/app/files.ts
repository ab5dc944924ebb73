import type { Model } from '../../../model/model.ts';
import { accountsPhp } from './accounts.ts';
import { applicationPhp } from './application.ts';
import { folderPhp } from './folder.ts';
import { guardPhp } from './guard.ts';
import { linkNoticePhp } from './link-notice.ts';
import { familyPhp, metricClasses, metricFiles } from './metrics.ts';
import { mountPhp } from './mount.ts';
import { mountsPhp } from './mounts.ts';
import { notifierPhp } from './notifier.ts';
import { scanPhp } from './scan.ts';
import { scanCommandPhp } from './scan-command.ts';
import { sharePhp } from './share.ts';
import { sharesPhp } from './shares.ts';
import { statePhp } from './state.ts';
import { walkPhp } from './walk.ts';

/** Of the app, in Nextcloud and as a folder. */
export const appName = 'homecloud_dnas';

/**
 * An app of Nextcloud, of our own: it shows the shares of the home, and takes none that is away for an empty one. It stands in
 * no store, and is not written to the volume: the pod has it, as it stands in Git.
 *
 * Not Nextcloud's own app for external storages: with it a share that is away is listed as an empty folder, or its records
 * are dropped, by what its one setting says (measured with 34.0.1; nextcloud/server issue 63117); its list would stand in the
 * database; and its command to scan goes around every guard.
 */
export function appFiles({ pins }: Model): Readonly<Record<string, string>> {
  const major = Number.parseInt(pins.nextcloud.version, 10);
  return {
    'appinfo/info.xml': infoXml(major),
    'lib/Accounts.php': accountsPhp,
    'lib/AppInfo/Application.php': applicationPhp,
    'lib/Command/Scan.php': scanCommandPhp,
    'lib/Folder.php': folderPhp,
    'lib/Guard.php': guardPhp,
    'lib/LinkNotice.php': linkNoticePhp,
    'lib/Metrics/Family.php': familyPhp,
    ...metricFiles,
    'lib/Mount.php': mountPhp,
    'lib/Mounts.php': mountsPhp,
    'lib/Notifier.php': notifierPhp,
    'lib/Scan.php': scanPhp,
    'lib/Share.php': sharePhp,
    'lib/Shares.php': sharesPhp,
    'lib/State.php': statePhp,
    'lib/Walk.php': walkPhp,
  };
}

/** It goes with the image, so that an upgrade never turns it off (lib/private/Updater.php, checkAppsRequirements). */
function infoXml(major: number): string {
  const exporters = metricClasses.map((name) => `    <exporter>OCA\\HomecloudDnas\\Metrics\\${name}</exporter>`);
  return `<?xml version="1.0"?>
<info>
  <id>${appName}</id>
  <name>Shares of the home</name>
  <summary>The shares of the home in Nextcloud</summary>
  <description>Made by homecloud. Leave it on: without it the shares vanish from every device.</description>
  <version>1.0.0</version>
  <licence>apache</licence>
  <author>homecloud</author>
  <namespace>HomecloudDnas</namespace>
  <types>
    <filesystem/>
  </types>
  <category>files</category>
  <dependencies>
    <nextcloud min-version="${major}" max-version="${major}"/>
  </dependencies>
  <commands>
    <command>OCA\\HomecloudDnas\\Command\\Scan</command>
  </commands>
  <openmetrics>
${exporters.join('\n')}
  </openmetrics>
</info>
`;
}
