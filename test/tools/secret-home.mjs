// Homes with secrets, made by the real command line as a new user makes them, and opened by age, ansible-vault and SOPS.
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { load } from 'js-yaml';
import { configs, filesOf, program, root } from './homes.mjs';
import { tool, withPath } from './install.mjs';
import { describe, run, succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

/** How the sample's Git server is reached: with a deploy key that is made, or with a token that the admin supplies. */
export const gitServers = {
  key: 'ssh://git@git.example.org/alice/home.git',
  token: 'https://git.example.org/alice/home.git',
};

/** The files of the Secrets of the sample. */
export const clusterFiles = [
  'secrets/kubernetes/dnas/dnas-users.sops.yaml',
  'secrets/kubernetes/cert-manager/home-ca.sops.yaml',
  'secrets/kubernetes/longhorn-system/longhorn-auth.sops.yaml',
  'secrets/kubernetes/nextcloud/nextcloud.sops.yaml',
  'secrets/kubernetes/traefik/traefik-dashboard-auth.sops.yaml',
];

/**
 * @typedef {object} SecretHome
 * @property {string} folder a Git repository
 * @property {string} identity file of the home identity
 * @property {NodeJS.ProcessEnv} env of a person who has nothing but this home
 */

/**
 * A home whose config is the sample, without secrets.
 * @param {keyof typeof gitServers} [git]
 * @returns {Promise<SecretHome>}
 */
export async function emptyHome(git = 'key') {
  const home = homeIn(newFolder('secrets'));
  mkdirSync(join(home.folder, 'node_modules/.bin'), { recursive: true });
  // As `npm install homecloud` would.
  symlinkSync(root, join(home.folder, 'node_modules/homecloud'));
  symlinkSync('../homecloud/build/main.js', join(home.folder, 'node_modules/.bin/homecloud'));
  symlinkSync('../homecloud/build/vault-password.js', join(home.folder, 'node_modules/.bin/homecloud-vault-password'));
  write(home, '.gitignore', 'node_modules/\n');
  writeConfig(home, git);
  await succeed('git', ['init', '--quiet'], { cwd: home.folder, env: home.env });
  return home;
}

export function writeConfig(home, git) {
  write(home, 'homecloud.config.ts', withoutReceivers(configs.sample).replace(gitServers.key, gitServers[git]));
}

/**
 * A config without observability: what its receivers need is supplied by the admin, and these homes are about what
 * homecloud makes, and one thing that it does not.
 * @param {string} config
 */
export function withoutReceivers(config) {
  const text = readFileSync(config, 'utf8');
  const without = text.replace(/\n {2}observability: \{\n[\s\S]*?\n {2}\},\n/, '\n');
  if (without === text) throw new Error(`${config} has no observability`);
  return without;
}

/** @type {Promise<SecretHome> | undefined} */
let first;

/** A home of its own with all its secrets and its `dist/`, in its first commit. Its identity is a copy, too. */
export async function wholeHome() {
  first ??= makeWhole();
  return copyOf(await first);
}

async function makeWhole() {
  const home = await emptyHome();
  await homecloud(home, 'secrets', 'init');
  await homecloud(home, 'secrets', 'add');
  await homecloud(home, 'synth');
  await git(home, 'add', '.');
  await git(home, 'commit', '--quiet', '--message', 'The home');
  return home;
}

/** @param {SecretHome} home */
export function copyOf({ folder }) {
  const copy = homeIn(newFolder('secrets'));
  cpSync(join(folder, '..'), join(copy.folder, '..'), { recursive: true, verbatimSymlinks: true });
  return copy;
}

function homeIn(place) {
  const folder = join(place, 'home');
  for (const name of ['home', 'person', 'tmp']) mkdirSync(join(place, name), { recursive: true });
  const identity = join(place, 'person/home.agekey');
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(ANSIBLE|SOPS|GIT|HOMECLOUD|XDG|NODE_OPTIONS)/.test(name),
  );
  const env = {
    ...Object.fromEntries(own),
    HOME: join(place, 'person'),
    TMPDIR: join(place, 'tmp'),
    HOMECLOUD_IDENTITY: identity,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Alice',
    GIT_AUTHOR_EMAIL: 'alice@example.org',
    GIT_COMMITTER_NAME: 'Alice',
    GIT_COMMITTER_EMAIL: 'alice@example.org',
    NO_COLOR: '1',
    LC_ALL: 'C.UTF-8',
  };
  return { folder, identity, env };
}

/** Runs a verb that must succeed. @returns {Promise<string>} what it printed */
export async function homecloud(home, ...args) {
  return (await expectCode(0, home, args)).stdout;
}

/** Runs a verb that must end with an exit code, without a stack. */
export async function expectCode(code, home, args, options = {}) {
  const outcome = await run(process.execPath, [program, ...args], { cwd: home.folder, env: home.env, ...options });
  if (outcome.code !== code || /^\s+at /m.test(outcome.stderr)) {
    throw new Error(`should have ended with exit code ${code}, in words:\n${describe('homecloud', args, outcome)}`);
  }
  return outcome;
}

/** Runs a verb that must be refused: exit code 2, in one sentence that matches. */
export async function refusedVerb(home, args, why, options = {}) {
  const outcome = await expectCode(2, home, args, options);
  const said = `${outcome.stdout}${outcome.stderr}`;
  const lines = said.split('\n').filter((line) => line !== '');
  if (outcome.stdout === '' && lines.length === 3 && why.test(lines[1])) return said;
  throw new Error(`should have been refused in one sentence, ${why}:\n${describe('homecloud', args, outcome)}`);
}

/** What the program of Ansible's option `--vault-password-file` prints. */
export function vaultPassword(home, options = {}) {
  const file = join(home.folder, 'node_modules/.bin/homecloud-vault-password');
  return run(file, [], { cwd: join(home.folder, 'secrets'), env: home.env, ...options });
}

/** What is in `secrets/`, as the standard tools open it with the home identity. */
export async function openAll(home, ansibleVersion = 'ansible-newest') {
  const password = await openPassword(home, home.identity);
  const [variables, ...documents] = await Promise.all([
    openVault(home, password, ansibleVersion),
    ...clusterFiles.map((file) => openSops(home, file, { SOPS_AGE_KEY_FILE: home.identity })),
  ]);
  const cluster = Object.fromEntries(documents.map(({ metadata, stringData }) => [metadata.name, stringData]));
  return { password, variables, cluster };
}

/** The values of `openAll` by place: `vault_k3s_token`, `dnas-users.alice`. */
export function valuesOf({ variables, cluster }) {
  const ofCluster = Object.entries(cluster).flatMap(([name, values]) =>
    Object.entries(values).map(([key, value]) => [`${name}.${key}`, value]),
  );
  return Object.fromEntries([...Object.entries(variables), ...ofCluster]);
}

/** Runs `age -d` with an identity file. */
export async function openPassword(home, identity, file = 'secrets/vault-password.age') {
  const age = join(await tool('age'), 'age');
  const { stdout } = await succeed(age, ['-d', '-i', identity, file], { cwd: home.folder, env: home.env });
  return stdout.trim();
}

/** Runs `ansible-vault view` with a password. */
export async function openVault(home, password, ansibleVersion = 'ansible-newest') {
  const outcome = await viewVault(home, password, ansibleVersion);
  if (outcome.code !== 0) throw new Error(describe('ansible-vault', ['view'], outcome));
  return load(outcome.stdout);
}

/** How `ansible-vault view` ended, with a password. */
export async function viewVault(home, password, ansibleVersion = 'ansible-newest') {
  const programs = await tool(ansibleVersion);
  const file = join(newFolder('password'), 'password');
  writeFileSync(file, password, { mode: 0o600 });
  return run(join(programs, 'ansible-vault'), ['view', '--vault-password-file', file, 'secrets/boards.vault.yml'], {
    cwd: home.folder,
    env: { ...home.env, PATH: withPath(programs).PATH },
  });
}

/** Runs `sops decrypt` with the variables that name an identity. */
export async function openSops(home, file, variables) {
  const outcome = await sops(home, ['decrypt', '--output-type', 'json', file], variables);
  if (outcome.code !== 0) throw new Error(describe('sops', ['decrypt', file], outcome));
  return JSON.parse(outcome.stdout);
}

/** How `sops` ended. */
export async function sops(home, args, variables = { SOPS_AGE_KEY_FILE: home.identity }) {
  const env = { ...home.env, ...variables, SOPS_DISABLE_VERSION_CHECK: 'true' };
  return run(join(await tool('sops'), 'sops'), args, { cwd: home.folder, env });
}

/** A program that edits the file it is given with `sed`, for `EDITOR`. */
export function editor(script) {
  const file = join(newFolder('editor'), 'editor.sh');
  writeFileSync(file, `#!/bin/sh\nexec sed -i '${script}' "$1"\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Runs `git` in a home, which must succeed. */
export async function git(home, ...args) {
  return (await succeed('git', args, { cwd: home.folder, env: home.env })).stdout;
}

/** The bytes of `secrets/` and `.sops.yaml`. */
export function secretBytes({ folder }) {
  const files = [...filesOf(join(folder, 'secrets'))].map(([file, bytes]) => [`secrets/${file}`, bytes]);
  return Object.fromEntries([...files, ['.sops.yaml', readFileSync(join(folder, '.sops.yaml'))]]);
}

/** @throws with the names of the keys that differ; never with a value */
export function sameKeys(what, before, after, expected) {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  same(
    what,
    keys.filter((key) => !isDeepStrictEqual(before[key], after[key])),
    [...expected].sort(),
  );
}

/** @throws unless a second `add` changes no byte */
export async function addChangesNothing(home) {
  const before = secretBytes(home);
  await homecloud(home, 'secrets', 'add');
  sameKeys('files that a second add changed', before, secretBytes(home), []);
}

export function same(what, actual, expected) {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${what}: ${JSON.stringify(actual)}\nshould be ${JSON.stringify(expected)}`);
}

export function matches(what, text, ...patterns) {
  for (const pattern of patterns) if (!pattern.test(text)) throw new Error(`${what} should match ${pattern}:\n${text}`);
}

export function read({ folder }, file) {
  return readFileSync(join(folder, file), 'utf8');
}

export function write({ folder }, file, text) {
  writeFileSync(join(folder, file), text);
}
