// What secret-files/ writes, read by age, SOPS and Ansible Vault; and what they write, read by secret-files/.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { tool, withPath } from './install.mjs';
import { describe, run, succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';
import { sources } from './sources.mjs';

const now = new Date('2026-11-24T10:20:30Z');
const textLength = 2 ** 20;

/** Values that a reader of YAML or of JSON could take for something else, by a key that it could, too. */
const texts = Object.fromEntries(
  [
    ...[
      '1e3',
      '0644',
      'yes',
      'null',
      '~',
      '2026-11-24',
      '2026-11-24T10:20:30Z',
      '12:30:45',
      '0x1F',
      '1_000',
      '.inf',
      '=',
    ],
    ...[
      '',
      ' ',
      '\n',
      'a\n',
      'a\n\n',
      '\n\na',
      'a\nb',
      'a\r\nb\r\n',
      '\t',
      'a\tb',
      ' a ',
      '# none',
      'a: b',
      '- a',
      '"\'\\',
    ],
    ...[
      '{{ x }}',
      '!unsafe',
      '&a',
      '*a',
      '%a',
      '@a',
      '`a',
      '|',
      '---',
      '...',
      '$' + '{HOME}',
      'ENC[AES256_GCM,data:x]',
    ],
    ...['grüße', '🎉', '\u2028\u2029\u0085', '\ufeffa', '\u0000\u0001\u007f', 'a'.repeat(5000), 'word '.repeat(2000)],
    ...fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), { numRuns: 60, seed: 20261124 }),
  ].map((text, index) => [`value-${index}`, text]),
);
const keys = { 1: 'a', 10: 'b', 1.5: 'c', y: 'd', null: 'e', true: 'f', '2026-11-24': 'g', 'tls.crt': 'h', '-': 'i' };
const values = {
  ...texts,
  ...keys,
  long: 'é'.repeat(textLength / 2),
  binary: Uint8Array.from({ length: 256 }, (_, index) => index),
  more: Buffer.from(fc.sample(fc.uint8Array({ minLength: 99, maxLength: 99 }), { numRuns: 1, seed: 1 })[0] ?? []),
};
const whole = new Map(Object.entries(values).map(([key, value]) => [key, Buffer.from(value)]));

/** age and age-keygen open and read ours, and we theirs. */
export async function age() {
  const ours = await modules();
  const env = { ...withPath(await tool('age')), TZ: 'UTC' };
  const folder = newFolder('age');
  const identity = await ours.newIdentity();
  const identityFile = write(folder, 'ours.txt', await ours.formatIdentityFile(identity, now));
  const recipient = await ours.recipientOf(identity);
  same('age-keygen -y', (await succeed('age-keygen', ['-y', identityFile], { env })).stdout.trim(), recipient);

  const theirs = join(folder, 'theirs.txt');
  await succeed('age-keygen', ['-o', theirs], { env });
  const [their = ''] = await ours.parseIdentityFile(read(theirs));
  const theirRecipient = await ours.recipientOf(their);
  same('our recipientOf', (await succeed('age-keygen', ['-y', theirs], { env })).stdout.trim(), theirRecipient);
  const [, created] = read(theirs).split(/created: |\n/);
  same('our formatIdentityFile', await ours.formatIdentityFile(their, new Date(created)), read(theirs));

  const other = await ours.newIdentity();
  const otherFile = write(folder, 'other.txt', `${other}\n`);
  for (const [name, bytes] of [...whole].filter(([key]) => ['long', 'binary', 'value-12', 'y'].includes(key))) {
    const armored = write(folder, `${name}.age`, await ours.encryptToRecipients(bytes, [recipient, theirRecipient]));
    for (const file of [identityFile, theirs]) {
      const open = join(folder, `${name}.open`);
      await succeed('age', ['-d', '-i', file, '-o', open, armored], { env });
      same(`age -d ${name}`, readFileSync(open), bytes);
    }
    await refused('age', ['-d', '-i', otherFile, armored], { env }, /no identity matched/);
    const changed = write(folder, 'changed.age', changeAt(read(armored), read(armored).length / 2));
    await refused('age', ['-d', '-i', identityFile, changed], { env }, /failed|invalid|malformed|bad|incorrect/);
    await refusedByUs(() => ours.decryptWithIdentities(read(changed), [identity]), /damaged/);

    const plain = write(folder, name, bytes);
    for (const form of [['-a'], []]) {
      const file = join(folder, `${name}.theirs`);
      await succeed('age', [...form, '-r', recipient, '-o', file, plain], { env });
      same(
        `our decryptWithIdentities ${name}`,
        Buffer.from(await ours.decryptWithIdentities(readFileSync(file), [identity])),
        bytes,
      );
    }
  }
}

/** `sops decrypt` gives what we encrypted, and we read what `sops encrypt` wrote. */
export async function sopsOpens() {
  const { ours, sops, home, identity, recipients, document } = await newHome();
  const file = join(home, 'secrets/kubernetes/photos/mail.sops.yaml');
  write(home, file, await ours.writeSops(document, recipients, now));
  same('sops decrypt', JSON.parse(await sops('decrypt', '--output-type', 'json', file)), document);
  // Flux decrypts the JSON that Kustomize makes of it, with sorted keys and without the MAC.
  const json = write(home, 'flux.json', JSON.stringify(sorted(load(read(file)))));
  const asFlux = ['--ignore-mac', '--input-type', 'json', '--output-type', 'json', json];
  same('sops decrypt as Flux does', JSON.parse(await sops('decrypt', ...asFlux)), document);
  same('our readSops', await ours.readSops(read(file), [identity]), document);
  same('our secretValues', ours.secretValues(await ours.readSops(read(file), [identity])), whole);

  const plain = write(home, 'secrets/kubernetes/photos/plain.json', JSON.stringify(document));
  const theirs = join(home, 'secrets/kubernetes/photos/theirs.sops.yaml');
  const options = ['--filename-override', theirs, '--input-type', 'json', '--output-type', 'yaml', '--output', theirs];
  await sops('encrypt', ...options, plain);
  same('our readSops of theirs', await ours.readSops(read(theirs), [identity]), document);
  const { clear, recipients: found } = ours.inspectSops(read(theirs));
  same('clear text', clear, []);
  same('recipients from our .sops.yaml', found, recipients);
}

/** `sops edit`, `set`, `updatekeys` and `rotate` on ours, and our changes on what they left. */
export async function sopsChanges() {
  const { ours, sops, home, identity, recipients, small: document, secondIdentity } = await newHome();
  const file = join(home, 'secrets/kubernetes/photos/mail.sops.yaml');
  const first = await ours.writeSops(document, recipients, now);
  write(home, file, first);

  const editor = write(
    home,
    'editor.sh',
    '#!/bin/sh\nsed -i "s/one/edited/; s/^ *dropped:.*$/    # a comment/" "$1"\n',
  );
  chmodSync(editor, 0o755);
  await sops('edit', file);
  const edited = { ...document, stringData: { ...document.stringData, a: 'edited' } };
  delete edited.stringData.dropped;
  same('our readSops after sops edit', await ours.readSops(read(file), [identity]), edited);
  // What was not edited stays as it was, to the byte: the layout is that of sops, but for two quotes more than needed.
  const changed = read(file)
    .split('\n')
    .filter((line) => !first.split('\n').includes(line));
  const quoted = [/^ {8}ip: 192/, /^ {8}version: 3d/];
  const expected = [...quoted, /^ {4}a: ENC/, /^ {4}#ENC/, /^ {4}lastmodified: /, /^ {4}mac: /];
  if (changed.length !== expected.length || !changed.every((line, index) => expected[index].test(line))) {
    throw new Error(`sops edit changed more lines of ours than it should:\n${changed.join('\n')}`);
  }

  const updated = await ours.updateSops(read(file), [identity], { a: 'ours', added: '0644', b: undefined }, now);
  write(home, file, updated);
  const after = { ...edited, stringData: { ...edited.stringData, a: 'ours', added: '0644' } };
  delete after.stringData.b;
  same('sops decrypt after our updateSops', JSON.parse(await sops('decrypt', '--output-type', 'json', file)), after);
  if (!/^ {4}# a comment$/m.test(await sops('decrypt', file))) throw new Error('updateSops lost a comment');

  await sops('set', file, '["stringData"]["set"]', '"by sops"');
  after.stringData.set = 'by sops';
  same('our readSops after sops set', await ours.readSops(read(file), [identity]), after);

  const both = [recipients[0], await ours.recipientOf(secondIdentity)];
  write(home, '.sops.yaml', ours.sopsConfig(both));
  await sops('updatekeys', '--yes', file);
  same('recipients after sops updatekeys', new Set(ours.inspectSops(read(file)).recipients), new Set(both));
  same('our readSops after sops updatekeys', await ours.readSops(read(file), [secondIdentity]), after);

  const rewrapped = await ours.rewrapSops(read(file), [secondIdentity], recipients);
  write(home, file, rewrapped);
  write(home, '.sops.yaml', ours.sopsConfig(recipients));
  await sops('updatekeys', '--yes', file);
  same('the file that sops updatekeys had nothing to do for', read(file), rewrapped);
  same('sops decrypt after our rewrapSops', JSON.parse(await sops('decrypt', '--output-type', 'json', file)), after);

  await sops('rotate', '--in-place', file);
  same('our readSops after sops rotate', await ours.readSops(read(file), [identity]), after);
}

/** One byte of a value, a key, the MAC, its time or the data key was changed, or the key is another: both refuse. */
export async function sopsRefuses() {
  const { ours, sops, sopsRefused, home, identity, recipients, small, secondIdentity } = await newHome();
  const text = await ours.writeSops(small, [recipients[0]], now);
  const file = join(home, 'secrets/kubernetes/photos/mail.sops.yaml');
  write(home, file, text);
  await sops('decrypt', file);
  const places = [
    ...['    a: ENC\\S*,data:', '    b: ENC\\S*,iv:', '    b: ENC\\S*,tag:', '    mac: ENC\\S*,data:'],
    ...[
      '    mac: ENC\\S*,iv:',
      '    mac: ENC\\S*,tag:',
      '    lastmodified: "20',
      '    name: ',
      'kind: Secre',
      '    (?=dropped: ENC)',
    ],
    ...['-----BEGIN AGE ENCRYPTED FILE-----\n *', 'FILE-----\n.*\n.*\n *\\S{20}', 'FILE-----\n(?:.*\n){3} *\\S{30}'],
  ];
  for (const place of places) {
    const match = new RegExp(place).exec(text);
    if (match === null) throw new Error(`${place} is not in\n${text}`);
    write(home, file, changeAt(text, match.index + match[0].length));
    await sopsRefused(/MAC|decrypt|data key|cipher|parsing time/i, 'decrypt', file);
    await refusedByUs(
      () => ours.readSops(read(file), [identity]),
      /changed after|damaged|no identity|None of the given/,
    );
  }
  write(home, file, text);
  write(home, 'identity.txt', `${secondIdentity}\n`);
  await sopsRefused(/identity did not match any of the recipients/, 'decrypt', file);
  await refusedByUs(() => ours.readSops(text, [secondIdentity]), /^None of the given identities can open this file/);
}

/** ansible-vault opens ours, and we what it encrypted and rekeyed. */
export async function ansibleVault(version) {
  const ours = await modules();
  const folder = newFolder('vault');
  const env = { ...withPath(await tool(version)), ANSIBLE_HOME: folder, HOME: folder };
  const [password, other] = ['pässword\n', 'another'];
  const passwordFile = write(folder, 'password', password);
  const otherFile = write(folder, 'other', other);
  const vault = (...args) => succeed('ansible-vault', args, { cwd: folder, env });
  const byId = ['--vault-id', `homecloud@${passwordFile}`];

  // Each takes 10 000 rounds, in Python: those that differ as bytes, not as YAML.
  const contents = [...whole].filter(([key, { length }], index) => length > 0 && (index % 15 === 0 || key.length < 7));
  const files = contents.map(([, bytes], index) => {
    const label = index % 2 === 0 ? {} : { label: 'homecloud' };
    return write(folder, `${index}.yml`, ours.encryptVault(bytes, password, label));
  });
  const all = (what, open) => {
    for (const [index, file] of files.entries()) {
      same(`${what} of ${contents[index][0]}`, open(readFileSync(file)), contents[index][1]);
    }
  };
  all('our decryptVault', (text) => ours.decryptVault(text, password));
  await vault('decrypt', ...byId, ...files);
  all('ansible-vault decrypt', (text) => text);
  await vault('encrypt', ...byId, '--encrypt-vault-id', 'homecloud', ...files);
  all('our decryptVault of theirs', (text) => ours.decryptVault(text, password));
  await vault('rekey', ...byId, '--new-vault-password-file', otherFile, ...files);
  all('our decryptVault after rekey', (text) => ours.decryptVault(text, other));

  const old = write(folder, 'view.yml', ours.encryptVault('token: one\n', other, { label: 'homecloud' }));
  same('our updateVault', ours.updateVault(read(old), 'token: one\n', other), read(old));
  write(folder, old, ours.updateVault(read(old), 'token: two\n', other));
  same(
    'ansible-vault view',
    (await vault('view', '--vault-password-file', otherFile, old)).stdout.trim(),
    'token: two',
  );

  const view = (key, file) => ['ansible-vault', ['view', '--vault-password-file', key, file], { cwd: folder, env }];
  const changed = write(
    folder,
    'changed.yml',
    `${read(old).slice(0, -3)}${read(old).at(-3) === '3' ? '6' : '3'}${read(old).slice(-2)}`,
  );
  const refuse = /Decryption failed|HMAC verification failed|[Oo]dd-length|[Vv]ault format/;
  await Promise.all([refused(...view(passwordFile, old), refuse), refused(...view(otherFile, changed), refuse)]);
  await refusedByUs(async () => ours.decryptVault(read(old), password), /^The Vault password does not open this file/);
  await refusedByUs(async () => ours.decryptVault(read(changed), other), /does not open|damaged/);
}

/** A folder with our `.sops.yaml` and an identity, and the real SOPS in it. */
async function newHome() {
  const ours = await modules();
  const home = newFolder('home');
  const [identity, clusterIdentity, secondIdentity] = await Promise.all([1, 2, 3].map(ours.newIdentity));
  const recipients = await Promise.all([identity, clusterIdentity].map(ours.recipientOf));
  const identityFile = write(home, 'identity.txt', await ours.formatIdentityFile(identity, now));
  write(home, '.sops.yaml', ours.sopsConfig(recipients));
  const env = {
    ...withPath(await tool('sops')),
    HOME: home,
    SOPS_AGE_KEY_FILE: identityFile,
    SOPS_DISABLE_VERSION_CHECK: 'true',
    EDITOR: join(home, 'editor.sh'),
  };
  const secret = { name: 'mail', namespace: 'photos' };
  const annotations = { note: '0644', when: '2026-11-24', yes: 'yes', empty: '', ip: '192.168.1.1', version: '3d-1.2' };
  return {
    ours,
    home,
    identity,
    secondIdentity,
    recipients,
    document: ours.secretDocument({ ...secret, values, annotations: { ...annotations, ...texts } }),
    small: ours.secretDocument({
      ...secret,
      annotations,
      values: { a: 'one', b: 'two', dropped: 'three', c: 'four', empty: '' },
    }),
    sops: async (...args) => (await succeed('sops', args, { cwd: home, env })).stdout,
    sopsRefused: (why, ...args) => refused('sops', args, { cwd: home, env }, why),
  };
}

const names = ['age', 'sops', 'sops-config', 'sops-inspect', 'recipient', 'kubernetes-secret', 'ansible-vault'];

/** @type {Promise<any> | undefined} */
let bundled;

/** Our modules as the product bundles them. */
function modules() {
  bundled ??= sources(names.map((name) => `secret-files/${name}.ts`));
  return bundled;
}

/** @throws unless the program fails, and says why */
async function refused(command, args, options, why) {
  const outcome = await run(command, args, options);
  const said = describe(command, args, outcome);
  if (outcome.code === 0 || !why.test(said)) throw new Error(`should have been refused, saying ${why}:\n${said}`);
}

/** @throws unless our module refuses it in words for a person */
async function refusedByUs(work, why) {
  const error = await work().then(
    () => undefined,
    (refusal) => refusal,
  );
  if (error?.name === 'SecretFileError' && why.test(error.message)) return;
  throw new Error(`should have been refused by us, saying ${why}:\n${error?.stack ?? 'it was not'}`);
}

/** A text with another letter or digit at a place, or at the next one where there is such. */
function changeAt(text, place) {
  const start = Math.floor(place);
  const index = start + text.slice(start).search(/[A-Za-z0-9]/);
  return text.slice(0, index) + (text[index] === '7' ? '8' : '7') + text.slice(index + 1);
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const keysInOrder = Object.keys(value).sort();
  return Object.fromEntries(keysInOrder.map((key) => [key, sorted(value[key])]));
}

function same(what, actual, expected) {
  if (isDeepStrictEqual(actual, expected)) return;
  const short = (value) => (typeof value === 'string' ? value : JSON.stringify(value))?.slice(0, 2000);
  throw new Error(`${what}: ${short(actual)}\nshould be ${short(expected)}`);
}

function read(file) {
  return readFileSync(file, 'utf8');
}

function write(folder, name, content) {
  const file = resolve(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}
