import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sample from '../homecloud.config.ts';
import { checkConfig } from '../model/check.ts';
import { secretsOf } from '../model/plan.ts';
import { clusterSecrets, type Secret } from '../model/secrets.ts';
import { decryptWithIdentities, newIdentity, recipientOf } from '../secret-files/age.ts';
import { decryptVault } from '../secret-files/ansible-vault.ts';
import { readSops } from '../secret-files/sops.ts';
import { fulfil, judgeValues } from '../secret-store/fulfil.ts';
import { lockSecrets } from '../secret-store/lock.ts';
import { SecretStore } from '../secret-store/store.ts';
import { readVariables } from '../secret-store/variables.ts';

const root = join(__dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'homecloud-secrets-'));
const now = new Date('2026-11-24T10:20:30Z');
const usersFile = 'secrets/kubernetes/dnas/dnas-users.sops.yaml';
const ofTheSample = secretsOf(checkConfig(sample).config);
let folders = 0;

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function newFolder(): string {
  folders += 1;
  const folder = join(scratch, String(folders));
  mkdirSync(folder);
  return folder;
}

interface Home {
  readonly folder: string;
  readonly identity: string;
}

/** The sample without its secrets, in a Git repository. */
function emptyHome(): Home {
  const folder = join(newFolder(), 'home');
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/homecloud'));
  copyFileSync(join(root, 'homecloud.config.ts'), join(folder, 'homecloud.config.ts'));
  spawnSync('git', ['init', '--quiet'], { cwd: folder });
  return { folder, identity: join(folder, '../home.agekey') };
}

/** A home like another, with the same identity, not synthesized yet. */
function copyOf({ folder }: Home): Home {
  const copy = join(newFolder(), 'home');
  const filter = (path: string) => path !== join(folder, 'dist');
  cpSync(join(folder, '..'), join(copy, '..'), { recursive: true, verbatimSymlinks: true, filter });
  return { folder: copy, identity: join(copy, '../home.agekey') };
}

function homecloud(home: Home, ...args: string[]) {
  return spawnHomecloud(home, args, '');
}

function spawnHomecloud({ folder, identity }: Home, args: readonly string[], input: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'build/main.js'), ...args], {
    input,
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, HOMECLOUD_IDENTITY: identity },
    timeout: 30_000,
  });
  return { status, stdout, stderr };
}

/** The bytes of `secrets/`, by path. */
function bytesOf({ folder }: Pick<Home, 'folder'>): Record<string, string> {
  const files = readdirSync(join(folder, 'secrets'), { recursive: true, withFileTypes: true });
  const paths = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.sort().map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

/** The values of the Vault, by variable. */
async function variablesOf({ folder }: Pick<Home, 'folder'>, identity: string): Promise<Map<string, unknown>> {
  const read = (file: string) => readFileSync(join(folder, 'secrets', file), 'utf8');
  const password = Buffer.from(await decryptWithIdentities(read('vault-password.age'), [identity])).toString();
  return readVariables(decryptVault(read('boards.vault.yml'), password).toString());
}

describe('homecloud secrets', () => {
  const home = emptyHome();
  let identity = '';

  beforeAll(() => {
    expect(homecloud(home, 'secrets', 'init')).toMatchObject({ status: 0, stderr: '' });
    identity = readFileSync(home.identity, 'utf8').trim().split('\n').at(-1) ?? '';
    expect(homecloud(home, 'secrets', 'add')).toMatchObject({ status: 1, stderr: '' });
    // What only its admin knows: the passwords of others' servers.
    for (const { name } of ofTheSample.filter(({ source }) => source.kind === 'supplied')) {
      const supplied = spawnHomecloud(home, ['secrets', 'add', name], `what-is-supplied-for-${name}-6f1c2e\n`);
      expect(supplied).toMatchObject({ status: 0, stderr: '' });
    }
  });

  it('makes an identity that only its owner can read, and all secrets, which a second add leaves alone', () => {
    expect(statSync(home.identity).mode & 0o777).toBe(0o600);
    const before = bytesOf(home);
    expect(homecloud(home, 'secrets', 'add').stdout).toBe(`There already: ${ofTheSample.length} secrets.\n`);
    expect(bytesOf(home)).toEqual(before);
    const list = homecloud(home, 'secrets', 'list', '--json');
    expect(JSON.parse(list.stdout)).toMatchObject({ fine: true, isOpen: true, orphans: [], problems: [] });
  });

  it('gives synth and check all they need, without the identity', () => {
    const stranger = { ...home, identity: '/nonexistent' };
    expect(homecloud(stranger, 'synth', '--quiet')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(homecloud(stranger, 'check', '--quiet')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(home.folder, 'dist/kubernetes/controllers/dnas/secret-dnas-users.yaml'), 'utf8')).toBe(
      readFileSync(join(home.folder, usersFile), 'utf8'),
    );
  });

  it('refuses to write while another run does', () => {
    const copy = copyOf(home);
    const before = bytesOf(copy);
    lockSecrets(copy.folder);
    for (const args of [['add'], ['rotate', '--all'], ['prune', '--yes']]) {
      const { status, stdout, stderr } = homecloud(copy, 'secrets', ...args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toContain('Another homecloud is writing the secrets of this home.');
    }
    expect(homecloud(copy, 'secrets', 'list').status).toBe(0);
    expect(bytesOf(copy)).toEqual(before);
  });

  it('loses nothing where a file cannot be written to its end', () => {
    const copy = copyOf(home);
    const before = bytesOf(copy);
    // In blocks of 1 KiB; the Vault has more than that.
    const limited = `ulimit -f 4; exec "$0" "$@"`;
    const args = [process.execPath, join(root, 'build/main.js'), 'secrets', 'rotate', '--all'];
    const env = { ...process.env, HOMECLOUD_IDENTITY: copy.identity };
    const { status, stderr } = spawnSync('bash', ['-c', limited, ...args], { cwd: copy.folder, encoding: 'utf8', env });
    expect(stderr).toContain('larger than this account may write; no file was changed half');
    expect(status).toBe(2);
    expect(bytesOf(copy)).toEqual(before);
  });

  it('tells a mistake about files in a sentence', () => {
    for (const args of [
      ['list', '--identity', '/tmp'],
      ['add', '--identity', join(home.folder, 'homecloud.config.ts/x')],
      ['rotate', 'AGE-SECRET-KEY-1CANARY'],
      ['list', '--identity', 'AGE-SECRET-KEY-1CANARY'],
    ]) {
      const { status, stdout, stderr } = homecloud(home, 'secrets', ...args);
      expect({ args, status, stdout }).toEqual({ args, status: 2, stdout: '' });
      expect(stderr).not.toMatch(/^\s+at |CANARY/m);
    }
    const { stderr } = homecloud({ ...home, identity: 'AGE-SECRET-KEY-1CANARY' }, 'secrets', 'list');
    expect(stderr).not.toContain('CANARY');
  });

  it('may not encrypt to the cluster what only the home can open, nor lock its own admin out', async () => {
    const copy = copyOf(home);
    const before = bytesOf(copy);
    const [, cluster = ''] = /cluster: (age1\w+)/.exec(before['secrets/public.yml'] ?? '') ?? [];
    const [, own = ''] = /home:\n +- (age1\w+)/.exec(before['secrets/public.yml'] ?? '') ?? [];
    expect(homecloud(copy, 'secrets', 'add-recipient', cluster).stderr).toContain('This is the cluster identity');
    expect(homecloud(copy, 'secrets', 'remove-recipient', own).stderr).toContain('nobody could open the secrets');
    expect(bytesOf(copy)).toEqual(before);
    expect(homecloud(copy, 'secrets', 'add-recipient', await recipientOf(await newIdentity())).status).toBe(0);
    expect(homecloud(copy, 'secrets', 'remove-recipient', own).stderr).toContain('you would lock yourself out');
  });

  it('tells what the cluster could not open', () => {
    const copy = copyOf(home);
    const file = join(copy.folder, 'secrets/public.yml');
    const facts = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      facts.replace(/cluster: age1\w+/, 'cluster: age1zy3nj8agg838hg32gqufqrejm79xau7zthqffuq5rrkqsrqywuxsu5lwt2'),
    );
    const { status, stderr } = homecloud(copy, 'synth');
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /SEC013\n +secrets\/kubernetes\/dnas\/dnas-users\.sops\.yaml cannot be opened by the cluster/,
    );
    expect(homecloud(copy, 'secrets', 'add').status).toBe(0);
    expect(homecloud(copy, 'synth', '--quiet').status).toBe(0);
  });

  it('makes its public facts again', () => {
    const copy = copyOf(home);
    rmSync(join(copy.folder, 'secrets/public.yml'));
    expect(homecloud(copy, 'secrets', 'init').stdout).toMatch(/^secrets\/public\.yml was gone and is there again/);
    expect(homecloud(copy, 'secrets', 'add').status).toBe(0);
    const { 'secrets/public.yml': before, ...others } = bytesOf(home);
    expect(bytesOf(copy)).toMatchObject(others);
    const halves = (text = '') => text.slice(text.indexOf('publicHalves:'));
    expect(halves(bytesOf(copy)['secrets/public.yml'])).toBe(halves(before));
  });

  it('rotates what it is told to, and nothing else', async () => {
    const copy = copyOf(home);
    const before = await variablesOf(copy, identity);
    expect(homecloud(copy, 'secrets', 'rotate', 'k3s-token').stdout).toMatch(
      /^1\. k3s-token: new\. .*the playbook site/,
    );
    const after = await variablesOf(copy, identity);
    const changed = [...after].filter(([name, value]) => before.get(name) !== value).map(([name]) => name);
    expect(changed).toEqual(['vault_k3s_token', 'vault_k3s_token_before']);
    expect(after.get('vault_k3s_token_before')).toBe(before.get('vault_k3s_token'));
    expect(bytesOf(copy)[usersFile]).toBe(bytesOf(home)[usersFile]);
  });

  it.each<[string, RegExp, (copy: Home) => void]>([
    [
      'an identity that others can read',
      /Others on this computer can read/,
      ({ identity }) => chmodSync(identity, 0o644),
    ],
    [
      'a damaged Vault',
      /secrets\/boards\.vault\.yml: The Vault password does not open this file/,
      ({ folder }) => {
        const file = join(folder, 'secrets/boards.vault.yml');
        const text = readFileSync(file, 'utf8').trimEnd();
        // The last digit of what is hex in hex: 31 and 32 are digits, 61 and 62 letters.
        writeFileSync(file, `${text.slice(0, -1)}${text.endsWith('1') ? '2' : '1'}\n`);
      },
    ],
  ])('refuses %s: exit code 2, one sentence, nothing written', (_what, sentence, harm) => {
    const copy = copyOf(home);
    harm(copy);
    const before = bytesOf(copy);
    const { status, stdout, stderr } = homecloud(copy, 'secrets', 'add');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(bytesOf(copy)).toEqual(before);
  });

  it('names clear text and a private key that Git has', () => {
    const copy = copyOf(home);
    writeFileSync(join(copy.folder, 'secrets/notes.txt'), 'in-clear-text');
    copyFileSync(copy.identity, join(copy.folder, 'age.txt'));
    spawnSync('git', ['add', 'age.txt'], { cwd: copy.folder });
    const { status, stderr } = homecloud(copy, 'check');
    expect(status).toBe(2);
    expect(stderr).toMatch(/error SEC008\n.*notes\.txt is not encrypted/);
    expect(stderr).toMatch(/error SEC011\n.*age\.txt/);
    expect(stderr).not.toContain('in-clear-text');
    expect(stderr).not.toContain(identity);
  });
});

describe('a home without secrets of its own', () => {
  it('is told of all that is missing, with the keys', () => {
    const { status, stderr } = homecloud(emptyHome(), 'synth');
    expect(status).toBe(2);
    const missing = clusterSecrets(ofTheSample).map(
      ({ namespace, name, keys }) => `${namespace}/${name} (${keys.join(', ')})`,
    );
    expect(missing).toContain('dnas/dnas-users (_nextcloud, alice, bob, carol, dave)');
    expect(stderr).toContain(missing.join('; '));
  });

  it('may not put its identity where Git would take it', () => {
    const home = emptyHome();
    const { status, stderr } = homecloud(home, 'secrets', 'init', '--identity', 'mine.agekey');
    expect(status).toBe(2);
    expect(stderr).toContain('the next commit would publish it');
    expect(readdirSync(home.folder)).not.toContain('mine.agekey');
  });

  it('may not use those of the sample, nor its identity', () => {
    const home = emptyHome();
    cpSync(join(root, 'secrets'), join(home.folder, 'secrets'), { recursive: true });
    copyFileSync(join(root, 'test/throw-away.agekey'), home.identity);
    chmodSync(home.identity, 0o600);
    expect(homecloud(home, 'synth')).toMatchObject({ status: 2, stderr: expect.stringContaining('SEC010') });
    rmSync(join(home.folder, 'secrets'), { recursive: true });
    expect(homecloud(home, 'secrets', 'init')).toMatchObject({ status: 2, stderr: expect.stringContaining('SEC010') });
  });
});

describe('SecretStore', () => {
  const password = (name: string): Secret => ({
    name,
    purpose: 'to test',
    source: { kind: 'password', user: name },
    places: [
      { in: 'cluster', namespace: 'dnas', secret: 'dnas-users', key: name, part: 'password' },
      { in: 'boards', variable: `vault_${name}`, part: 'password' },
    ],
    rotation: 'none',
  });
  const token: Secret = {
    name: 'token',
    purpose: 'to test',
    source: { kind: 'token' },
    places: [{ in: 'boards', variable: 'vault_token', part: 'token' }],
    rotation: 'none',
  };
  const secrets = [password('alice'), password('bob'), token];

  async function begin(identities: readonly string[]): Promise<string> {
    const folder = newFolder();
    await SecretStore.begin(folder, await Promise.all(identities.map((identity) => recipientOf(identity))));
    const store = await SecretStore.open(folder, identities, now);
    for (const secret of secrets) await fulfil(store, secret, { home: 'home', now });
    await store.save();
    return folder;
  }

  it('tells which values are known defaults or there twice, without the value', async () => {
    const identity = await newIdentity();
    const store = await SecretStore.open(await begin([identity]), [identity], now);
    expect(await judgeValues(store, secrets)).toEqual([]);
    const [alice = token, bob = token] = secrets;
    for (const one of [alice, bob]) await store.write(one, { password: 'changeme' });
    await store.write(token, { token: 'some-SUPER-DEDEUPER-secret-password' });
    const problems = await judgeValues(store, secrets);
    expect(problems.map(({ code, message }) => `${code} ${message.split(' ')[0] ?? ''}`).sort()).toEqual([
      'SEC001 alice',
      'SEC001 bob',
      'SEC001 token',
      'SEC003 bob',
    ]);
    expect(JSON.stringify(problems)).not.toMatch(/changeme|DEDEUPER/);
  });

  it('writes the place of a secret that lacks its value', async () => {
    const identity = await newIdentity();
    const folder = await begin([identity]);
    rmSync(join(folder, usersFile));
    const store = await SecretStore.open(folder, [identity], now);
    const outcomes = await Promise.all(secrets.map((secret) => fulfil(store, secret, { home: 'home', now })));
    expect(outcomes).toEqual(['completed', 'completed', 'unchanged']);
    expect(await store.save()).toEqual([usersFile]);
    const document = await readSops(readFileSync(join(folder, usersFile), 'utf8'), [identity]);
    const variables = await variablesOf({ folder }, identity);
    expect(document['stringData']).toEqual({ alice: variables.get('vault_alice'), bob: variables.get('vault_bob') });
  });

  it('lets a removed identity open nothing new, also not with the keys that it knows', async () => {
    const [mine, other] = [await newIdentity(), await newIdentity()];
    const folder = await begin([mine, other]);
    const read = (file: string) => readFileSync(join(folder, file), 'utf8');
    const before = read(usersFile);
    const password = Buffer.from(await decryptWithIdentities(read('secrets/vault-password.age'), [other])).toString();
    expect(decryptVault(read('secrets/boards.vault.yml'), password).toString()).toContain('vault_token');

    const store = await SecretStore.open(folder, [mine], now);
    await store.setHomeRecipients([await recipientOf(mine)]);
    const keys = /^ {4}age:\n[\s\S]*?(?=^ {4}\w)/m;
    const spliced = read(usersFile).replace(keys, () => keys.exec(before)?.[0] ?? '');
    await expect(readSops(before, [other])).resolves.toBeDefined();
    for (const text of [read(usersFile), spliced]) await expect(readSops(text, [other])).rejects.toThrow();
    await expect(decryptWithIdentities(read('secrets/vault-password.age'), [other])).rejects.toThrow('None of');
    expect(() => decryptVault(read('secrets/boards.vault.yml'), password)).toThrow('does not open');
    expect((await variablesOf({ folder }, mine)).size).toBe(secrets.length);
  });

  it('ends a change of the Vault password that was killed, so that the next one loses nothing', async () => {
    const identity = await newIdentity();
    const folder = await begin([identity]);
    const file = (name: string) => join(folder, 'secrets', name);
    const expected = await variablesOf({ folder }, identity);
    const old = readFileSync(file('vault-password.age'));
    await (await SecretStore.open(folder, [identity], now)).renewVaultPassword();
    // As it was before the last of its files: the Vault has the next password already.
    copyFileSync(file('vault-password.age'), file('vault-password.next.age'));
    writeFileSync(file('vault-password.age'), old);

    const store = await SecretStore.open(folder, [identity], now);
    expect(await store.read(token)).toEqual({ token: expected.get('vault_token') });
    await store.save();
    expect(readdirSync(join(folder, 'secrets'))).not.toContain('vault-password.next.age');
    expect(await variablesOf({ folder }, identity)).toEqual(expected);
  });

  it('takes away what a run that was killed has left', async () => {
    const identity = await newIdentity();
    const folder = await begin([identity]);
    writeFileSync(join(folder, 'secrets/kubernetes/dnas/.homecloud-1-dnas-users.sops.yaml.tmp'), 'apiVersion: v1\nki');
    const before = bytesOf({ folder });
    await (await SecretStore.open(folder, [identity], now)).save();
    expect(Object.keys(before).filter((file) => !(file in bytesOf({ folder })))).toEqual([
      'secrets/kubernetes/dnas/.homecloud-1-dnas-users.sops.yaml.tmp',
    ]);
  });
});
