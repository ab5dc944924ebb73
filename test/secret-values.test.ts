import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { formatDeviceId, isDeviceId, normalizeDeviceId } from '../model/syncthing-id.ts';
import { makeCertificateAuthority } from '../secret-values/certificate-authority.ts';
import { deviceIdOf } from '../secret-values/device-id.ts';
import { htpasswdLine, verifyHtpasswd } from '../secret-values/htpasswd.ts';
import { weakness } from '../secret-values/known-defaults.ts';
import { paperCopy, readPaperCopy } from '../secret-values/paper.ts';
import {
  alphabets,
  entropyBits,
  machinePassword,
  makePassword,
  minimumEntropyBits,
  personalPassword,
} from '../secret-values/password.ts';
import { makeSshKey, publicOf } from '../secret-values/ssh-key.ts';
import { makeSyncthingIdentity } from '../secret-values/syncthing.ts';
import { makeToken, tokenBytes } from '../secret-values/token.ts';

const now = new Date('2026-11-24T10:20:30Z');

describe('password', () => {
  it('uses each character of its alphabet as often as any other, in each place', () => {
    const alphabet = alphabets.typed;
    const count = 4000;
    const passwords = Array.from({ length: count }, () => makePassword({ alphabet: 'typed', length: 28 }));
    const expected = (count * 28) / alphabet.length;
    const seen = Array.from(alphabet, (one) => passwords.join('').split(one).length - 1);
    expect(seen.reduce((sum, one) => sum + one)).toBe(count * 28);
    // Chi-squared with 30 degrees of freedom is above 100 once in 300 million runs; a biased modulo gives about 300.
    expect(seen.reduce((sum, one) => sum + (one - expected) ** 2 / expected, 0)).toBeLessThan(100);
    for (let place = 0; place < 28; place++) {
      expect(new Set(passwords.map((one) => one[place])).size).toBe(alphabet.length);
    }
  });

  it('is for people in groups that a phone types without a shift key', () => {
    expect(makePassword(personalPassword)).toMatch(/^[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){6}$/);
    expect(entropyBits(personalPassword)).toBeGreaterThan(minimumEntropyBits);
  });

  it('has no character that a consumer reads as its own, and 128 bits', () => {
    expect(makePassword(machinePassword)).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(entropyBits(machinePassword)).toBeCloseTo(190.5, 1);
    expect(Object.values(alphabets).join('')).toMatch(/^[A-Za-z0-9]+$/);
    for (const alphabet of Object.values(alphabets)) expect(new Set(alphabet).size).toBe(alphabet.length);
  });

  it('is weak only with a reason', () => {
    const weak = { alphabet: 'alphanumeric', length: 8 } as const;
    expect(() => makePassword(weak)).toThrow('47 bits');
    expect(makePassword({ ...weak, weakerBecause: 'VNC reads 8 characters' })).toHaveLength(8);
  });

  it('has a last group that may be shorter', () => {
    expect(makePassword({ alphabet: 'typed', length: 27, groupsOf: 5 })).toMatch(/^(\w{5}-){5}\w{2}$/);
  });
});

describe('token', () => {
  it('is what k3s takes as a short token', () => {
    const tokens = Array.from({ length: 200 }, () => makeToken(tokenBytes));
    for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  it('cannot be short', () => {
    expect(() => makeToken(15)).toThrow('at least 16');
  });
});

describe('SSH key', () => {
  it('gives its public half back', () => {
    // The padding differs with the length of the comment.
    for (const comment of ['', 'f', 'fluxy', 'flux@home', 'Flux of the home «Müller»']) {
      const { privateKey, ...public_ } = makeSshKey(comment);
      expect(publicOf(privateKey)).toEqual(public_);
      expect(public_.publicKey).toMatch(/^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}( |$)/);
    }
  });

  it('is refused when a bit of it is wrong', () => {
    const { privateKey, ...public_ } = makeSshKey('');
    const bytes = Buffer.from(privateKey.split('\n').slice(1, -2).join(''), 'base64');
    const pem = (body: Buffer) =>
      `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`;
    expect(publicOf(pem(bytes))).toEqual(public_);
    for (let place = 0; place < bytes.length; place++) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(place) ^ 1, place);
      expect(() => publicOf(pem(damaged))).toThrow('no Ed25519 private key');
      expect(() => publicOf(pem(bytes.subarray(0, place)))).toThrow('no Ed25519 private key');
    }
    expect(() => publicOf('-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n')).toThrow('BEGIN and');
  });

  it('has a comment of one line', () => {
    expect(() => makeSshKey('flux\nssh-ed25519 AAAA')).toThrow('one line');
  });
});

describe('certificate authority', () => {
  const home = { home: 'oakwood', domain: 'cloud.example.org', now };

  it('is a root and the authority below it, with the dates and the name of the home', async () => {
    const secret = await makeCertificateAuthority(home);
    const [root, signer] = [secret['ca.crt'], secret['tls.crt']].map((pem) => new X509Certificate(pem));
    expect(root?.checkIssued(root)).toBe(true);
    expect(root && signer?.verify(root.publicKey)).toBe(true);
    expect(root && signer?.checkIssued(root)).toBe(true);
    expect(signer?.checkPrivateKey(createPrivateKey(secret['tls.key']))).toBe(true);
    expect(root?.subject).toBe('O=homecloud\nCN=oakwood private CA 2026-11-24');
    expect(signer?.subject).toBe('O=homecloud\nCN=oakwood signing CA 2026-11-24');
    for (const one of [root, signer]) {
      expect(one?.ca).toBe(true);
      expect(new Date(one?.validFrom ?? 0)).toEqual(new Date('2026-11-24T00:00:00Z'));
      expect(new Date(one?.validTo ?? 0)).toEqual(new Date('2036-11-24T00:00:00Z'));
    }
    expect(secret['tls.key']).toMatch(/^-----BEGIN PRIVATE KEY-----\n[^-]+\n-----END PRIVATE KEY-----\n$/);
  });

  it('has another key and serial number each time, and a common name that is never too long', async () => {
    const one = new X509Certificate((await makeCertificateAuthority(home))['tls.crt']);
    const long = { ...home, home: 'h'.repeat(63) };
    const other = new X509Certificate((await makeCertificateAuthority(long))['tls.crt']);
    expect(one.serialNumber).not.toBe(other.serialNumber);
    expect(one.serialNumber.length).toBeGreaterThan(16);
    expect(one.fingerprint256).not.toBe(other.fingerprint256);
    expect(/CN=(.*)/.exec(other.subject)?.[1]).toHaveLength(64);
  });
});

describe('Syncthing identity', () => {
  // Of Syncthing 1.19.2: `syncthing --device-id` with this certificate.
  const id = '2U7T6QU-2IQP34E-JUHNFJE-YGNJZPW-R3KG63S-EM4BRKA-R3HHJGK-GRXZYAO';
  const sha256 = 'd53f3f429a441fbe268769524c19a9cbe3b51bdb9119c0c551d9ce9328d1be70';
  const der = `
    MIICHTCCAaOgAwIBAgIJANHz21OdnfbqMAoGCCqGSM49BAMCMEoxEjAQBgNVBAoTCVN5bmN0aGluZzEgMB4GA1UECxMXQXV0b21hdGljYWxseSBHZW5l
    cmF0ZWQxEjAQBgNVBAMTCXN5bmN0aGluZzAeFw0yNjExMjQwMDAwMDBaFw00NjExMTkwMDAwMDBaMEoxEjAQBgNVBAoTCVN5bmN0aGluZzEgMB4GA1UE
    CxMXQXV0b21hdGljYWxseSBHZW5lcmF0ZWQxEjAQBgNVBAMTCXN5bmN0aGluZzB2MBAGByqGSM49AgEGBSuBBAAiA2IABH70jru7LrIY8nlG9PcqePEd
    AiPHGZvtQfsvV9xuAxMCie7Sk7P2Vbumu3YNz7iqdZCvN+oGFoRyMm9lu4LLjGNN5l7WJAJwySi2uVuS1VzdZok4n8VTKk/HeyjmrVKqIKNVMFMwDgYD
    VR0PAQH/BAQDAgWgMB0GA1UdJQQWMBQGCCsGAQUFBwMBBggrBgEFBQcDAjAMBgNVHRMBAf8EAjAAMBQGA1UdEQQNMAuCCXN5bmN0aGluZzAKBggqhkjO
    PQQDAgNoADBlAjEA9M425Z85mVX4BaBS+P9yMWSJboFwZuNaSUcxSO2zh2o7GT14+uafCvMJUuz3LSATAjBRj8ySL32u6gqTPDwHlWCzulaDgOlpabtO
    pH0PricYPhJul76x7sRk6sKQiF8Z330=`;

  it('has the ID that Syncthing shows', () => {
    expect(formatDeviceId(Buffer.from(sha256, 'hex'))).toBe(id);
    expect(deviceIdOf(new X509Certificate(Buffer.from(der, 'base64')).toString())).toBe(id);
  });

  it('forgives what Syncthing forgives in an ID', () => {
    for (const typed of [id, id.toLowerCase(), id.replaceAll('-', ''), ` ${id.replaceAll('-', ' ')}\n`]) {
      expect(normalizeDeviceId(typed)).toBe(id);
      expect(isDeviceId(typed)).toBe(true);
    }
    expect(normalizeDeviceId(id.replaceAll('B', '8').replaceAll('I', '1').replaceAll('O', '0'))).toBe(id);
  });

  it('sees each wrong character of an ID', () => {
    const bare = id.replaceAll('-', '');
    for (let place = 0; place < bare.length; place++) {
      const wrong = bare[place] === 'A' ? 'B' : 'A';
      expect(isDeviceId(bare.slice(0, place) + wrong + bare.slice(place + 1))).toBe(false);
    }
    for (const wrong of ['', bare.slice(1), `${bare}A`, bare.replace('2', '9'), bare.replace('U', 'Ü')]) {
      expect(isDeviceId(wrong)).toBe(false);
    }
  });

  it('is made with the fields of Syncthing', async () => {
    const { certificate, key, deviceId } = await makeSyncthingIdentity(now);
    const made = new X509Certificate(certificate);
    const vector = new X509Certificate(Buffer.from(der, 'base64'));
    for (const field of ['subject', 'issuer', 'subjectAltName', 'validFrom', 'validTo', 'ca', 'keyUsage'] as const) {
      expect(made[field]).toEqual(vector[field]);
    }
    expect(made.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'secp384r1' });
    expect(made.verify(made.publicKey)).toBe(true);
    expect(key).toMatch(/^-----BEGIN EC PRIVATE KEY-----/);
    expect(deviceId).toBe(deviceIdOf(certificate));
    expect(isDeviceId(deviceId)).toBe(true);
  });
});

describe('htpasswd', () => {
  it('is a line that fits the user and the password only', () => {
    const line = htpasswdLine('alice', 'wörd:,$ "x');
    expect(line).toMatch(/^alice:\$2y\$08\$[./A-Za-z0-9]{53}$/);
    expect(verifyHtpasswd(line, 'alice', 'wörd:,$ "x')).toBe(true);
    expect(verifyHtpasswd(line, 'alice', 'wörd:,$ "y')).toBe(false);
    expect(verifyHtpasswd(line, 'bob', 'wörd:,$ "x')).toBe(false);
    expect(htpasswdLine('alice', 'wörd:,$ "x')).not.toBe(line);
  });

  it('takes no password that bcrypt would cut, and no user that breaks the line', () => {
    expect(verifyHtpasswd(htpasswdLine('a', 'x'.repeat(72)), 'a', 'x'.repeat(72))).toBe(true);
    expect(() => htpasswdLine('a', 'ü'.repeat(37))).toThrow('72 bytes');
    expect(() => htpasswdLine('a', 'x\0y')).toThrow('NUL');
    for (const user of ['', 'a:b', 'a\nb', '#a', ' a']) expect(() => htpasswdLine(user, 'x')).toThrow('no colon');
  });
});

describe('weakness', () => {
  it.each([
    ['', 'empty'],
    [' \t\n', 'white space'],
    ['dnas', 'well-known'],
    ['changeme', 'well-known'],
    ['ChangeMe!', 'well-known'],
    ['changeme12345', 'well-known'],
    ['some-SUPER-DEDEUPER-secret-password', 'well-known'],
    ['s1cret0', 'well-known'],
    ['password', 'well-known'],
    ['Passphrase', 'well-known'],
    [' admin\n', 'well-known'],
    ['homecloud2026', 'well-known'],
    ['secret', 'well-known'],
    ['eleven char', '11 characters'],
    ['aaaaaaaaaaaaaaaa', 'one character'],
    ['xyzwxyzwxyzw', 'short part'],
    ['abcdefghijklmnop', 'follow'],
    ['3210987654321', 'follow'],
    ['QWERTYUIOPqwe', 'follow'],
  ])('%j is refused', (value, reason) => {
    expect(weakness(value)).toContain(reason);
  });

  it('knows the name that goes with it', () => {
    expect(weakness('alice', { user: 'alice' })).toContain('the name alice');
    expect(weakness('Alice-alice-2026', { user: 'alice' })).toContain('the name alice');
    expect(weakness('kT9-alice-wq3d-7pmx', { user: 'alice' })).toBeUndefined();
  });

  it('lets through what was made, and a sentence', () => {
    for (let turn = 0; turn < 200; turn++) {
      expect(weakness(makePassword(personalPassword), { user: 'al' })).toBeUndefined();
      expect(weakness(makeToken(16))).toBeUndefined();
    }
    expect(weakness('four horses left the old barn')).toBeUndefined();
  });

  // An expression that tries again at each sign would need hours.
  it('judges a file of a megabyte', () => {
    for (const value of [`${'a'.repeat(1e6)}b`, `a${'1'.repeat(1e6)}b`, `${'ab1'.repeat(4e5)}c`]) {
      expect(weakness(value, { user: 'alice' })).toBeUndefined();
    }
  });

  it('never says the value', () => {
    for (const value of ['changeme', 'eleven char', 'xyzwxyzwxyzw', 'abcdefghijklmnop']) {
      expect(weakness(value)).not.toContain(value);
    }
  });
});

// Made by age-encryption for this test, and used nowhere.
describe.each([
  // Two throw-away identities.
  ['classic', 'AGE-SECRET-KEY-1GFMMP0ETSZ38CHCL7MSA0VSCJVQHUAU6ANN28C5F7J6JZP770NNS69L6X0'],
  ['post-quantum', 'AGE-SECRET-KEY-PQ-1U9ADAGP5VM8DYKAST34TGJJ4UK2TA4XWSRNVZ323L37CTEENJVFSUNLPZY'],
])('paper copy, %s', (_, text) => {
  const page = paperCopy({ title: 'Home identity of oakwood', text, fingerprint: 'age1…', ink: 'dark' });
  const lines = page.split('\n').filter((line) => /^\d:/.test(line));

  it('reads back, typed as people type', () => {
    expect(lines).toHaveLength(5);
    const forms = {
      page,
      'scanned from the QR code': text,
      'scanned, with a line break': `${text}\n`,
      'without hyphens': text.replaceAll('-', ''),
      lines: lines.join('\n'),
      'on Windows': lines.join('\r\n'),
      'lower case, without spaces': lines.join('\n').toLowerCase().replaceAll(' ', ''),
      'without numbers': lines.map((line) => line.slice(2)).join('\n'),
      'numbers in other forms': lines.map((line) => line.replace(':', '.').replace('/', '')).join('\n\n'),
      'in another order': lines.toReversed().join('\n'),
      'with look-alikes': lines.join('\n').replaceAll('0', 'o').replaceAll('8', 'b'),
      'with hyphens between groups': lines.join('\n').replaceAll(/(?<=\w) (?=\w)/g, '-'),
    };
    for (const [name, typed] of Object.entries(forms)) {
      expect({ name, ...readPaperCopy(typed) }).toEqual({ name, text });
    }
  });

  it('says which line is wrong, and nothing of what stands in it', () => {
    for (const [index, line] of lines.entries()) {
      const wrong = lines.with(
        index,
        line.replace(/(\w)(\W+\/)/, (_all, last, rest) => (last === 'Q' ? 'P' : 'Q') + rest),
      );
      expect(readPaperCopy(wrong.join('\n'))).toEqual({
        problem: `Line ${index + 1} does not fit its 2 check characters.`,
      });
      expect(readPaperCopy(lines.toSpliced(index, 1).join('\n'))).toEqual({
        problem: `Line ${index + 1} of 5 is missing.`,
      });
    }
    const [first = '', second = '', third = '', ...others] = lines.map((line) => line.slice(2));
    expect(readPaperCopy([first, third, second, ...others].join('\n'))).toEqual({
      problem: 'Line 2 does not fit its 2 check characters.',
    });
    expect(readPaperCopy('')).toEqual({ problem: 'Line 1 of 5 is missing.' });
  });
});

it('only an age identity has a paper copy', () => {
  const page = { title: '', text: 'correct horse', fingerprint: '', ink: 'dark' } as const;
  expect(() => paperCopy(page)).toThrow('only an age identity');
});
