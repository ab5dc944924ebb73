import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { WrittenConfig } from '../model/config.ts';
import { html } from '../pages/html.ts';
import { pages } from '../pages/synth.ts';
import { households, modelOf, standInDeviceId } from './homes.ts';
import { standInRoot } from './stand-in-root.ts';

const { family } = households;

const withoutNextcloud: Partial<WrittenConfig> = {
  nextcloud: { enabled: false },
  shares: (family.shares ?? []).map(({ nextcloudBoard: _board, ...share }) => ({ ...share, nextcloud: false })),
};

function pagesOf(changes: Partial<WrittenConfig>): ReadonlyMap<string, string> {
  return pages(modelOf({ ...family, ...changes }));
}

describe('the trust kit', () => {
  const certificate = new X509Certificate(standInRoot);
  const kit = pagesOf({ certificates: { mode: 'private-ca' } });

  it('has the root as it is, for devices that take PEM', () => {
    expect(new X509Certificate(kit.get('trust/root.crt') ?? '').raw).toEqual(certificate.raw);
  });

  it('has the root in the profile of Apple', () => {
    const [, data = ''] = /<data>([^<]*)<\/data>/.exec(kit.get('trust/root.mobileconfig') ?? '') ?? [];
    expect(Buffer.from(data, 'base64')).toEqual(certificate.raw);
  });

  it('tells the fingerprint that a device shows', () => {
    expect(kit.get('trust/index.html')).toContain(certificate.fingerprint256);
  });

  it('is there only where an authority of the home signs', () => {
    for (const mode of ['acme-http', 'none'] as const) {
      const home = { ...family.home, admin: { email: 'alice@mail.example.org' } };
      const paths = [...pagesOf({ home, certificates: { mode } }).keys()];
      expect(paths.filter((path) => path.startsWith('trust/'))).toEqual([]);
    }
  });
});

describe('the worksheet of names', () => {
  const home = { ...family.home, admin: { email: 'alice@mail.example.org' } };

  it('lists every host name with the virtual IP, for the router', () => {
    const text = pagesOf({ names: { by: 'router' } }).get('names.html') ?? '';
    expect(text).toContain(
      '<td>traefik.cloud.example.org</td><td>A</td><td>192.168.1.10</td>'.replaceAll('><', '>\n<'),
    );
    expect(text).toContain('*.cloud.example.org');
  });

  it('says to give devices the virtual IP as their name server, where the boards answer', () => {
    const text = pagesOf({ names: { by: 'boards' } }).get('names.html') ?? '';
    expect(text).toMatch(/DNS server that devices are given<\/td>\s*<td>192\.168\.1\.10</);
    expect(text).not.toContain('*.cloud.example.org');
  });

  it('asks for a forward to one board, where devices away from home sync', () => {
    const text = (fromOutside: boolean) => pagesOf({ syncthing: { fromOutside } }).get('names.html') ?? '';
    expect(text(true)).toContain('192.168.1.11 UDP 22000');
    expect(text(true)).not.toContain('public zone');
    expect(text(false)).toContain('None: nothing of the home is reached from the outside.');
  });

  it('asks for a forward of port 80 only where certificates are proven there', () => {
    expect(pagesOf({ home, certificates: { mode: 'acme-http' } }).get('names.html')).toContain('192.168.1.10 TCP 80');
    expect(pagesOf({}).get('names.html')).not.toContain('TCP 80');
  });
});

it('HTML holds texts as they are, whatever is in them', () => {
  expect(html`<p>${'<b>"&\''}</p>${[html`<i>1</i>`, html`<i>2</i>`]}`.text).toBe(
    '<p>&lt;b&gt;&quot;&amp;&#39;</p><i>1</i>\n<i>2</i>',
  );
});

describe('the device card', () => {
  const people = [
    {
      name: 'alice',
      uid: 2001,
      fullName: 'Alice',
      devices: [{ name: 'phone', syncthing: 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ' }],
    },
    { name: 'bob', uid: 2002 },
    { name: 'carol', uid: 2003 },
    { name: 'dave', uid: 2004 },
  ];
  const card = (changes: Partial<WrittenConfig> = {}) => pagesOf(changes).get('devices.html') ?? '';

  it('has the ID of each board that syncs, as text and to be scanned, and of no other', () => {
    for (const board of ['oak', 'elm']) expect(card()).toContain(`<code>${standInDeviceId(board)}</code>`);
    expect(card()).not.toContain(standInDeviceId('fir'));
    expect(card().match(/<svg /g)).toHaveLength(2);
  });

  it('says which shares a device is offered', () => {
    expect(card({ people }).replaceAll(/\s*\n\s*/g, '')).toContain(
      '<td>Alice</td><td>phone</td><td>documents, music, photos</td>',
    );
    expect(card()).toContain('No person has a device yet');
  });

  it('says that what a phone deletes is deleted on the boards', () => {
    expect(card().replaceAll(/\s+/g, ' ')).toContain(
      'is deleted on the boards, and stays in <code>.stversions</code> only',
    );
  });

  it('says how devices sync away from home, as the config has it', () => {
    expect(card()).toContain('the home is private');
    const forwarded = card({ syncthing: { fromOutside: true } });
    expect(forwarded).toContain('forward TCP and UDP 22000 to one board');
    expect(forwarded).not.toContain('relays of the Syncthing project');
    expect(card({ syncthing: { relays: true } })).toContain('relays of the Syncthing project');
  });

  it('is not there where nothing is synced', () => {
    expect(pagesOf({ shares: [] }).has('devices.html')).toBe(false);
  });
});

describe('the card of a person', () => {
  const [alice, bob, ...others] = family.people ?? [];
  const people = (first: object) => [
    { name: 'alice', uid: 2001, ...alice, ...first },
    ...(bob ? [bob] : []),
    ...others,
  ];
  const card = (name: string, changes: Partial<WrittenConfig> = {}) =>
    (pagesOf({ ...withoutNextcloud, ...changes }).get(`people/${name}.html`) ?? '').replaceAll(/\s+/g, ' ');

  it('has the shares of the person in the form of each device, and no others', () => {
    expect(card('alice')).toContain('\\\\192.168.1.11\\documents</code>');
    expect(card('alice')).toContain('<code>smb://192.168.1.11/documents</code>');
    expect(card('alice')).not.toContain('games');
    expect(card('carol')).toContain('<code>192.168.1.11:/games</code>, read only, from 192.168.1.60/32 only');
    expect(card('carol')).not.toContain('documents');
  });

  it('has a share that is served by NFS alone', () => {
    const shares = [
      { name: 'films', on: ['oak/data'], people: ['dave'], smb: false, nfs: { clients: ['192.168.1.0/24'] } },
    ];
    expect(card('dave', { shares })).toContain('<code>192.168.1.11:/films</code>');
    expect(card('dave', { shares })).not.toMatch(/Windows|password for/);
    expect(card('alice', { shares })).not.toContain('films');
  });

  it('has the codes of the boards that a device of the person syncs with', () => {
    const device = standInDeviceId('a phone');
    const devices = [{ name: 'phone', syncthing: device }];
    const codes = (text: string) => text.match(/<svg /g)?.length ?? 0;
    expect(codes(card('alice'))).toBe(0);
    expect(codes(card('alice', { people: people({ devices }) }))).toBe(2);
    expect(card('alice', { people: people({ devices }) })).toContain('on <strong>phone</strong>');
  });

  it('has Nextcloud where it is on, and says from where it is reached', () => {
    const nextcloud = { enabled: true, exposures: ['lan' as const, 'internet' as const] };
    const home = { ...family.home, admin: { email: 'alice@mail.example.org' } };
    expect(card('bob')).not.toContain('Nextcloud');
    const text = card('bob', { nextcloud: { enabled: true } });
    expect(text).toContain('<code>https://nextcloud.cloud.example.org/remote.php/dav/files/bob/</code>');
    expect(text).toContain('<code>https://nextcloud.cloud.example.org/remote.php/dav/principals/users/bob/</code>');
    expect(text).toContain('at home, or in this network by a VPN. At the first log-in');
    expect(text).toContain('passwords for Nextcloud and the shares');
    expect(text).not.toContain('code on your phone');
    const open = card('bob', {
      home,
      certificates: { mode: 'acme-http' },
      nextcloud: { ...nextcloud, secondFactor: 'everybody' },
    });
    expect(open).toContain('at home and away');
    expect(open).toContain('code on your phone');
  });

  it('says how the app of the phone brings the pictures, and that they wait where nothing is reached from outside', () => {
    const shown = { shares: family.shares, nextcloud: { enabled: true } };
    const text = card('alice', { ...shown, people: people({ photos: { share: 'photos' } }) });
    expect(text).toContain('Remote folder <code>/photos/alice</code>; Use subfolders, Year/Month');
    expect(text).toContain('destination <code>/photos/alice</code>');
    expect(text).toContain('Away from home they wait until the phone is back.');
    expect(card('bob', { ...shown, people: people({ photos: { share: 'photos' } }) })).not.toContain(
      'Pictures of your',
    );
    const open = card('alice', {
      ...shown,
      people: people({ photos: { share: 'photos' } }),
      home: { ...family.home, admin: { email: 'alice@mail.example.org' } },
      certificates: { mode: 'acme-http' },
      nextcloud: { enabled: true, exposures: ['lan', 'internet'] },
    });
    expect(open).toContain('Pictures of your phone');
    expect(open).not.toContain('they wait until');
  });

  it('says how Syncthing brings them, and what then stays off in the app of Nextcloud', () => {
    const devices = [
      { name: 'laptop', syncthing: standInDeviceId('a laptop'), camera: false },
      { name: 'phone', syncthing: standInDeviceId('a phone') },
    ];
    const changes = { people: people({ devices, photos: { share: 'documents', by: 'syncthing' } }) };
    const text = card('alice', changes);
    expect(text).toContain('Syncthing on <strong>phone</strong> brings them into <code>documents</code>');
    expect(text).not.toContain('Auto upload off');
    expect(card('alice', { ...changes, nextcloud: { enabled: true } })).toContain('leave Auto upload off');
  });

  it('says from where the links for guests open, and what they have', () => {
    const nextcloud = { enabled: true, exposures: ['lan' as const, 'internet' as const] };
    const outside = {
      home: { ...family.home, admin: { email: 'a@mail.example.org' } },
      certificates: { mode: 'acme-http' as const },
    };
    const text = card('bob', { nextcloud: { enabled: true } });
    expect(text).toContain('New → Create file request');
    expect(text).toContain(
      'A link has a password and ends after 30 days at the latest, and <strong>opens at home only',
    );
    const open = card('bob', {
      ...outside,
      nextcloud: { ...nextcloud, links: { password: false, days: 7, uploads: false } },
    });
    expect(open).toContain('A link ends after 7 days at the latest.');
    expect(open).not.toMatch(/at home only|file request/);
    expect(card('bob', { nextcloud: { enabled: true, links: { enabled: false } } })).not.toContain('For guests');
  });

  it('has the gallery where it is on', () => {
    const text = (gallery: boolean) => card('bob', { nextcloud: { enabled: true, gallery } });
    expect(text(true)).toContain('<code>https://nextcloud.cloud.example.org/apps/memories</code>');
    expect(text(false)).not.toContain('memories');
  });

  it('says how to trust the authority of the home, where it has one', () => {
    expect(card('alice')).toContain(new X509Certificate(standInRoot).fingerprint256);
    expect(card('alice', { certificates: { mode: 'none' } })).not.toMatch(/trust|SHA-256/);
  });

  it('is HTML whatever the name is', () => {
    const text = card('alice', { people: people({ fullName: '</title><script>alert(1)</script>' }) });
    expect(text).not.toContain('<script');
    expect(text).toContain('&lt;script&gt;');
  });

  it('says so where there is nothing', () => {
    expect(card('alice', { shares: [], certificates: { mode: 'none' } })).toContain('There is nothing for you yet.');
  });
});

describe('first passwords of Nextcloud', () => {
  const logins = (changes: Partial<WrittenConfig>) =>
    modelOf({ ...family, ...changes }).secrets.filter(({ name }) => name.startsWith('login-'));

  it('are made for everybody, are for the card of secrets, and stay at home', () => {
    expect(logins(withoutNextcloud)).toEqual([]);
    const secrets = logins({ nextcloud: { enabled: true } });
    expect(secrets.map(({ source }) => source)).toEqual(
      ['alice', 'bob', 'carol', 'dave'].map((user) => ({ kind: 'password', user })),
    );
    for (const { places, onBoards } of secrets) {
      expect(places.map((place) => place.in)).toEqual(['boards']);
      expect(onBoards).toEqual([]);
    }
  });
});
