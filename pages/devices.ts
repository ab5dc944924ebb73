import type { Board } from '../model/facts/boards.ts';
import type { SyncInstance } from '../model/facts/syncthing.ts';
import type { Model } from '../model/model.ts';
import { type Html, html, page, table } from './html.ts';
import { qrCode } from './qr.ts';

/** A board that others sync with. */
interface Peer {
  readonly board: Board;
  readonly deviceId: string;
  readonly folders: SyncInstance['folders'];
}

/**
 * The device card: the device ID of each board, to be scanned, which shares each person's devices are offered, and how a
 * phone or laptop becomes one of them. Nothing in it is secret: an ID alone opens nothing.
 * @returns `null` where no share is synced
 */
export function devicesPage(model: Model): string | null {
  const peers = model.boards.flatMap((board): Peer[] => {
    const { deviceId = null, folders = [] } = board.syncthing ?? {};
    // Without an identity nothing is synthesized (SEC009).
    return deviceId === null || folders.length === 0 ? [] : [{ board, deviceId, folders }];
  });
  if (peers.length === 0) return null;
  return page(`Devices that sync with ${model.home.name}`, [
    html`<p>Shares are kept the same on boards, phones and laptops by <strong>Syncthing</strong>: directly from device to
device, without an account. What one device changes or deletes, all others change or delete.</p>`,
    apps,
    html`<h2>Connect a device</h2>
<ol>
<li>In the app of the device: "Show ID". Send it to the admin, who writes it to <code>people[].devices</code> in
<code>homecloud.config.ts</code>, and runs <code>npm run synth</code> and the playbook <code>site</code>.</li>
<li>In the app: add a device, and scan the code of each board below. At home the app may find the boards by itself: compare
the ID before you agree.</li>
<li>The app asks about each share that a board offers: choose a folder of the device for it. With every type that
sends, also "send only", what is deleted in that folder on the phone is deleted on the boards, and stays in
<code>.stversions</code> only. To make room on a phone, first move the photos on a board into a share that the phone does not
sync.</li>
</ol>`,
    ...peers.map(boardCard),
    sharesOfDevices(model, peers),
    awayFromHome(model),
    html`<h2>When a device goes</h2>
<p>The admin takes it away from <code>homecloud.config.ts</code> and runs the playbook <code>site</code>: no board speaks to it
any more. <strong>What it has, it keeps</strong>: nobody can delete files on a device that does not come back.</p>`,
  ]);
}

/** Programs of Syncthing, and where they come from. */
export const syncApps = {
  android: 'Syncthing-Fork, from F-Droid',
  iphone: 'Synctrain, or Möbius Sync, from the App Store',
  computer: 'Syncthing, from syncthing.net or the distribution',
};

const apps = html`<h2>Apps</h2>
${table(
  ['device', 'app', 'good to know'],
  [
    [
      'Android',
      syncApps.android,
      "The Syncthing project's own app ended in December 2024: exchange it. Let the app run in the background, without battery optimisation.",
    ],
    [
      'iPhone, iPad',
      syncApps.iphone,
      'iOS lets apps work for a few minutes at a time: open the app now and then. Photos go through a folder of the app, or the photo library where the app offers it.',
    ],
    ['Windows, Mac, Linux', syncApps.computer, 'Version 1.24 or newer, or 2.'],
  ],
)}`;

function boardCard({ board, deviceId, folders }: Peer): Html {
  const names = folders.map(({ name }) => name).join(', ');
  return html`<h2>${board.name}</h2>
<p>Shares: ${names}. At home at <code>${board.address}</code>.</p>
<figure style="margin: 0; width: 12rem">${qrCode(deviceId, `device ID of ${board.name}`)}</figure>
<p><code>${deviceId}</code></p>`;
}

function sharesOfDevices({ people }: Model, peers: readonly Peer[]): Html {
  const devices = people.flatMap((person) =>
    person.devices.map(({ name, syncthing }) => ({
      person: person.fullName,
      name,
      shares: peers.flatMap(({ folders }) =>
        folders.filter((folder) => folder.devices.some(({ id }) => id === syncthing)).map((folder) => folder.name),
      ),
    })),
  );
  if (devices.length === 0)
    return html`<h2>Who is offered what</h2>
<p>No person has a device yet: <code>people: [{ name: 'alice', …, devices: [{ name: 'phone', syncthing: '…' }] }]</code>.</p>`;
  return html`<h2>Who is offered what</h2>
${table(
  ['person', 'device', 'shares'],
  devices.map(({ person, name, shares }) => [person, name, [...new Set(shares)].sort().join(', ') || 'none']),
)}`;
}

/** What a device away from home can do, as the config has it. */
function awayFromHome({ syncthing, boards }: Model): Html {
  const { fromOutside, relays, globalDiscovery, natTraversal, port } = syncthing;
  const [first] = boards.filter(({ syncthing }) => syncthing !== null);
  const ways = [
    ...(fromOutside
      ? [
          html`<li>Through the router: it must forward TCP and UDP ${port} to one board, for example
<code>${first?.address ?? ''}</code>. In the app, that board has the address
<code>tcp://&lt;the public name of the home&gt;:${port}</code> besides <code>dynamic</code>.</li>`,
        ]
      : []),
    ...(natTraversal ? [html`<li>Through a port that the router opens by itself, where it does so.</li>`] : []),
    ...(globalDiscovery
      ? [html`<li>The address of the home is found by the discovery servers of the Syncthing project.</li>`]
      : []),
    ...(relays ? [html`<li>Through the relays of the Syncthing project: slow, encrypted from end to end.</li>`] : []),
  ];
  if (ways.length === 0)
    return html`<h2>Away from home</h2>
<p>Nothing: the home is private, and devices sync when they are back in its network, or in it by a VPN. To change that, one of
these in <code>homecloud.config.ts</code>: <code>syncthing: { fromOutside: true }</code> and a port forward in the router, or
<code>syncthing: { relays: true, globalDiscovery: true }</code>, which tells servers of the Syncthing project who talks to
whom.</p>`;
  return html`<h2>Away from home</h2>
<ul>
${ways}
</ul>`;
}
