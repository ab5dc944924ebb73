import type { Nextcloud } from '../model/facts/nextcloud.ts';
import type { Person } from '../model/facts/people.ts';
import type { Model } from '../model/model.ts';
import { type Html, html } from './html.ts';
import { qrCode } from './qr.ts';

/** Nextcloud, as a person finds it. */
export interface Cloud {
  readonly url: string;
  /** Whether it answers away from home, too. */
  readonly isPublic: boolean;
  /** Whether everybody logs in with a code of their phone, too. */
  readonly asksForCode: boolean;
  readonly links: Nextcloud['links'];
  readonly hasGallery: boolean;
}

export function cloudOf({ nextcloud, hostNames }: Model): Cloud | null {
  if (nextcloud === null) return null;
  const { url, host, secondFactor, links, gallery } = nextcloud;
  const isPublic = hostNames.some((one) => one.host === host && one.exposures.includes('internet'));
  return { url, isPublic, asksForCode: secondFactor === 'everybody', links, hasGallery: gallery };
}

/** Programs for Nextcloud, and where they come from. */
export const cloudApps = [
  {
    purpose: 'files and photos',
    android: 'Nextcloud, from F-Droid or Google Play',
    iphone: 'Nextcloud, from the App Store',
    computer: 'Nextcloud Desktop, from nextcloud.com',
  },
  {
    purpose: 'calendars and contacts',
    android: 'DAVx⁵, from F-Droid or Google Play',
    iphone: 'Settings → Apps → Calendar, and Contacts → Accounts → Add → Other',
    computer: 'Thunderbird, or what a Mac has',
  },
];

/**
 * The part of a card. The code is the plain address: the form `nc://login/…` of Nextcloud's apps is made to carry a
 * password, and they take one without as a log-in with an empty one (nextcloud/android, LoginRepository.kt,
 * `parseLoginDataUrl`).
 * Addresses below `remote.php/dav`: apps/dav/lib/RootCollection.php.
 */
export function cloudPart({ url, isPublic, asksForCode, links, hasGallery }: Cloud, { name }: Person): Html {
  const dav = `${url}/remote.php/dav`;
  return html`<h2>Nextcloud: files, photos, calendars, contacts</h2>
<div class="codes">
<figure>${qrCode(url, url)}</figure>
<ul>
<li><strong>Browser and apps</strong> <a href="${url}"><code>${url}</code></a>, ${
    isPublic ? 'at home and away' : 'at home, or in this network by a VPN'
  }. At the first log-in change the password: Settings → Security.${
    asksForCode ? ' It also has you set up a code on your phone.' : ''
  }</li>
<li><strong>Files (WebDAV)</strong> <code>${dav}/files/${name}/</code></li>
<li><strong>Calendars (CalDAV), contacts (CardDAV)</strong> <code>${dav}</code>; iPhone, iPad and Mac
<code>${dav}/principals/users/${name}/</code></li>
<li>For WebDAV, CalDAV and CardDAV make a password for each device: Settings → Security → Create new app password. Who loses a
device takes it away there.</li>
${hasGallery ? html`<li><strong>All pictures by the day they were taken</strong> <code>${url}/apps/memories</code></li>` : ''}
${links.enabled ? forGuests(links) : ''}
</ul>
</div>`;
}

/** The words are those of the page in English (apps/files_sharing/src/files_newMenu/newFileRequest.ts). */
function forGuests({ password, days, uploads, isForHomeOnly }: Cloud['links']): Html {
  return html`<li><strong>For guests</strong> The sharing sign of a file or folder → Share link.${
    uploads ? ' New → Create file request gives them a folder to put files into, of which they see nothing.' : ''
  } A link ${password ? 'has a password and ' : ''}ends after ${days} days at the latest${
    isForHomeOnly ? html`, and <strong>opens at home only</strong>: who is elsewhere cannot open it` : ''
  }.</li>`;
}
