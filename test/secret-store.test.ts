import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Secret } from '../model/secrets.ts';
import { newIdentity, recipientOf } from '../secret-files/age.ts';
import { secretValues } from '../secret-files/kubernetes-secret.ts';
import { readSops, writeSops } from '../secret-files/sops.ts';
import { inspectSops } from '../secret-files/sops-inspect.ts';
import { fulfil, judgeValues } from '../secret-store/fulfil.ts';
import { SecretStore } from '../secret-store/store.ts';

const now = new Date('2026-11-24T10:20:30Z');
const scratch = mkdtempSync(join(tmpdir(), 'homecloud-secret-store-'));
let folder = '';
let identity = '';
let homes = 0;

beforeEach(async () => {
  homes += 1;
  folder = join(scratch, `home-${homes}`);
  mkdirSync(folder);
  identity = await newIdentity();
  await SecretStore.begin(folder, [await recipientOf(identity)]);
});

afterAll(() => rmSync(scratch, { recursive: true }));

function open(): Promise<SecretStore> {
  return SecretStore.open(folder, [identity], now);
}

async function make(...secrets: Secret[]): Promise<string[]> {
  const store = await open();
  const outcomes: string[] = [];
  for (const secret of secrets) outcomes.push(await fulfil(store, secret, { home: 'home', now }));
  await store.save();
  return outcomes;
}

function files(): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map(({ parentPath, name }) => [
      join(parentPath, name).slice(folder.length + 1),
      readFileSync(join(parentPath, name), 'utf8'),
    ]),
  );
}

const rotation = 'nothing';
const authority: Secret = {
  name: 'home-ca',
  purpose: 'signs the certificates of the home',
  source: { kind: 'certificate-authority', domain: 'cloud.example.org', subnet: '192.168.1.0/24' },
  places: ['ca.crt', 'tls.crt', 'tls.key'].map((key) => ({
    in: 'cluster',
    namespace: 'cert-manager',
    secret: 'home-ca',
    key,
    part: key,
  })),
  rotation,
};
const mail: Secret = {
  name: 'mail',
  purpose: 'sends mail',
  source: { kind: 'supplied', what: 'the password of the mail server' },
  places: [
    { in: 'cluster', namespace: 'monitoring', secret: 'mail', key: 'password', part: 'value' },
    { in: 'boards', variable: 'vault_mail_password', part: 'value' },
  ],
  rotation,
};

describe('the secrets of a home', () => {
  it('make a private authority, whose root everyone may know', async () => {
    expect(await make(authority)).toEqual(['made']);
    const store = await open();
    const parts = await store.read(authority);
    const root = new X509Certificate(parts['ca.crt'] ?? '');
    expect(new X509Certificate(parts['tls.crt'] ?? '').checkIssued(root)).toBe(true);
    expect(store.facts.publicHalves['home-ca']).toEqual({ 'ca.crt': parts['ca.crt'] });
    expect(JSON.stringify(store.facts)).not.toContain('PRIVATE');
  });

  it('write a value that two read to both places, and mend the one that lacks it', async () => {
    expect(await make(mail)).toEqual(['to be supplied']);
    const store = await open();
    await store.write(mail, { value: 'a long secret of the mail server' });
    await store.save();
    expect(await make(mail)).toEqual(['unchanged']);
    rmSync(join(folder, 'secrets/kubernetes/monitoring'), { recursive: true });
    expect(await make(mail)).toEqual(['completed']);
    expect(await (await open()).read(mail)).toEqual({ value: 'a long secret of the mail server' });
  });

  it('stay as they are, to the byte, when nothing is to be done', async () => {
    await make(authority);
    const before = files();
    expect(await make(authority)).toEqual(['unchanged']);
    expect(files()).toEqual(before);
  });

  it('are not made anew where they are gone', async () => {
    await make(authority);
    rmSync(join(folder, 'secrets/kubernetes'), { recursive: true });
    expect(await make(authority)).toEqual(['lost']);
  });

  it('get a new data key when somebody may no longer read them, and keep their ciphertext otherwise', async () => {
    await make(authority);
    const file = 'secrets/kubernetes/cert-manager/home-ca.sops.yaml';
    const valuesOf = (text = '') => text.slice(0, text.indexOf('\nsops:'));
    const own = await recipientOf(identity);
    const other = await recipientOf(await newIdentity());
    const first = files()[file];
    await (await open()).setHomeRecipients([own, other]);
    const second = files()[file];
    expect(inspectSops(second ?? '').recipients).toEqual(expect.arrayContaining([own, other]));
    expect(valuesOf(second)).toBe(valuesOf(first));
    await (await open()).setHomeRecipients([own]);
    const third = files()[file];
    expect(inspectSops(third ?? '').recipients).toEqual([own]);
    expect(valuesOf(third)).not.toBe(valuesOf(second));
    expect((await (await open()).read(authority))['tls.key']).toContain('PRIVATE KEY');
  });

  it('leave alone what the admin keeps beside them', async () => {
    await make(authority, mail);
    const theirs = {
      'secrets/kubernetes/mine/db.sops.yaml':
        'apiVersion: v1\nkind: Secret\nstringData:\n  port: 5432\nsops:\n  pgp: []\n',
      'secrets/kubernetes/.DS_Store': 'x',
      '.sops.yaml': 'creation_rules:\n  - age: age1mine\n',
    };
    mkdirSync(join(folder, 'secrets/kubernetes/mine'));
    for (const [file, text] of Object.entries(theirs)) writeFileSync(join(folder, file), text);
    const store = await open();
    await store.write(mail, { value: 'another secret of the mail server' });
    await store.save();
    await store.setHomeRecipients([await recipientOf(identity), await recipientOf(await newIdentity())]);
    expect(files()).toMatchObject(theirs);
    expect((await (await open()).orphans([mail])).map(({ in: place }) => place)).toEqual([
      'cluster',
      'cluster',
      'cluster',
    ]);
  });

  it('keep what the admin changed in a file of theirs, also bytes, when its data key is made anew', async () => {
    const store = await open();
    await store.write(mail, { value: 'a long secret of the mail server' });
    await store.save();
    const file = 'secrets/kubernetes/monitoring/mail.sops.yaml';
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x80]).toString('base64');
    const theirs = (await readSops(files()[file] ?? '', [identity])) as unknown as {
      readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
      readonly stringData: Readonly<Record<string, string>>;
    };
    // As `sops edit` can leave it: another annotation, bytes, and the value in base64 below data.
    const edited = {
      ...theirs,
      metadata: { ...theirs.metadata, annotations: { ...theirs.metadata.annotations, note: 'mine' } },
      data: { bytes, password: Buffer.from(theirs.stringData['password'] ?? '').toString('base64') },
      stringData: { more: 'a text of theirs' },
    };
    const own = await recipientOf(identity);
    writeFileSync(join(folder, file), await writeSops(edited, [own], now));
    expect(await make(mail)).toEqual(['unchanged']);
    const again = await open();
    await again.write(mail, { value: 'another secret of the mail server' });
    await again.save();
    expect(await (await open()).read(mail)).toEqual({ value: 'another secret of the mail server' });
    await (await open()).setHomeRecipients([own, await recipientOf(await newIdentity())]);
    await (await open()).setHomeRecipients([own]);
    const after = await readSops(files()[file] ?? '', [identity]);
    expect(after['metadata']).toEqual(edited.metadata);
    const values = secretValues(after);
    expect(values.get('bytes')?.toString('base64')).toBe(bytes);
    expect(values.get('more')?.toString()).toBe('a text of theirs');
    expect(values.get('password')?.toString()).toBe('another secret of the mail server');
  });

  it('are told to be weak, or the same, without their values', async () => {
    const second: Secret = { ...mail, name: 'post', places: [{ in: 'boards', variable: 'vault_post', part: 'value' }] };
    const store = await open();
    await store.write(mail, { value: 'changeme' });
    await store.write(second, { value: 'changeme' });
    const problems = await judgeValues(store, [mail, second]);
    expect(problems.map(({ code }) => code)).toEqual(['SEC001', 'SEC001', 'SEC003']);
    expect(JSON.stringify(problems)).not.toContain('changeme');
  });

  it('survive a run that was killed between the old Vault password and the new', async () => {
    await make(mail);
    const before = files();
    const store = await open();
    await store.renewVaultPassword();
    const after = files();
    // Killed after each of its steps: the new password stands beside the old one, then the Vault is encrypted with it.
    const next = { 'secrets/vault-password.next.age': after['secrets/vault-password.age'] ?? '' };
    for (const state of [
      { ...before, ...next },
      { ...after, ...before, ...next, 'secrets/boards.vault.yml': after['secrets/boards.vault.yml'] ?? '' },
    ]) {
      for (const [file, text] of Object.entries(state)) writeFileSync(join(folder, file), text);
      await (await open()).save();
      expect(Object.keys(files())).not.toContain('secrets/vault-password.next.age');
      await (await open()).renewVaultPassword();
      await open();
    }
  });
});
