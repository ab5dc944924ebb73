import { expect, it } from '@jest/globals';
import type { Secret } from '../model/secrets.ts';
import { authorityProblems } from '../secret-store/authority.ts';
import { makeCertificateAuthority } from '../secret-values/certificate-authority.ts';

const now = new Date('2026-11-24T12:00:00Z');

function authority(domain: string, subnet: string): Secret {
  return {
    name: 'home-ca',
    purpose: 'signs',
    source: { kind: 'certificate-authority', domain, subnet },
    places: [],
    rotation: 'nothing',
  };
}

it.each([
  ['cloud.example.org', '192.168.1.0/24'],
  // Longer than the length byte of DER can tell alone.
  [`${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.org`, '10.0.0.0/8'],
])('an authority signs for the home that it was made for: %s', async (domain, subnet) => {
  const { 'ca.crt': root } = await makeCertificateAuthority({ home: 'home', domain, subnet, now });
  expect(authorityProblems(authority(domain, subnet), root)).toEqual([]);
  for (const [other, network, message] of [
    [`x${domain}`, subnet, `home.domain x${domain}`],
    [domain.slice(1), subnet, `home.domain ${domain.slice(1)}`],
    [domain, '192.168.2.0/24', 'network.subnet 192.168.2.0/24'],
    [domain, subnet.replace(/\d+$/, '9'), `network.subnet ${subnet.replace(/\d+$/, '9')}`],
  ] as const) {
    expect(authorityProblems(authority(other, network), root)).toEqual([
      {
        code: 'SEC015',
        message: `home-ca was made for another home, and cannot sign for ${message}`,
        hint: 'make another one, and install its root on every device: homecloud secrets rotate home-ca',
      },
    ]);
  }
});

it('a root that is no certificate is told, and one that is not made yet is not missed here', () => {
  const secret = authority('cloud.example.org', '192.168.1.0/24');
  expect(authorityProblems(secret, 'nonsense')).toMatchObject([{ code: 'SEC012' }]);
  expect(authorityProblems(secret, undefined)).toEqual([]);
});
