import type { Board } from '../model/facts/boards.ts';
import type { InstanceShare } from '../model/facts/dnas.ts';
import type { Person } from '../model/facts/people.ts';
import type { Model } from '../model/model.ts';
import { type Tree, TreeBuilder } from '../tree/tree.ts';
import { type Cloud, cloudApps, cloudOf, cloudPart } from './cloud.ts';
import { syncApps } from './devices.ts';
import { type Html, html, page } from './html.ts';
import { photosPart } from './photos.ts';
import { qrCode } from './qr.ts';
import { readRoot } from './trust.ts';

/**
 * The onboarding cards: for each person one sheet of paper with what they have at home, where it is, and which app opens
 * it. Nothing in them is secret: passwords are on the card that `homecloud secrets card` writes.
 */
export function peopleCards(model: Model): Tree {
  const tree = new TreeBuilder();
  for (const person of model.people) tree.add(`${person.name}.html`, card(model, person));
  return tree.build();
}

/** A share as a person finds it: on the boards that hold it, in order of address. */
interface Found {
  readonly share: InstanceShare;
  readonly boards: readonly Board[];
}

/** What a person has. */
interface Things {
  /** Nextcloud; `null` where it is off. */
  readonly cloud: Cloud | null;
  readonly shares: readonly Found[];
  /** Boards that a device of the person syncs with. */
  readonly peers: readonly { readonly board: Board; readonly deviceId: string }[];
  /** Web apps of the home: any of its people may have an account there. */
  readonly pages: readonly { readonly host: string; readonly isPublic: boolean }[];
}

function card(model: Model, person: Person): string {
  const things = thingsOf(model, person);
  const parts = [
    trust(model),
    things.cloud === null ? null : cloudPart(things.cloud, person),
    photosPart(person, things.cloud),
    shares(model, person, things),
    devices(person, things),
    apps(things),
    pages(things),
  ].filter((part) => part !== null);
  return page(
    `${person.fullName}, at home in ${model.home.name}`,
    [
      html`<p>Your account has the name <strong><code>${person.name}</code></strong> everywhere. ${passwords(things)}
Questions: <code>${model.home.admin.email}</code>.</p>`,
      ...(parts.length > 0 ? parts : [html`<p>There is nothing for you yet.</p>`]),
    ],
    style,
  );
}

function thingsOf(model: Model, { name, devices }: Person): Things {
  const found = new Map<string, { share: InstanceShare; boards: Board[] }>();
  for (const board of model.boards) {
    for (const share of board.dnas?.shares ?? []) {
      if (!share.people.includes(name)) continue;
      const before = found.get(share.name);
      if (before === undefined) found.set(share.name, { share, boards: [board] });
      else before.boards.push(board);
    }
  }
  const ids = new Set(devices.map(({ syncthing }) => syncthing));
  const hosts = new Set([
    ...model.apps.map(({ host }) => host),
    ...model.ownApps.flatMap(({ page }) => page?.host ?? []),
  ]);
  return {
    cloud: cloudOf(model),
    shares: [...found.values()].sort((a, b) => (a.share.name < b.share.name ? -1 : 1)),
    peers: model.boards.flatMap((board) => {
      const { deviceId = null, folders = [] } = board.syncthing ?? {};
      const isPeer = folders.some((folder) => folder.devices.some(({ id }) => ids.has(id)));
      return deviceId === null || !isPeer ? [] : [{ board, deviceId }];
    }),
    pages: model.hostNames
      .filter(({ host }) => hosts.has(host))
      .map(({ host, exposures }) => ({ host, isPublic: exposures.includes('internet') })),
  };
}

function passwords({ shares, cloud }: Things): Html | string {
  const opens = [
    ...(cloud === null ? [] : ['Nextcloud']),
    ...(shares.some(({ share }) => share.smb !== null) ? ['the shares'] : []),
  ];
  if (opens.length === 0) return '';
  return html`The admin gives you your ${opens.length > 1 ? 'passwords' : 'password'} for ${opens.join(' and ')} on a paper of its
own (<code>npx homecloud secrets card</code>), never on this one.`;
}

/** What a device must know before it opens a page: who signs for the home. */
function trust({ certificates, home }: Model): Html | null {
  const authority = certificates?.authority;
  if (authority?.kind !== 'private-ca' || authority.root === null) return null;
  const { fingerprint } = readRoot(authority.root);
  return html`<h2>First of all, on each device</h2>
<p>The pages below <code>${home.domain}</code> are signed by an authority that only this home has. Ask the admin for the folder
<code>trust</code>, and do what <a href="../trust/index.html">its page</a> says, once for each phone and computer: iPhone, iPad
and Mac take <code>root.mobileconfig</code>, all others <code>root.crt</code>. Before you agree, compare the fingerprint (SHA-256):
<code>${fingerprint}</code></p>`;
}

function shares({ network }: Model, { name }: Person, { shares }: Things): Html | null {
  if (shares.length === 0) return null;
  const hasNfs = shares.some(({ share }) => share.nfs !== null);
  const isOnSeveral = shares.some(({ boards }) => boards.length > 1);
  const isServed = shares.some(({ share }) => share.smb !== null);
  const boards = [...new Map(shares.flatMap(({ boards }) => boards.map((board) => [board.name, board])))].map(
    ([, board]) => board,
  );
  const forMacs = shares.filter(({ share }) => share.smb !== null && share.smb.timeMachineSize !== null);
  return html`<h2>Shares</h2>
<p>Folders at home: in this network, or in it by a VPN. ${isServed ? html`User name <code>${name}</code>.` : ''}</p>
<ul class="places">
${shares.map(place)}
</ul>
<ul>
${isServed ? howTo(network.discovery) : ''}
${
  isOnSeveral
    ? html`<li>A share is the same on each of its boards. Where one does not answer, write the address of another:
${boards.map(({ name, address }) => `${name} ${address}`).join(', ')}.</li>`
    : ''
}
${forMacs.map(({ share }) => html`<li><code>${share.name}</code> is for backups of Macs: System Settings → General → Time Machine.</li>`)}
${
  hasNfs
    ? html`<li>By NFS, on a machine that may: <code>sudo mount -t nfs4 ADDRESS:/SHARE /mnt</code>. It asks for no password.</li>`
    : ''
}
</ul>`;
}

function howTo(isAnnounced: boolean): Html {
  return html`<li>Windows: Explorer, the address line. Mac: Finder → Go → Connect to Server. iPhone, iPad: Files → ⋯ → Connect to
Server. Linux: the address line of the file manager. ${isAnnounced ? 'Boards also stand under "Network" by themselves.' : ''}</li>`;
}

/** A share, and how each kind of device writes its address on the first of its boards. */
function place({ share: { name, smb, nfs }, boards }: Found): Html {
  const address = boards[0]?.address ?? '';
  const ways = [
    ...(smb === null
      ? []
      : [
          html`Windows <code>\\\\${address}\\${name}</code>`,
          html`Mac, iPhone, Linux <code>smb://${address}/${name}</code>`,
        ]),
    ...(nfs === null
      ? []
      : [
          html`NFS <code>${address}:/${name}</code>${nfs.readOnly ? ', read only' : ''}, from ${nfs.clients.join(', ')} only`,
        ]),
  ];
  return html`<li><strong>${name}</strong>, on ${boards.map((board) => board.name).join(', ')}:
<span>${ways.map((way, index) => html`${index > 0 ? ' · ' : ''}${way}`)}</span></li>`;
}

function devices({ devices }: Person, { peers }: Things): Html | null {
  if (peers.length === 0) return null;
  const names = devices.map(({ name }) => name).join(', ');
  return html`<h2>Shares on your devices</h2>
<p>Syncthing keeps shares on <strong>${names}</strong> as they are on the boards: what is deleted on one side is deleted on the other.
In its app, add each board by its code, then agree to the shares that it offers. The page <a
href="../devices.html"><code>devices</code></a> has the whole IDs, and more.</p>
<div class="codes">
${peers.map(
  ({ board, deviceId }) => html`<figure>${qrCode(deviceId, `device ID of ${board.name}`)}
<figcaption>${board.name} <code>${deviceId.split('-')[0] ?? ''}-…</code></figcaption></figure>`,
)}
</div>`;
}

/** Only for what the person has. */
function apps({ shares, peers, cloud }: Things): Html | null {
  const isServed = shares.some(({ share }) => share.smb !== null);
  const purposes = [
    ...(cloud === null ? [] : cloudApps),
    ...(isServed
      ? [
          {
            purpose: 'shares',
            android: 'Material Files, from F-Droid',
            iphone: 'Files, which is there',
            computer: 'the file manager, which is there',
          },
        ]
      : []),
    ...(peers.length > 0 ? [{ purpose: 'shares on the device', ...syncApps }] : []),
  ];
  if (purposes.length === 0) return null;
  const of = (device: string, kind: 'android' | 'iphone' | 'computer') =>
    html`<li><strong>${device}</strong>. ${purposes.map(
      (one, index) => html`${index > 0 ? ' · ' : ''}For ${one.purpose}: ${one[kind]}`,
    )}</li>`;
  return html`<h2>Apps</h2>
<ul>
${[of('Android', 'android'), of('iPhone, iPad', 'iphone'), of('Computer', 'computer')]}
</ul>`;
}

function pages({ pages }: Things): Html | null {
  if (pages.length === 0) return null;
  return html`<h2>Pages of the home</h2>
<p>${pages.map(
    ({ host, isPublic }, index) =>
      html`${index > 0 ? ' · ' : ''}<a href="https://${host}/">${host}</a>${isPublic ? ' (also from the outside)' : ''}`,
  )}</p>`;
}

/** On paper one sheet, A4 or Letter. */
const style = `.places span { display: block; }
.codes { display: flex; flex-wrap: wrap; gap: .75rem; }
.codes figure { margin: 0; width: 9rem; break-inside: avoid; }
.codes ul { flex: 1 1 16rem; min-width: 0; margin: 0; }
figcaption { font-size: .8rem; }
@page { margin: 10mm; }
@media print {
  body { font-size: 8.5pt; line-height: 1.3; max-width: none; padding: 0; }
  h1 { font-size: 15pt; margin: 0 0 .3rem; }
  h2 { font-size: 10.5pt; margin: .6rem 0 .2rem; }
  p, ul { margin: .2rem 0; }
  ul { padding-left: 1.2rem; }
  th, td { padding: .1rem .35rem; }
  .places span { display: inline; }
  .codes { gap: 1mm; }
  .codes figure { width: 18mm; }
  figcaption { font-size: 7pt; }
  a { color: inherit; text-decoration: none; }
}
`;
