import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newIdentity, recipientOf } from '../secret-files/age.ts';
import { secretDocument } from '../secret-files/kubernetes-secret.ts';
import { writeSops } from '../secret-files/sops.ts';
import { refuseTracked } from '../secret-store/identity.ts';
import { scanSecrets } from '../secret-store/scan.ts';
import { makeSshKey } from '../secret-values/ssh-key.ts';

const scratch = mkdtempSync(join(tmpdir(), 'homecloud-secret-scan-'));
let folder = '';
let homes = 0;

beforeEach(() => {
  homes += 1;
  folder = join(scratch, `home-${homes}`);
  mkdirSync(folder);
  git('init', '--quiet');
});

afterAll(() => rmSync(scratch, { recursive: true }));

function git(...args: string[]): void {
  const { status, stderr } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

function write(file: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), content);
}

/** What is found, by code and file. */
function found(): string[] {
  return scanSecrets(folder, false).map(({ code, message }) => `${code} ${message}`);
}

// All keys here are throw-away ones: made for a run, or no keys at all.
const { privateKey } = makeSshKey('a key of this test, made anew for each run');
const body = privateKey.split('\n')[1] ?? '';

describe('private keys that Git has', () => {
  it.each<[string, string | Buffer]>([
    ['as a file', privateKey],
    ['with line ends of Windows', privateKey.replaceAll('\n', '\r\n')],
    ['indented in YAML', `key: |\n${privateKey.replace(/^/gm, '  ')}`],
    ['with joined lines in JSON', JSON.stringify({ key: privateKey })],
    ['with joined lines of Windows', JSON.stringify({ key: privateKey.replaceAll('\n', '\r\n') })],
    ['behind a quote', `KEY="${privateKey}"`],
    ['behind a quotation mark of mail', privateKey.replace(/^/gm, '> ')],
    ['on one line', `-----BEGIN PRIVATE KEY----- ${body} -----END PRIVATE KEY-----`],
    ['in base64', `data:\n  identity: ${Buffer.from(privateKey).toString('base64')}\n`],
    ['of PGP', '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQdG\n'],
    ['of PuTTY', 'PuTTY-User-Key-File-3: ssh-ed25519\n'],
    ['among bytes', Buffer.concat([Buffer.from([0, 1, 2]), Buffer.from(`\n${privateKey}`)])],
    ['on the page of an identity', '1:  AGE-SECRET-KEY-1    / 0T\n2:  GUWF 25R5 TRMM YZW5 / 78\n'],
  ])('are found %s', (_how, content) => {
    write('some notes/a file', content);
    expect(found()).toEqual([]);
    git('add', '.');
    expect(found()).toEqual(['SEC011 Git has a private key: some notes/a file']);
    expect(scanSecrets(folder, false)[0]?.hint).toContain("git rm --cached 'some notes/a file'");
  });

  it('are found as an identity of age', async () => {
    write('key.txt', `# mine\n${await newIdentity()}\n`);
    git('add', '.');
    expect(found()).toEqual(['SEC011 Git has a private key: key.txt']);
  });

  it('are found where Git is told that all is binary', () => {
    write('.gitattributes', '* binary\n');
    write('key', privateKey);
    git('add', '.');
    expect(found()).toEqual(['SEC011 Git has a private key: key']);
  });

  it.each([
    ['a text about them', 'It begins with `-----BEGIN OPENSSH PRIVATE KEY-----`, and AGE-SECRET-KEY-1… is another.'],
    ['a public key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLE\n-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n'],
    ['a certificate in base64', Buffer.from('-----BEGIN CERTIFICATE-----\nMIIBszCC').toString('base64')],
  ])('%s is none', (_what, content) => {
    write('readme', content);
    git('add', '.');
    expect(found()).toEqual([]);
  });

  it('cannot be looked for where Git is broken: that is told, not passed over', () => {
    write('.git/index', 'not an index');
    expect(() => found()).toThrow(/^Git cannot tell what it has of /);
  });
});

describe('clear text', () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  password: in-clear\n';

  it('in secrets/ is found, on the disk and as Git has it', () => {
    write('secrets/notes.vault.yml', 'password: in-clear\n');
    expect(found()).toEqual(['SEC008 secrets/notes.vault.yml is not encrypted']);
    git('add', '.');
    expect(found()).toEqual(['SEC008 secrets/notes.vault.yml is not encrypted']);
    // Encrypted in place after it was staged: the commit would still have the text.
    write('secrets/notes.vault.yml', '$ANSIBLE_VAULT;1.1;AES256\n6162\n');
    expect(found()).toEqual(['SEC008 secrets/notes.vault.yml is not encrypted, as Git has it for the next commit']);
    git('add', '.');
    expect(found()).toEqual([]);
  });

  it.each([
    ['YAML', 'deploy/db.yaml', secret],
    ['one of several documents', 'deploy/all.yml', `kind: Namespace\n---\n${secret}`],
    ['JSON', 'deploy/db.json', JSON.stringify({ kind: 'Secret', data: { password: 'aW4tY2xlYXI=' } }, null, 2)],
  ])('in a Secret of Kubernetes is found: %s', (_what, file, text) => {
    write(file, text);
    git('add', '.');
    expect(found()).toEqual([`SEC008 Git has a Secret of Kubernetes in clear text: ${file}`]);
  });

  it('is not in an encrypted Secret, nor in what only names one', async () => {
    const document = secretDocument({ name: 'db', namespace: 'mine', values: { password: 'in-clear' } });
    write('deploy/db.yaml', await writeSops(document, [await recipientOf(await newIdentity())], new Date()));
    write('deploy/reference.yaml', 'kind: SecretStore\nspec:\n  secretRef:\n    kind: Secret\n    name: db\n');
    git('add', '.');
    expect(found()).toEqual([]);
  });

  it('is not in what an admin keeps in forms of sops that homecloud does not handle', () => {
    write('secrets/kubernetes/mine/db.sops.yaml', 'stringData:\n  a: ENC[AES256_GCM,data:YQ==]\nsops:\n  pgp: []\n');
    write('secrets/mine.enc.json', '{ "a": "ENC[AES256_GCM,data:YQ==]", "sops": {} }');
    write('secrets/.gitkeep', '');
    expect(found()).toEqual([]);
  });
});

it('an identity behind a link is where the link leads', () => {
  const dotfiles = join(scratch, `dotfiles-${homes}`);
  mkdirSync(join(folder, 'config'));
  symlinkSync(join(folder, 'config'), dotfiles);
  expect(() => refuseTracked(join(dotfiles, 'homecloud/home.agekey'))).toThrow(/the next commit would publish it/);
  write('.gitignore', 'config/\n');
  refuseTracked(join(dotfiles, 'homecloud/home.agekey'));
});
