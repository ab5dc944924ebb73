import type { Model } from '../model/model.ts';
import { html, page, table } from './html.ts';

/** The worksheet of the admin: what to set in the router, so that devices find the home. */
export function namesPage(model: Model): string {
  const { home, names, network, virtualIp } = model;
  return page(`Names of ${home.name}`, [
    html`<p>Every page of the home is at <code>${virtualIp.address}</code>, the virtual IP, whichever board has it. Devices ask a
name server for that address. This is what to set, once, in the router at <code>${network.gateway}</code>.</p>`,
    names.by === 'boards' ? fromBoards(model) : fromRouter(model),
    forwards(model),
    html`<h2>Is it right?</h2>
<p>On a laptop at home: <code>nslookup ${names.records[0]?.host ?? home.domain}</code> answers
<code>${virtualIp.address}</code>. If it finds nothing, the router may withhold answers with private addresses ("DNS rebind
protection"): make an exception for <code>${home.domain}</code>. If it shows another address, the device asks another name
server: turn off "private DNS" of Android and "secure DNS" of browsers, or a VPN.</p>`,
  ]);
}

function fromRouter({ home, names }: Model) {
  if (names.records.length === 0)
    return html`<h2>Names</h2>
<p>The home has no page yet: there is nothing to set.</p>`;
  return html`<h2>Names</h2>
<p>In the router's page for local DNS ("host names", "local records", "DNS host mapping"), or in the name server that you have:</p>
${table(
  ['name', 'type', 'address', 'done'],
  names.records.map(({ host, address }) => [host, 'A', address, '☐']),
)}
<p>Where the router takes a wildcard, one record does for all: <code>*.${home.domain}</code>. Without such a page in the router,
write <code>names: { by: 'boards' }</code> in <code>homecloud.config.ts</code>.</p>`;
}

function fromBoards({ names, network, virtualIp }: Model) {
  return html`<h2>Names</h2>
<p>The servers answer for the home's names at the virtual IP, and ask <code>${network.nameservers.join(', ')}</code> for all
others. In the router's page for DHCP ("LAN", "home network"):</p>
${table(
  ['field', 'value', 'done'],
  [
    ['DNS server that devices are given', virtualIp.address, '☐'],
    ['second DNS server', 'empty, or the same: devices ask any of the two, and only this one knows the names', '☐'],
    ["DNS servers of the router's own connection", 'leave as they are: else router and boards ask each other', '☐'],
  ],
)}
<p>Then turn the Wi-Fi of a device off and on: it asks for its settings anew. The names that are answered:</p>
${table(
  ['name', 'address'],
  names.records.map(({ host, address }) => [host, address]),
)}`;
}

/** Ports that the router must forward, where something of the home is reached from the outside. */
function forwards({ boards, hostNames, traefik, virtualIp, certificates, syncthing }: Model) {
  const isPublic = hostNames.some(({ exposures }) => exposures.includes('internet'));
  const isProvenByHttp = certificates?.authority.kind === 'acme' && certificates.authority.proof.by === 'http';
  const rows = [
    ...(isPublic
      ? [['TCP 443', `${virtualIp.address} TCP ${traefik.ports.internet}`, 'pages for the outside', '☐']]
      : []),
    ...(isProvenByHttp
      ? [
          [
            'TCP 80',
            `${virtualIp.address} TCP ${traefik.ports.http}`,
            "Let's Encrypt asks there for each certificate",
            '☐',
          ],
        ]
      : []),
    ...(syncthing.fromOutside ? syncForwards(boards, syncthing.port) : []),
  ];
  const names = hostNames.filter(({ exposures }) => isProvenByHttp || exposures.includes('internet'));
  if (rows.length === 0 || boards.length === 0)
    return html`<h2>Port forwards</h2>
<p>None: nothing of the home is reached from the outside.</p>`;
  return html`<h2>Port forwards</h2>
${table(['from the outside', 'to', 'for', 'done'], rows)}
${
  names.length === 0
    ? ''
    : html`<p>In the public zone of your domain these names must lead to the router's public address:</p>
${table(
  ['name', 'done'],
  names.map(({ host }) => [host, '☐']),
)}`
}`;
}

/** To one board, whose peers pass on what it gets; a router forwards a port once. */
function syncForwards(boards: Model['boards'], port: number): string[][] {
  const [first] = boards.filter(({ syncthing }) => syncthing !== null);
  return first === undefined
    ? []
    : ['TCP', 'UDP'].map((protocol) => [
        `${protocol} ${port}`,
        `${first.address} ${protocol} ${port}`,
        'Syncthing of devices away from home',
        '☐',
      ]);
}
