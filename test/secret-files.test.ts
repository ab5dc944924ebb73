import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as age from '../secret-files/age.ts';
import * as vault from '../secret-files/ansible-vault.ts';
import type { SecretFileError } from '../secret-files/error.ts';
import * as secret from '../secret-files/kubernetes-secret.ts';
import { isRecipient } from '../secret-files/recipient.ts';
import * as sops from '../secret-files/sops.ts';
import { inspectSops } from '../secret-files/sops-inspect.ts';

const now = new Date('2026-11-24T10:20:30.456Z');
const later = new Date('2026-12-24T10:20:30Z');
let [alice, bob, eve] = ['', '', ''];
let [toAlice, toBob] = ['', ''];
beforeAll(async () => {
  [alice = '', bob = '', eve = ''] = await Promise.all([age.newIdentity(), age.newIdentity(), age.newIdentity()]);
  [toAlice = '', toBob = ''] = await Promise.all([alice, bob].map(age.recipientOf));
});

/** What a refusal says. @throws when nothing was refused, or by an error that is not for a person */
async function refusal(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'SecretFileError') throw error;
    expect((error as SecretFileError).hint).toMatch(/\S/);
    return error.message;
  }
  throw new Error('it was not refused');
}

const treacherous = [
  '1e3',
  '0644',
  'yes',
  'null',
  '~',
  '2026-11-24',
  '{{ x }}',
  '!unsafe',
  'a\tb',
  '',
  ' ',
  '\n',
  '=',
  '-',
];
const treacherousMore = [
  'a\n',
  'a\n\n',
  '\na',
  'a\r\nb',
  '# no comment',
  'a: b',
  '\u0000',
  '\u2028\u0085',
  '\ufeffx',
  'é🎉',
];
const texts = fc.oneof(
  fc.constantFrom(...treacherous, ...treacherousMore),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const keys = fc.oneof(
  fc.stringMatching(/^[-._a-zA-Z0-9]{1,20}$/),
  fc.constantFrom('1', '10', '2', 'y', 'n', 'null', 'true', '1.5', 'tls.crt', '__proto__', 'data', '2026-11-24', '-'),
);
const bytes = fc.uint8Array({ maxLength: 40 });

const simple = (stringData: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'mail', namespace: 'photos', annotations: { note: '0644', when: '2026-11-24' } },
  type: 'Opaque',
  stringData,
});
const wrongKey = 'None of the given identities can open this file: it is encrypted to other recipients.';

describe('age', () => {
  it('opens with each of the identities alone what it encrypted, armored or not', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (data) => {
        const text = await age.encryptToRecipients(data, [toAlice, toBob]);
        const binary = Buffer.from(text.split('\n').slice(1, -2).join(''), 'base64');
        for (const file of [text, text.replaceAll('\n', '\r\n'), Buffer.from(text), new Uint8Array(binary)]) {
          expect(Buffer.from(await age.decryptWithIdentities(file, [eve, bob]))).toEqual(Buffer.from(data));
        }
        expect(await refusal(() => age.decryptWithIdentities(text, [eve]))).toBe(wrongKey);
      }),
      { numRuns: 4 },
    );
  });

  it('refuses a file of which one byte was changed', async () => {
    const text = await age.encryptToRecipients(Buffer.from('secret'), [toAlice]);
    for (let index = 0; index < text.trimEnd().length; index += 7) {
      if (text[index] !== '\n') await refusal(() => age.decryptWithIdentities(mutate(text, index), [alice]));
    }
  });

  it('writes and reads identity files', async () => {
    const file = await age.formatIdentityFile(alice, now);
    expect(file).toBe(`# created: 2026-11-24T10:20:30Z\n# public key: ${toAlice}\n${alice}\n`);
    expect(await age.parseIdentityFile(`${file}\r\n# more\n  ${bob}  \n`)).toEqual([alice, bob]);
  });

  it('says what is wrong with an identity file, and never quotes it', async () => {
    const wrong: Record<string, RegExp> = {
      '# only a comment\n': /holds no identity/,
      [`# one\n${toAlice}\n`]: /Line 2 .* is a recipient/,
      [alice.slice(0, -1)]: /Line 1 .* incomplete or has a typing error/,
      [mutate(alice, 30)]: /Line 1 .* typing error/,
      'AGE-SECRET-KEY-PQ-1QQQ': /Line 1 .* hybrid/,
      'AGE-PLUGIN-YUBIKEY-1QQQ': /Line 1 .* plugin/,
      [await age.encryptToRecipients(Buffer.from(alice), [toAlice])]: /Line 1 .* begins an encrypted file/,
      'correct horse': /Line 1 .* neither/,
    };
    for (const [text, message] of Object.entries(wrong)) {
      const said = await refusal(() => age.parseIdentityFile(text));
      expect(said).toMatch(message);
      expect(said).not.toMatch(/AGE-SECRET-KEY-1\w|horse/);
    }
  });

  it('knows a recipient', async () => {
    expect([toAlice, mutate(toAlice, 20), alice, '', 'age1pq1qqq'].map(isRecipient)).toEqual([
      true,
      ...Array(4).fill(false),
    ]);
    for (const wrong of [[], [toAlice, toAlice], [alice]]) {
      expect(await refusal(() => age.encryptToRecipients(Buffer.from('x'), wrong))).not.toContain('SECRET');
    }
  });
});

/** The text with the character at a place made another one. */
function mutate(text: string, index: number): string {
  const other = text[index]?.toUpperCase() === 'Q' ? 'Z' : 'Q';
  const cased = text[index] === text[index]?.toLowerCase() ? other.toLowerCase() : other;
  return text.slice(0, index) + cased + text.slice(index + 1);
}

describe('SOPS', () => {
  it('reads back what it wrote, whatever the values', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(keys, texts, { minKeys: 1, maxKeys: 6 }), texts, async (values, note) => {
        const document = { ...simple(values), metadata: { name: 'a', note, immutable: true, count: 3, none: null } };
        const text = await sops.writeSops(document, [toAlice], now);
        expect(await sops.readSops(text, [alice])).toEqual(document);
        const { clear, empty, stringData } = inspectSops(text);
        expect(clear).toEqual([]);
        expect(new Set(stringData)).toEqual(new Set(Object.keys(values)));
        expect(empty).toHaveLength(Object.values(values).filter((value) => value === '').length);
      }),
      { numRuns: 40 },
    );
  });

  it('holds 1 MiB', async () => {
    const long = 'é'.repeat(2 ** 19);
    const text = await sops.writeSops(simple({ long }), [toAlice], now);
    expect(await sops.readSops(text, [alice])).toEqual(simple({ long }));
  });

  it('keeps texts and bytes of a Secret', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(keys, fc.oneof(texts, bytes), { minKeys: 1 }), async (values) => {
        const document = secret.secretDocument({ name: 'a', namespace: 'b', values });
        const read = secret.secretValues(await sops.readSops(await sops.writeSops(document, [toAlice], now), [alice]));
        expect(new Map(read)).toEqual(new Map(Object.entries(values).map(([key, value]) => [key, Buffer.from(value)])));
      }),
      { numRuns: 25 },
    );
  });

  it('tells without a key what is in a document', async () => {
    const text = await sops.writeSops(simple({ password: 'x', user: '' }), [toAlice, toBob], now);
    expect(inspectSops(text)).toEqual({
      encrypted: true,
      apiVersion: 'v1',
      kind: 'Secret',
      name: 'mail',
      namespace: 'photos',
      type: 'Opaque',
      data: [],
      stringData: ['password', 'user'],
      clear: [],
      empty: ['stringData.user'],
      recipients: [toAlice, toBob],
      lastModified: new Date('2026-11-24T10:20:30Z'),
    });
  });

  it('finds clear text', async () => {
    const text = await sops.writeSops(simple({ a: 'x', b: 'y', c: 'z' }), [toAlice], now);
    const edited = text
      .replace(/( {4}a:) .*/, '$1 hunter2')
      .replace(/( {4}b:) .*/, '$1 12')
      .replace(/( {4}c:) (.*)\]/, '$1 "$2] "');
    expect(inspectSops(edited).clear).toEqual(['stringData.a', 'stringData.b', 'stringData.c']);
    const said = await refusal(() => sops.readSops(edited, [alice]));
    expect(said).toBe('The value stringData.a is not encrypted, or was changed after it was encrypted.');
    const plain = 'kind: Secret\nmetadata:\n  name: a\ndata:\n  k: aGk=\n  e:\n';
    expect(inspectSops(plain)).toMatchObject({
      encrypted: false,
      clear: ['data.k'],
      empty: ['data.e'],
      recipients: [],
    });
    expect(await refusal(() => sops.readSops(plain, [alice]))).toMatch(/not encrypted/);
  });

  it('refuses a document of which one byte of a value, a key, the MAC or the stanza was changed', async () => {
    const text = await sops.writeSops(simple({ password: 'secret', 'tls.key': 'long\n'.repeat(9) }), [toAlice], now);
    const watched = [
      ...text.matchAll(/^ *(?:apiVersion|kind|name|namespace|note|when|type|enc|encrypted_regex): (.*)$/gm),
    ]
      .concat([...text.matchAll(/^ *- (enc: \|)$/gm), ...text.matchAll(/^ *(password: .*|tls.key: .*)$/gm)])
      .concat([...text.matchAll(/^ {12}(\S.*)$/gm), ...text.matchAll(/^ *(?:recipient|lastmodified|mac): (.*)$/gm)]);
    const places = watched.flatMap(({ 0: line, 1: part = '', index }) =>
      Array.from(part, (_, offset) => index + line.length - part.length + offset),
    );
    expect(places.length).toBeGreaterThan(1000);
    const unnoticed: string[] = [];
    // Each in turn would take too long: every ninth, and each time others.
    for (let index = Math.floor(Math.random() * 9); index < places.length; index += 9) {
      const changed = mutate(text, places[index] ?? 0);
      if (text[places[index] ?? 0] === ' ') continue;
      await refusal(() => sops.readSops(changed, [alice])).catch((error) => unnoticed.push(`${error}\n${changed}`));
    }
    expect(unnoticed).toEqual([]);
  });

  it('refuses values that were swapped, deleted, or taken from another document', async () => {
    const text = await sops.writeSops(simple({ a: 'one', b: 'two' }), [toAlice], now);
    const other = await sops.writeSops(simple({ a: 'one', b: 'two' }), [toAlice], now);
    const [, a = '', b = ''] = /a: (ENC.*)\n {4}b: (ENC.*)\n/.exec(text) ?? [];
    const [, foreign = ''] = /a: (ENC.*)\n/.exec(other) ?? [];
    for (const edited of [
      text.replace(a, b),
      text.replace(`    b: ${b}\n`, ''),
      text.replace(a, '""'),
      text.replace(a, foreign),
      text.replace('    name: mail\n    namespace: photos\n', '    namespace: photos\n    name: mail\n'),
    ]) {
      expect(edited).not.toBe(text);
      expect(await refusal(() => sops.readSops(edited, [alice]))).toMatch(/changed after/);
    }
  });

  it('says in one sentence that the key is the wrong one', async () => {
    const text = await sops.writeSops(simple({ a: 'x' }), [toAlice], now);
    for (const work of [
      () => sops.readSops(text, [eve, bob]),
      () => sops.rewrapSops(text, [eve], [toBob]),
      () => sops.updateSops(text, [eve], { a: 'y' }, now),
    ]) {
      expect(await refusal(work)).toBe(wrongKey);
    }
  });

  it('re-wraps for other recipients, and touches nothing else', async () => {
    const text = await sops.writeSops(simple({ a: 'x' }), [toAlice], now);
    const both = await sops.rewrapSops(text, [alice], [toBob, toAlice]);
    const withoutList = (one: string) => one.replace(/ {4}age:\n(?: {8}.*\n)+/, '');
    expect(withoutList(both)).toBe(withoutList(text));
    expect(await sops.rewrapSops(both, [bob], [toAlice, toBob])).toBe(both);
    const onlyBob = await sops.rewrapSops(both, [alice], [toBob]);
    expect(await sops.readSops(onlyBob, [bob])).toEqual(simple({ a: 'x' }));
    expect(await refusal(() => sops.readSops(onlyBob, [alice]))).toBe(wrongKey);
    expect(inspectSops(onlyBob).recipients).toEqual([toBob]);
  });

  it('updates values, and keeps the ciphertext of the others', async () => {
    const text = await sops.writeSops(simple({ a: 'one', b: 'two', c: 'three', d: '' }), [toAlice], now);
    expect(await sops.updateSops(text, [alice], { a: 'one', d: '', nothing: undefined }, later)).toBe(text);
    const commented = text.replace(/( {4}a: .*)/, '    # a comment\n$1 # and one more');
    const changes = { a: '2', b: undefined, d: 'now', e: 'new', f: '' };
    const updated = await sops.updateSops(commented, [alice], changes, later);
    expect(await sops.readSops(updated, [alice])).toEqual(simple({ a: '2', c: 'three', d: 'now', e: 'new', f: '' }));
    const [c] = / {4}c: ENC.*\n/.exec(text) ?? ['?'];
    expect(updated).toContain(c);
    expect(updated).toMatch(/ {4}# a comment\n {4}a: ENC\S+ # and one more\n/);
    expect(inspectSops(updated).lastModified).toEqual(later);
    const none = { a: undefined, b: undefined, c: undefined, d: undefined };
    expect(await refusal(() => sops.updateSops(text, [alice], none, later))).toMatch(/No value would be left/);
  });

  it('says what it leaves to sops', async () => {
    const text = await sops.writeSops(simple({ a: 'x' }), [toAlice], now);
    const beyond: Record<string, string> = {
      'sops.pgp': text.replace('    mac:', '    pgp:\n        - fp: x\n    mac:'),
      'sops.key_groups': text.replace('    mac:', '    key_groups: []\n    mac:'),
      'sops.mac_only_encrypted': text.replace('    mac:', '    mac_only_encrypted: true\n    mac:'),
      'sops.unencrypted_suffix': text.replace(/encrypted_regex: .*/, 'unencrypted_suffix: _x'),
      'encrypted_regex other': text.replace(/encrypted_regex: .*/, 'encrypted_regex: ^x$'),
      'an anchor': text.replace('name: mail', 'name: &x mail'),
      'a tag': text.replace('name: mail', 'name: !!str mail'),
    };
    for (const [what, edited] of Object.entries(beyond)) {
      expect(await refusal(() => inspectSops(edited))).toMatch(new RegExp(`${what}.* not handle`));
    }
    const empty = text.replace('    mac:', '    kms: []\n    pgp: []\n    mac:');
    expect(await sops.readSops(empty, [alice])).toEqual(simple({ a: 'x' }));
    for (const wrong of ['', '- a\n', 'a: "b', 'a: b\n---\nc: d\n', '{"a": 1}', 'a: b\na: c\n']) {
      await refusal(() => inspectSops(wrong));
    }
  });

  it('writes no value that it could not give back', async () => {
    for (const value of ['\ud800', 12, true, null]) {
      const document = { ...simple({}), stringData: { a: value } };
      expect(await refusal(() => sops.writeSops(document, [toAlice], now))).toMatch(/stringData.a is not a text/);
    }
  });
});

describe('Ansible Vault', () => {
  const salt = Buffer.from(Array.from({ length: 32 }, (_, index) => index));

  // Made by ansible-vault 2.21.5 from the same salt.
  const vector = `$ANSIBLE_VAULT;1.1;AES256
30303031303230333034303530363037303830393061306230633064306530663130313131323133
3134313531363137313831393161316231633164316531660a626362396563323534303565636662
35636162396638303264643438613131373837383330373532626231373139376338346466653635
3431616438643534300a353466633965386239616265333665303636313865393034366265323538
3366
`;

  it('writes and reads the vector', () => {
    expect(vault.encryptVault('s3crét: 1\n', 'pässword', { salt })).toBe(vector);
    for (const text of [vector, vector.replaceAll('\n', '\r\n'), vector.replaceAll('\n', ' \n'), vector.trim()]) {
      expect(vault.decryptVault(text, 'pässword\n').toString()).toBe('s3crét: 1\n');
    }
  });

  it('reads back what it wrote, with a label or without', () => {
    const label = fc.constantFrom(undefined, 'homecloud');
    fc.assert(
      fc.property(fc.oneof(texts, bytes), label, (plaintext, name) => {
        const text = vault.encryptVault(plaintext, 'pw', name === undefined ? {} : { label: name });
        expect(text.split('\n')[0]).toBe(`$ANSIBLE_VAULT;${name ? '1.2;AES256;homecloud' : '1.1;AES256'}`);
        expect(vault.decryptVault(text, 'pw')).toEqual(Buffer.from(plaintext));
      }),
      { numRuns: 12 },
    );
  });

  it('refuses a wrong password, a changed byte, and what is none', async () => {
    const said = await refusal(() => vault.decryptVault(vector, 'password'));
    expect(said).toMatch(/^The Vault password does not open this file/);
    for (let index = 0; index < vector.length - 1; index += 23) {
      const digit = vector[index] === '3' ? '6' : '3';
      const changed = vector.slice(0, index) + digit + vector.slice(index + 1);
      await refusal(() => vault.decryptVault(changed, 'pässword'));
    }
    expect(await refusal(() => vault.decryptVault('a: b\n', 'x'))).toMatch(/not a file of Ansible Vault/);
    expect(await refusal(() => vault.encryptVault('a', ' \n'))).toMatch(/empty/);
    expect([vault.isVault(vector), vault.isVault(Buffer.from(vector)), vault.isVault('a: b')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('keeps the ciphertext of what does not change', () => {
    const old = vault.encryptVault('a: 1\n', 'pw', { label: 'homecloud' });
    expect(vault.updateVault(old, 'a: 1\n', 'pw')).toBe(old);
    const updated = vault.updateVault(old, 'a: 2\n', 'pw');
    expect(updated).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;homecloud\n/);
    expect(vault.decryptVault(updated, 'pw').toString()).toBe('a: 2\n');
  });
});
