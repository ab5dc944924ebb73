import type { Person } from '../model/facts/people.ts';
import type { Cloud } from './cloud.ts';
import { type Html, html } from './html.ts';

/**
 * How the phone of a person brings its pictures: what to set, by the words that the apps have for it in English.
 *
 * Android: nextcloud/android, app/src/main/res/values/strings.xml; the folder is the remote one and below it `yyyy/MM/`
 * (FileStorageUtils.java, `getInstantUploadFilePath`), and of a name that is there already "ask" first compares the two
 * files and says nothing where they are the same (UploadFileOperation.java, `checkNameCollision`), while "rename" would
 * upload it a second time. iPhone: nextcloud/ios, NCAutoUploadView.swift; `yyyy/MM` (NCUtilityFileSystem.swift,
 * `createGranularityPath`), and names with the second in them (`createFileName`).
 */
export function photosPart({ photos }: Person, cloud: Cloud | null): Html | null {
  if (photos === null) return null;
  return photos.by === 'nextcloud' ? uploaded(photos.folder, cloud?.isPublic ?? false) : synced(photos, cloud !== null);
}

function uploaded(folder: string, isPublic: boolean): Html {
  return html`<h2>Pictures of your phone</h2>
<p>The Nextcloud app brings them to <code>${folder}</code>, by year and month: <code>${folder}/2026/11/…</code>. Make that folder
first, and let no other app upload the camera: each picture would be there twice. ${
    isPublic ? '' : 'Away from home they wait until the phone is back.'
  }</p>
<ul>
<li><strong>Android</strong> Menu → Auto upload → Camera: Remote folder <code>${folder}</code>; Use subfolders, Year/Month; “What to do
if the file already exists?”: Ask me every time, which asks only where two pictures differ.</li>
<li><strong>iPhone, iPad</strong> More → Settings → Auto upload: destination <code>${folder}</code>; Use subfolders, Monthly.</li>
</ul>`;
}

function synced({ share, device }: { share: string; device: string }, hasCloud: boolean): Html {
  return html`<h2>Pictures of your phone</h2>
<p>Syncthing on <strong>${device}</strong> brings them into <code>${share}</code>, in the folders of the camera. When its app asks for
the folder of <code>${share}</code>, choose that of the camera (Android: <code>DCIM</code>; iPhone: where the app offers the photo
library) and the type “Send Only”. What you delete on the phone is deleted there, too.${
    hasCloud ? ' In the Nextcloud app leave Auto upload off: each picture would be there twice.' : ''
  }</p>`;
}
