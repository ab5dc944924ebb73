// `homecloud secrets` in homes as people make them: what it writes is opened, changed and damaged with age, SOPS, Ansible,
// kubectl, OpenSSH, Syncthing and htpasswd; it is killed at each of its steps, and watched by strace.
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { collection, environment } from './ansible.mjs';
import { filesOf, program, root } from './homes.mjs';
import { tool, withPath } from './install.mjs';
import { describe, inParallel, run, succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';
import {
  addChangesNothing,
  clusterFiles,
  copyOf,
  editor,
  emptyHome,
  expectCode,
  git,
  homecloud,
  matches,
  openAll,
  openPassword,
  openSops,
  openVault,
  read,
  refusedVerb,
  same,
  sameKeys,
  secretBytes,
  sops,
  valuesOf,
  vaultPassword,
  viewVault,
  wholeHome,
  write,
  writeConfig,
} from './secret-home.mjs';

/** All values of the sample, by secret, in the order in which they are told. */
const places = {
  ...Object.fromEntries(
    ['alice', 'bob', 'carol', 'dave'].map((person) => [`login-${person}`, [`vault_people_${person}_password`]]),
  ),
  'cluster-identity': ['vault_flux_identity'],
  'git-deploy-key': ['vault_flux_git_private_key', 'vault_flux_git_public_key'],
  'k3s-token': ['vault_k3s_token'],
  'k3s-agent-token': ['vault_k3s_agent_token'],
  'traefik-dashboard': ['vault_traefik_dashboard_password', 'traefik-dashboard-auth.users'],
  'home-ca': ['home-ca.ca.crt', 'home-ca.tls.crt', 'home-ca.tls.key'],
  'longhorn-page': ['vault_longhorn_page_password', 'longhorn-auth.users'],
  'samba-alice': ['dnas-users.alice'],
  'samba-bob': ['dnas-users.bob'],
  'samba-carol': ['dnas-users.carol'],
  'samba-dave': ['dnas-users.dave'],
  'samba-nextcloud': ['dnas-users._nextcloud', 'vault_share_mounts_password'],
  'syncthing-elm': ['vault_syncthing_elm_certificate', 'vault_syncthing_elm_key'],
  'syncthing-oak': ['vault_syncthing_oak_certificate', 'vault_syncthing_oak_key'],
  'nextcloud-admin': ['vault_nextcloud_admin_password', 'nextcloud.admin-password'],
  'nextcloud-database': ['nextcloud.database-password'],
  'nextcloud-cache': ['nextcloud.cache-password'],
};
const placesOf = (...names) => names.flatMap((name) => places[name]);
const names = Object.keys(places);

/** A new home, as a user makes it: each value is where its readers look for it, as they read it. */
export async function newHome() {
  const home = await emptyHome('token');
  await homecloud(home, 'secrets', 'init');
  same('mode of the home identity', statSync(home.identity).mode & 0o777, 0o600);
  const lacking = await expectCode(1, home, ['secrets', 'add']);
  matches('add', lacking.stdout, /^\? git-token: supply an access token/m, /homecloud secrets add git-token/);
  const token = 'glpat-Example_token-of:the "admin"';
  await expectCode(0, home, ['secrets', 'add', 'git-token'], { input: `${token}\n` });
  await homecloud(home, 'secrets', 'list');
  await homecloud(home, 'synth');
  same('check without an identity', (await expectCode(0, home, ['check'], withoutIdentity(home))).stderr, '');

  const { password, variables, cluster } = await openAll(home);
  same('homecloud-vault-password', (await vaultPassword(home)).stdout, `${password}\n`);
  same('the Vault of the oldest Ansible', await openVault(home, password, 'ansible-oldest'), variables);
  const { 'git-deploy-key': _key, ...others } = places;
  const expected = [...Object.values(others).flat(), 'vault_flux_git_token'].sort();
  same('values', Object.keys(valuesOf({ variables, cluster })).sort(), expected);
  same('the supplied token', variables.vault_flux_git_token, token);
  await Promise.all(
    ['ansible-oldest', 'ansible-newest'].map(async (version) =>
      same(`variables of ${version}`, await readByPlaybook(version, home, Object.keys(variables)), variables),
    ),
  );

  const [clusterIdentity] = variables.vault_flux_identity.split('\n');
  for (const file of clusterFiles) {
    const document = await openSops(home, file, { SOPS_AGE_KEY: clusterIdentity });
    same(`${file} for the cluster`, document.stringData, cluster[document.metadata.name]);
  }
  await copiedIntoTree(home);
  await acceptedByReaders(home, variables, cluster);

  writeConfig(home, 'key');
  matches('list', (await expectCode(1, home, ['secrets', 'list'])).stdout, /vault_flux_git_token/);
  const { stdout } = await expectCode(0, home, ['secrets', 'add']);
  const { vault_flux_git_private_key: key } = (await openAll(home)).variables;
  const keyFile = join(newFolder('key'), 'key');
  writeFileSync(keyFile, key, { mode: 0o600 });
  const half = (await succeed('ssh-keygen', ['-y', '-f', keyFile])).stdout.trim();
  const { publicHalves } = load(read(home, 'secrets/public.yml'));
  same('ssh-keygen -y', half, publicHalves['git-deploy-key'].publicKey);
  if (!stdout.includes(half)) throw new Error(`add does not print the public half:\n${stdout}`);
  matches('prune', await homecloud(home, 'secrets', 'prune', '--yes'), /^Deleted: vault_flux_git_token$/m);
  same('values', Object.keys(valuesOf(await openAll(home))).sort(), Object.values(places).flat().sort());
  await homecloud(home, 'secrets', 'list');
  await addChangesNothing(home);
}

/** The environment of a computer that has no identity of any home. */
function withoutIdentity({ env }) {
  return { env: { ...env, HOMECLOUD_IDENTITY: '/nonexistent', HOME: newFolder('nobody') } };
}

/** What a playbook reads from the Vault, with the command of the README. */
async function readByPlaybook(version, home, variables) {
  const folder = newFolder('playbook');
  const content = `{{ {${variables.map((name) => `"${name}": ${name}`).join(', ')}} | to_json }}`;
  const task = { 'ansible.builtin.copy': { content, dest: join(folder, 'values.json'), mode: '0600' } };
  const play = { hosts: 'localhost', connection: 'local', gather_facts: false, tasks: [task] };
  writeFileSync(join(folder, 'play.yml'), JSON.stringify([play]));
  await playbook(version, home, join(home.folder, 'dist/ansible'), [join(folder, 'play.yml')]);
  return JSON.parse(readFileSync(join(folder, 'values.json'), 'utf8'));
}

/** Runs ansible-playbook in a folder of `ansible.cfg`, with the Vault of a home. */
async function playbook(version, home, cwd, args, code = 0) {
  const programs = await tool(version);
  const vault = ['-e', `@${join(home.folder, 'secrets/boards.vault.yml')}`];
  const key = ['--vault-password-file', join(home.folder, 'node_modules/.bin/homecloud-vault-password')];
  const env = { ...environment(programs), ...home.env, PATH: withPath(programs).PATH };
  const all = [...args, ...vault, ...key];
  // The program looks for the home above the current folder.
  const outcome = await run(join(programs, 'ansible-playbook'), all, { cwd, env });
  if (outcome.code !== code) throw new Error(describe('ansible-playbook', all, outcome));
  return outcome;
}

/** `dist/` has each encrypted Secret byte for byte, and kubectl builds the folder that it is in. */
async function copiedIntoTree({ folder }) {
  const controllers = join(folder, 'dist/kubernetes/controllers');
  const kubectl = join(await tool('kubectl'), 'kubectl');
  const copies = [...filesOf(controllers)];
  for (const file of clusterFiles) {
    const encrypted = readFileSync(join(folder, file));
    const found = copies.filter(([, bytes]) => bytes.equals(encrypted)).map(([copy]) => copy);
    same(`copies of ${file}`, found.length, 1);
    const { metadata, stringData } = load(encrypted.toString());
    const { stdout } = await succeed(kubectl, ['kustomize', join(controllers, dirname(found[0]))]);
    const built = loadAll(stdout).find(({ kind, metadata: { name } }) => kind === 'Secret' && name === metadata.name);
    same(`${file} of kubectl kustomize`, built.stringData, stringData);
  }
}

/** The programs that use the values take them. */
async function acceptedByReaders(home, variables, cluster) {
  const folder = newFolder('readers');
  const users = join(folder, 'users');
  writeFileSync(users, `${cluster['traefik-dashboard-auth'].users.trim()}\n`);
  await succeed('htpasswd', ['-vb', users, 'admin', variables.vault_traefik_dashboard_password]);
  const { _nextcloud: ofNextcloud, ...ofPeople } = cluster['dnas-users'];
  // 128 bits of letters that smbpasswd, a phone and YAML take as they are.
  for (const [person, password] of Object.entries(ofPeople))
    if (!/^[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){6}$/.test(password)) throw new Error(`password of ${person}`);
  if (ofNextcloud !== undefined) same('what boards mount with', ofNextcloud, variables.vault_share_mounts_password);
  const tokens = ['vault_k3s_token', 'vault_k3s_agent_token', 'vault_share_mounts_password'];
  for (const token of tokens) matches(token, variables[token], /^[0-9a-f]{64}$/);
  const { publicHalves } = load(read(home, 'secrets/public.yml'));
  for (const board of ['oak', 'elm']) {
    const syncthing = join(folder, board);
    mkdirSync(syncthing);
    writeFileSync(join(syncthing, 'cert.pem'), variables[`vault_syncthing_${board}_certificate`]);
    writeFileSync(join(syncthing, 'key.pem'), variables[`vault_syncthing_${board}_key`], { mode: 0o600 });
    const two = await run('syncthing', ['device-id', `--home=${syncthing}`]);
    const { stdout } = two.code === 0 ? two : await succeed('syncthing', ['--device-id', `--home=${syncthing}`]);
    same(`Syncthing of ${board}`, stdout.trim(), publicHalves[`syncthing-${board}`].deviceId);
  }
}

/** What the admin changes with `sops edit` and `ansible-vault edit` stays; what is weak or twice there is told. */
export async function edits() {
  const home = await wholeHome();
  const { variables, cluster } = await openAll(home);
  const bob = 'bob-has-chosen-this: {0644}';
  const dashboard = 'the-admin-has-chosen-this';
  const sopsEdit = async (script) => {
    const variables = { SOPS_AGE_KEY_FILE: home.identity, EDITOR: editor(script) };
    const outcome = await sops(home, ['edit', clusterFiles[0]], variables);
    if (outcome.code !== 0) throw new Error(describe('sops', ['edit'], outcome));
  };
  await sopsEdit(`s/^    bob: .*/    bob: "${bob}"/; /^    carol: /d`);
  await vaultEdit(home, [
    `s/^vault_traefik_dashboard_password: .*/vault_traefik_dashboard_password: ${dashboard}/`,
    '/^vault_k3s_agent_token: /d',
    '$ a # of the admin\\nmine:\\n  - a list',
  ]);
  const before = load(read(home, clusterFiles[0])).stringData;
  // What was there is not made anew unasked: Git may still have it.
  const lost = await expectCode(2, home, ['secrets', 'add']);
  matches('add', lost.stdout, /^~ traefik-dashboard/m);
  matches('add', lost.stderr, /samba-carol was made on .* gone/, /k3s-agent-token was made on .* gone/);
  await homecloud(home, 'secrets', 'rotate', 'samba-carol', 'k3s-agent-token');
  const after = await openAll(home);
  const changed = [
    'dnas-users.bob',
    'dnas-users.carol',
    'vault_k3s_agent_token',
    'mine',
    ...placesOf('traefik-dashboard'),
  ];
  sameKeys('changed values', valuesOf({ variables, cluster }), valuesOf(after), changed);
  same('what bob has', after.cluster['dnas-users'].bob, bob);
  same('what the admin has', after.variables.vault_traefik_dashboard_password, dashboard);
  same('more in the Vault', after.variables.mine, ['a list']);
  sameKeys('encrypted anew', before, load(read(home, clusterFiles[0])).stringData, ['carol']);
  await acceptedByReaders(home, after.variables, {
    ...after.cluster,
    'dnas-users': { carol: after.cluster['dnas-users'].carol },
  });
  await addChangesNothing(home);

  await sopsEdit(
    's/^    alice: .*/    alice: changeme/; s/^    carol: .*/    carol: dave-and-carol-share-this/; s/^    dave: .*/    dave: dave-and-carol-share-this/',
  );
  await vaultEdit(home, ['s/^vault_k3s_token: .*/vault_k3s_token: some-SUPER-DEDEUPER-secret-password/']);
  const weak = [/SEC001\n +samba-alice is weak/, /SEC001\n +k3s-token is weak/, /SEC003\n +samba-dave and samba-carol/];
  const unchanged = secretBytes(home);
  for (const [verb, code] of [
    ['list', 1],
    ['add', 2],
  ]) {
    const { stdout, stderr } = await expectCode(code, home, ['secrets', verb]);
    matches(verb, stderr, ...weak);
    if (/changeme|DEDEUPER|share-this/.test(stdout + stderr)) throw new Error(`${verb} prints a value`);
  }
  sameKeys('files that add changed', unchanged, secretBytes(home), []);
  await homecloud(home, 'secrets', 'rotate', 'samba-alice', 'samba-dave', 'k3s-token');
  await homecloud(home, 'secrets', 'list');
  for (const value of ['changeme', '', 'short', `{{ a template of Ansible }}`]) {
    writeConfig(home, 'token');
    const { stderr } = await expectCode(2, home, ['secrets', 'add', 'git-token'], { input: value });
    if (value !== '' && stderr.includes(value)) throw new Error(`add prints what it refuses:\n${stderr}`);
  }
}

/** Runs `ansible-vault edit` with commands of sed. */
async function vaultEdit(home, scripts) {
  const programs = await tool('ansible-newest');
  const key = ['--vault-password-file', join(home.folder, 'node_modules/.bin/homecloud-vault-password')];
  await succeed(join(programs, 'ansible-vault'), ['edit', ...key, 'secrets/boards.vault.yml'], {
    cwd: home.folder,
    env: { ...home.env, PATH: withPath(programs).PATH, EDITOR: editor(scripts.join('\n')) },
  });
}

/** New values, everywhere and only where asked; what was there before opens nothing new. */
export async function rotates() {
  const home = await wholeHome();
  let before = await openAll(home);
  const first = before;
  const rotate = async (args, ...rotated) => {
    const stdout = await homecloud(home, 'secrets', 'rotate', ...args);
    same(
      `rotate ${args}`,
      [...stdout.matchAll(/^\d+\. (\S+): new\b/gm)].map(([, name]) => name),
      rotated,
    );
    const after = await openAll(home);
    const expected = rotated.flatMap((name) => places[name] ?? []);
    if (rotated.includes('k3s-token')) {
      expected.push('vault_k3s_token_before');
      same('the k3s token before', after.variables.vault_k3s_token_before, before.variables.vault_k3s_token);
    }
    sameKeys(`rotate ${args}`, valuesOf(before), valuesOf(after), expected);
    same(
      `a new Vault password after rotate ${args}`,
      before.password !== after.password,
      rotated.includes('vault-password'),
    );
    await homecloud(home, 'secrets', 'list');
    before = after;
    return stdout;
  };
  const some = [
    'samba-bob',
    'k3s-agent-token',
    'syncthing-oak',
    'traefik-dashboard',
    'git-deploy-key',
    'vault-password',
  ];
  const said = await rotate(some, ...some);
  same('the Vault with the password before', (await viewVault(home, first.password)).code === 0, false);
  matches('rotate', said, /the playbook site/, /commit and push/, /public half of git-deploy-key/, /new ID/);
  const { 'dnas-users': people, ...others } = before.cluster;
  await acceptedByReaders(home, before.variables, { ...others, 'dnas-users': people });

  const [oldIdentity] = before.variables.vault_flux_identity.split('\n');
  const old = clusterFiles.map((file) => read(home, file));
  await rotate(['cluster-identity'], 'cluster-identity');
  const identities = before.variables.vault_flux_identity.split('\n');
  same('the one before', identities.slice(1), [oldIdentity]);
  await opensNothingNew(home, old, { SOPS_AGE_KEY: oldIdentity });
  for (const file of clusterFiles) await openSops(home, file, { SOPS_AGE_KEY: identities[0] });

  same('rotate', await homecloud(home, 'secrets', 'rotate', '--older-than', '180d'), 'Nothing to rotate.\n');
  const dated = read(home, 'secrets/public.yml').replace(/(samba-dave|vault-password): '\d{4}/g, "$1: '2021");
  write(home, 'secrets/public.yml', dated);
  await rotate(['--older-than', '180d'], 'samba-dave', 'vault-password');

  // First passwords of Nextcloud are on no board.
  const stolen = names.filter((name) => !/^(syncthing-elm|login-.*)$/.test(name));
  const byStolen = await homecloud(copyOf(home), 'secrets', 'rotate', '--stolen', 'oak');
  same(
    'rotate --stolen oak',
    [...byStolen.matchAll(/^\d+\. (\S+): new\b/gm)].map(([, name]) => name).sort(),
    stolen.sort(),
  );
  await refusedVerb(home, ['secrets', 'rotate', '--stolen', 'ash'], /ash/);
  await rotate(['--all'], ...names, 'vault-password');
  const kept = Object.entries(valuesOf(first)).filter(([place, value]) => valuesOf(before)[place] === value);
  same(
    'values that are still there',
    kept.map(([place]) => place),
    [],
  );
  await addChangesNothing(home);
  await homecloud(home, 'synth');
  await copiedIntoTree(home);

  writeConfig(home, 'token');
  await expectCode(0, home, ['secrets', 'add', 'git-token'], { input: 'a token of the Git server' });
  matches('rotate', (await expectCode(1, home, ['secrets', 'rotate', 'git-token'])).stdout, /revoke the old one/);
  await refusedVerb(home, ['secrets', 'rotate'], /Say what to rotate/);
  await refusedVerb(home, ['secrets', 'rotate', 'samba-alcie'], /no secret samba-alcie/);
}

/**
 * An identity opens none of the Secrets of now; also not with the data key of before, which whoever has the history of
 * the repository can put into the file of now.
 */
async function opensNothingNew(home, old, variables) {
  const folder = newFolder('spliced');
  for (const [index, file] of clusterFiles.entries()) {
    const keys = /^ {4}age:\n[\s\S]*?(?=^ {4}\w)/m;
    const [keysBefore] = keys.exec(old[index]);
    const spliced = join(folder, `${index}.sops.yaml`);
    writeFileSync(
      spliced,
      read(home, file).replace(keys, () => keysBefore),
    );
    for (const one of [file, spliced]) {
      const outcome = await sops(home, ['decrypt', one], variables);
      const said = describe('sops', ['decrypt', one], outcome);
      if (outcome.code === 0 || !/did not match|decrypt/i.test(said)) throw new Error(`should be refused:\n${said}`);
    }
  }
}

/** Another identity opens everything once it is added, and nothing new once it is removed. */
export async function recipients() {
  const home = await wholeHome();
  const other = join(newFolder('other'), 'other.agekey');
  const programs = await tool('age');
  await succeed(join(programs, 'age-keygen'), ['-o', other]);
  const recipient = (await succeed(join(programs, 'age-keygen'), ['-y', other])).stdout.trim();
  await refusedVerb(home, ['secrets', 'list', '--identity', other], /None of the given identities can open/);
  const before = await openAll(home);

  await homecloud(home, 'secrets', 'add-recipient', recipient);
  same('what the other opens', await openAll({ ...home, identity: other }), before);
  await homecloud(home, 'secrets', 'list', '--identity', other);
  await homecloud(home, 'secrets', 'rotate', 'samba-bob', '--identity', other);
  await sops(home, ['updatekeys', '--yes', clusterFiles[0]]);
  await addChangesNothing(home);
  const both = await openAll({ ...home, identity: other });
  same('what both open', await openAll(home), both);

  const [old, oldPassword] = [clusterFiles.map((file) => read(home, file)), both.password];
  await homecloud(home, 'secrets', 'remove-recipient', recipient);
  const { password, ...rest } = await openAll(home);
  same('values after remove-recipient', rest, { variables: both.variables, cluster: both.cluster });
  await addChangesNothing(home);
  await opensNothingNew(home, old, { SOPS_AGE_KEY_FILE: other });
  const opened = await openPassword(home, other).catch(({ message }) => message);
  matches('age -d', opened, /no identity matched/);
  same('the Vault with the password before', (await viewVault(home, oldPassword)).code === 0, false);
  await refusedVerb(home, ['secrets', 'add', '--identity', other], /None of the given identities can open/);
  await homecloud(home, 'secrets', 'rotate', '--all');
  await homecloud(home, 'secrets', 'list');

  const [mine] = load(read(home, 'secrets/public.yml')).recipients.home;
  const identity = readFileSync(other, 'utf8').trim().split('\n').at(-1);
  await refusedVerb(home, ['secrets', 'remove-recipient', mine], /only recipient/);
  await refusedVerb(home, ['secrets', 'remove-recipient', recipient], /is no recipient/);
  await refusedVerb(home, ['secrets', 'add-recipient', recipient.replace(/.$/, 'b')], /not an age recipient/);
  const said = await refusedVerb(home, ['secrets', 'add-recipient', identity], /not an age recipient/);
  if (said.includes(identity)) throw new Error('add-recipient prints an identity');
}

/** One changed character of a file, or another identity: our verbs refuse in one sentence, and change nothing. */
export async function damage() {
  const home = await wholeHome();
  const random = randomNumbers(Date.now());
  const files = ['secrets/boards.vault.yml', 'secrets/vault-password.age', ...clusterFiles];
  const verbs = [['list'], ['add'], ['rotate', '--all'], ['prune', '--yes']];
  const cases = files.flatMap((file) =>
    Array.from({ length: 5 }, (_, index) => ({ file, verb: verbs[index % verbs.length], place: random.next() })),
  );
  const { password } = await openAll(home);
  const open = {
    [files[0]]: (copy) => openVault(copy, password),
    [files[1]]: (copy) => openPassword(copy, copy.identity),
  };
  const results = await inParallel(cases, async ({ file, verb, place }) => {
    const copy = copyOf(home);
    const text = read(copy, file);
    const index = Math.floor(place * text.length);
    const changed = changedAt(text, index);
    write(copy, file, changed);
    const before = secretBytes(copy);
    const what = `homecloud secrets ${verb.join(' ')}, with character ${index} of ${file} changed (seed ${random.seed})`;
    const refusal = await refusedVerb(copy, ['secrets', ...verb], /./).catch((error) => error);
    if (!(refusal instanceof Error)) {
      sameKeys(`files after ${what}`, before, secretBytes(copy), []);
      return { file, refused: true };
    }
    // What SOPS and Ansible do not mind, we need not: the version of SOPS, for one.
    const opens = open[file] ?? ((it) => openSops(it, file, { SOPS_AGE_KEY_FILE: it.identity }));
    write(copy, file, changed);
    const isMinded = await opens(copy).then(
      () => false,
      () => true,
    );
    if (isMinded) throw new Error(`${what}: ${refusal.message}`);
    return { file, refused: false };
  });
  for (const file of files)
    if (!results.some((result) => result.file === file && result.refused))
      throw new Error(`nothing of ${file} was refused`);

  const stranger = copyOf(home);
  await succeed(join(await tool('age'), 'age-keygen'), ['-o', join(stranger.folder, '../person/stranger')]);
  const asStranger = { env: { ...stranger.env, HOMECLOUD_IDENTITY: join(stranger.folder, '../person/stranger') } };
  for (const verb of [...verbs, ['rotate', 'vault-password']])
    await refusedVerb(stranger, ['secrets', ...verb], /^ +\S+: None of the given identities can open/, asStranger);
  const { code, stdout, stderr } = await vaultPassword(stranger, asStranger);
  same('homecloud-vault-password', { code, stdout }, { code: 2, stdout: '' });
  matches('homecloud-vault-password', stderr, /None of the given identities can open/);
  sameKeys('files that a stranger changed', secretBytes(home), secretBytes(stranger), []);

  const identity = readFileSync(home.identity, 'utf8');
  writeFileSync(
    home.identity,
    identity.replace(/(AGE-SECRET-KEY-1.{20})./, (_, start) => `${start}1`),
  );
  const said = await refusedVerb(
    home,
    ['secrets', 'list'],
    /Line 3 of the identity file is an identity that is incomplete/,
  );
  if (said.includes('AGE-SECRET-KEY-1Q') || said.includes(identity.split('\n')[2].slice(20, 36)))
    throw new Error('the refusal of an identity prints it');
  writeFileSync(home.identity, identity);
  const facts = read(home, 'secrets/public.yml');
  for (const wrong of [
    facts.replace('recipients:', 'recipient:'),
    facts.replace(/- age1\w{6}/, '- age1qqqqqq'),
    '{',
    'made: 1\n',
  ]) {
    write(home, 'secrets/public.yml', wrong);
    await refusedVerb(home, ['secrets', 'add'], /secrets\/public\.yml/);
  }
}

/** A text with another letter or digit at a place, or at the nearest one behind it, or else the last one. */
function changedAt(text, place) {
  const behind = text.slice(place).search(/[A-Za-z0-9]/);
  const index = behind < 0 ? text.search(/[A-Za-z0-9][^A-Za-z0-9]*$/) : Math.floor(place) + behind;
  return text.slice(0, index) + (text[index] === '7' ? '8' : '7') + text.slice(index + 1);
}

/** Random numbers between 0 and 1, the same for the same seed (mulberry32). */
function randomNumbers(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { seed, next };
}

/**
 * Killed before each change of the name of a file, and at random moments: all files can be read, and `add` makes good
 * what is half done.
 */
export async function kills() {
  const whole = await wholeHome();
  const begun = await emptyHome();
  await homecloud(begun, 'secrets', 'init');
  const moved = copyOf(whole);
  const changes = new URL('kill-at-change.mjs', import.meta.url).href;
  const vaults = new Map();
  const killed = async (home, args, variables) => {
    const env = { ...home.env, NODE_OPTIONS: `--import=${changes}`, ...variables };
    return run(process.execPath, [program, 'secrets', ...args], { cwd: home.folder, env }).catch((error) => {
      if (!/ended by SIGKILL/.test(error.message)) throw error;
      return undefined;
    });
  };
  const actions = [
    { home: await emptyHome(), args: ['init'] },
    { home: begun, args: ['add'] },
    { home: moved, args: ['rotate', '--all'] },
    { home: whole, args: ['add-recipient', await newRecipient()] },
  ];
  const cases = [];
  for (const { home, args } of actions) {
    const copy = copyOf(home);
    const counter = join(copy.folder, '../tmp/changes');
    const outcome = await killed(copy, args, { COUNT_CHANGES: counter });
    if (outcome?.code !== 0) throw new Error(describe('homecloud', args, outcome));
    const steps = Number(readFileSync(counter, 'utf8'));
    for (let step = 1; step <= steps; step += 1) cases.push({ home, args, step, steps });
  }
  await inParallel(cases, async ({ home, args, step, steps }) => {
    const copy = copyOf(home);
    const what = `homecloud secrets ${args[0]}, killed at change ${step} of ${steps}`;
    try {
      const outcome = await killed(copy, args, { KILL_AT_CHANGE: String(step) });
      if (outcome !== undefined) throw new Error(describe('homecloud', args, outcome));
      await readable(copy, vaults);
      // Once more, while half done.
      if (existsSync(join(copy.folder, 'secrets/vault-password.next.age'))) {
        await killed(copy, ['rotate', 'vault-password'], { KILL_AT_CHANGE: String((step % 4) + 1) });
        await readable(copy, vaults);
      }
      if (args[0] !== 'init') await completed(copy, vaults, step % 3 === 0);
      else if (!existsSync(join(copy.folder, 'secrets/public.yml'))) await begunAgain(copy);
    } catch (error) {
      throw new Error(`${what}: ${error.message}`);
    }
  });

  const random = randomNumbers(Date.now());
  try {
    await inParallel([begun, moved], async (home) => {
      for (let times = 0; times < 8; times += 1) {
        const args = home === begun ? ['add'] : ['rotate', '--all'];
        const copy = home === begun ? copyOf(home) : home;
        await killedAfter(copy, args, 100 + 600 * random.next());
        await readable(copy, vaults);
        if (times === 7) await completed(copy, vaults, true);
      }
    });
  } catch (error) {
    throw new Error(`seed ${random.seed}: ${error.message}`);
  }
  await openVaults(vaults);
}

/** `init` goes on with the identity that a killed one made. */
async function begunAgain(home) {
  const identity = existsSync(home.identity) ? readFileSync(home.identity, 'utf8') : undefined;
  await homecloud(home, 'secrets', 'init');
  if (identity !== undefined) same('the identity', readFileSync(home.identity, 'utf8'), identity);
}

async function newRecipient() {
  const file = join(newFolder('other'), 'other.agekey');
  const keygen = join(await tool('age'), 'age-keygen');
  await succeed(keygen, ['-o', file]);
  return (await succeed(keygen, ['-y', file])).stdout.trim();
}

async function killedAfter(home, args, milliseconds) {
  const options = { cwd: home.folder, env: home.env, minutes: milliseconds / 60_000 };
  await run(process.execPath, [program, 'secrets', ...args], options).catch((error) => {
    if (!/ended by SIGKILL/.test(error.message)) throw error;
  });
}

/** age and SOPS open all that is there, now; ansible-vault later, all of one password in one run. */
async function readable(home, vaults) {
  const files = existsSync(join(home.folder, 'secrets')) ? [...filesOf(join(home.folder, 'secrets')).keys()] : [];
  const passwords = [];
  for (const file of files.filter((file) => !/(^|\/)\.homecloud-/.test(file))) {
    if (file.endsWith('.sops.yaml')) await openSops(home, `secrets/${file}`, { SOPS_AGE_KEY_FILE: home.identity });
    if (file.endsWith('.age')) passwords.push(await openPassword(home, home.identity, `secrets/${file}`));
  }
  if (files.includes('boards.vault.yml')) addVault(home, passwords, vaults);
}

function addVault(home, passwords, vaults) {
  const key = passwords.join('\n');
  vaults.set(key, [...(vaults.get(key) ?? []), read(home, 'secrets/boards.vault.yml')]);
}

/** `add` made good what a killed run left. */
async function completed(home, vaults, isLast) {
  await homecloud(home, 'secrets', 'add');
  if (isLast) {
    await homecloud(home, 'secrets', 'list');
    await addChangesNothing(home);
  }
  const left = [...filesOf(join(home.folder, 'secrets')).keys()].filter((file) => /\.tmp$|\.next\b/.test(file));
  same('files that are left over', left, []);
  addVault(home, [await openPassword(home, home.identity)], vaults);
  for (const file of clusterFiles) await openSops(home, file, { SOPS_AGE_KEY_FILE: home.identity });
}

async function openVaults(vaults) {
  const programs = await tool('ansible-newest');
  await inParallel([...vaults], async ([passwords, texts]) => {
    const folder = newFolder('vaults');
    const files = [...new Set(texts)].map((text, index) => {
      writeFileSync(join(folder, `${index}.yml`), text);
      return `${index}.yml`;
    });
    const keys = passwords.split('\n').flatMap((password, index) => {
      writeFileSync(join(folder, `key-${index}`), password);
      return ['--vault-id', `key${index}@key-${index}`];
    });
    const env = { ...environment(programs), HOME: folder };
    await succeed(join(programs, 'ansible-vault'), ['decrypt', ...keys, ...files], { cwd: folder, env });
    for (const file of files) load(readFileSync(join(folder, file), 'utf8'));
  });
}

/**
 * No value leaves a verb but where it should: what each process that it starts writes, and its arguments and
 * environment, as strace sees them, and all that it leaves in the home, the temporary folder and `dist/`.
 */
export async function leaks() {
  const home = await emptyHome('token');
  const token = 'canary-token-of-the-git-server';
  const values = new Map([['git-token', token]]);
  /** Where a value was seen: `<verb>: <name of the value> in <what it was written to>`. */
  const seen = new Set();
  const traces = [];
  const verb = async (code, args, options = {}) => {
    const trace = join(newFolder('trace'), 'trace');
    const outcome = await traced(home, trace, [process.execPath, program, ...args], options);
    if (outcome.code !== code) throw new Error(describe('homecloud', args, outcome));
    traces.push({ verb: args.filter((arg) => !/^age1|AGE-/.test(arg)).join(' '), trace });
    return outcome;
  };
  const remember = async (when) => {
    const opened = await openAll(home);
    values.set(`Vault password ${when}`, opened.password);
    for (const [place, value] of Object.entries(valuesOf(opened)))
      if (!/_certificate$|_public_key$|\.crt$/.test(place)) values.set(`${place} ${when}`, value);
  };
  await verb(0, ['secrets', 'init']);
  values.set('home identity', readFileSync(home.identity, 'utf8').trim().split('\n').at(-1));
  await verb(1, ['secrets', 'add']);
  await verb(0, ['secrets', 'add', 'git-token'], { input: token });
  await remember('at first');
  await verb(0, ['synth']);
  await verb(0, ['synth', '--json']);
  await verb(0, ['report']);
  await verb(0, ['report', '--json']);
  await verb(0, ['secrets', 'list']);
  await verb(0, ['secrets', 'list', '--json']);
  await verb(0, ['secrets', 'rotate', 'samba-bob']);
  await remember('after one');
  await verb(0, ['secrets', 'rotate', '--stolen', 'oak']).catch(() => undefined);
  await verb(1, ['secrets', 'rotate', '--all']);
  await remember('after all');
  await verb(0, ['secrets', 'card', 'alice']);
  const { stdout: page } = await verb(0, ['secrets', 'paper']);
  await verb(0, ['secrets', 'paper', '--check'], { input: page });
  const recipient = await newRecipient();
  await verb(0, ['secrets', 'add-recipient', recipient]);
  await verb(0, ['secrets', 'remove-recipient', recipient]);
  await remember('at last');
  await verb(0, ['secrets', 'prune', '--yes']);
  await verb(0, ['secrets', 'hook']);
  await verb(0, ['synth']);
  await verb(0, ['check', '--json']);
  await verb(2, ['secrets', 'add', 'git-token'], { input: `${values.get('dnas-users.alice at last')}`.slice(0, 9) });
  for (const file of ['secrets/boards.vault.yml', 'secrets/vault-password.age', ...clusterFiles]) {
    const text = read(home, file);
    const place = /AES256_GCM,data:/.exec(text)?.index ?? text.length / 2;
    write(home, file, changedAt(text, place + 'AES256_GCM,data:'.length));
    await verb(2, ['secrets', 'list', '--json']);
    write(home, file, text);
  }
  const trace = join(newFolder('trace'), 'trace');
  await traced(home, trace, [process.execPath, join(root, 'build/vault-password.js')]);
  traces.push({ verb: 'homecloud-vault-password', trace });

  const needles = needlesOf(values);
  for (const { verb, trace } of traces)
    for (const line of readFileSync(trace, 'latin1').split('\n'))
      for (const name of foundIn(line, needles)) seen.add(`${verb}: ${name} in ${targetOf(line, home)}`);
  const left = ['home/secrets', 'home/dist', 'home/.cards', 'home/.git', 'person', 'tmp'];
  for (const folder of left)
    for (const [file, bytes] of filesOf(join(home.folder, '..', folder)))
      for (const name of foundIn(bytes.toString('latin1'), needles)) seen.add(`left: ${name} in ${folder}/${file}`);
  same('where values were seen', [...seen].sort(), [
    'homecloud-vault-password: Vault password at last in standard output',
    'left: dnas-users.alice after all in home/.cards/alice.txt',
    'left: dnas-users.alice at last in home/.cards/alice.txt',
    'left: home identity in person/home.agekey',
    'left: vault_people_alice_password after all in home/.cards/alice.txt',
    'left: vault_people_alice_password at last in home/.cards/alice.txt',
    'secrets card alice: dnas-users.alice after all in home/.cards/alice.txt',
    'secrets card alice: dnas-users.alice at last in home/.cards/alice.txt',
    'secrets card alice: vault_people_alice_password after all in home/.cards/alice.txt',
    'secrets card alice: vault_people_alice_password at last in home/.cards/alice.txt',
    'secrets init: home identity in person/home.agekey',
  ]);
}

/** Runs a program below strace, which writes all that it and its children write, and how each was started. */
function traced(home, trace, command, options = {}) {
  const calls = 'execve,execveat,write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg';
  // -y: the paths of what is written to; -v: the whole environment; -s: the whole of each text.
  const args = [
    '-f',
    '-qq',
    '-y',
    '-v',
    '-s',
    String(2 ** 22),
    '-e',
    `trace=${calls}`,
    '-e',
    'signal=none',
    '-o',
    trace,
  ];
  return run('strace', [...args, ...command], { cwd: home.folder, env: home.env, ...options }).catch((error) => {
    throw error.code === 'ENOENT' ? new Error('strace is missing: apt-get install strace') : error;
  });
}

/** What to look for: each line of a value that is long enough to be one, as it is, in Base64 and in hex. */
function needlesOf(values) {
  return [...values].flatMap(([name, value]) => {
    const lines = value.split('\n').filter((line) => line.length >= 20 && !line.startsWith('-----'));
    const forms = ['base64', 'hex'].map((form) => Buffer.from(value.trim()).toString(form).slice(0, 40));
    return [...lines, ...forms].map((text) => ({ name, text }));
  });
}

function foundIn(text, needles) {
  return new Set(needles.filter((needle) => text.includes(needle.text)).map(({ name }) => name));
}

/** What a line of strace writes to. */
function targetOf(line, { folder }) {
  const [, call, number, path] = /^\d+ +(\w+)\((?:(\d+)<([^>]*)>)?/.exec(line) ?? [];
  if (number === '1' || number === '2') return number === '1' ? 'standard output' : 'standard error';
  if (path === undefined) return call;
  const place = path.replace(join(folder, '..', '/'), '');
  return place.replace(/\.homecloud-\d+-(.*)\.tmp$/, '$1').replace(/\.\d+\.tmp$/, '');
}

/** Ansible prints no value of the Vault, however much it is asked to say, where a role works and where it fails. */
export async function ansibleLeaks(version) {
  const home = await wholeHome();
  const { variables } = await openAll(home);
  const secret = Object.entries(variables).filter(([name]) => !/_certificate$|_public_key$/.test(name));
  const project = join(home.folder, 'dist/ansible');
  const role = join(project, collection, 'roles/k3s');
  const [boards, play] = [newFolder('boards'), join(newFolder('play'), 'play.yml')];
  // The real task that writes the tokens, into a folder of ours and as the user that runs this.
  const etc = `${boards}/{{ inventory_hostname }}/etc`;
  const [, task] =
    /\n( +- name: Write the tokens\n.*?)\n\n/s.exec(readFileSync(join(role, 'tasks/prepare.yml'), 'utf8')) ?? [];
  const all = task.replace(/loop: .*/, 'loop: "{{ k3s_secret_files }}"').replaceAll(/^ *(owner|group): root\n/gm, '');
  writeFileSync(join(role, 'tasks/main.yml'), `---\n${all}\n`);
  const vars = readFileSync(join(role, 'vars/main.yml'), 'utf8');
  writeFileSync(join(role, 'vars/main.yml'), vars.replaceAll(/^ {2}path: \/etc\/(.*)$/gm, `  path: "${etc}/$1"`));
  const roles = [
    // The role of one board is none, and what is written on another is in the way.
    {
      role: 'homecloud.boards.k3s',
      vars: { k3s_role: "{{ 'none' if inventory_hostname == 'elm' else 'server' }}" },
    },
  ];
  writeFileSync(
    play,
    JSON.stringify([{ hosts: 'all', connection: 'local', gather_facts: false, become: false, roles }]),
  );
  for (const board of ['oak', 'elm', 'fir'])
    for (const folder of ['rancher/k3s', 'systemd/system'])
      mkdirSync(join(boards, board, 'etc', folder), { recursive: true });
  mkdirSync(join(boards, 'fir/etc/rancher/k3s/token'));
  const { stdout, stderr } = await playbook(version, home, project, [play, '-vvv', '--diff'], 2);
  matches(
    'ansible-playbook',
    stdout,
    /elm.*failed=1/,
    /fir.*failed=1/,
    /oak.*failed=0/,
    /value of k3s_role must be one of/,
    /censored/,
  );
  const written = readFileSync(join(boards, 'oak/etc/rancher/k3s/token'), 'utf8');
  same('the token of oak', written, `${variables.vault_k3s_token}\n`);
  const found = foundIn(stdout + stderr, needlesOf(new Map(secret)));
  if (found.size > 0) throw new Error(`Ansible prints ${[...found]}:\n${stdout}${stderr}`);
}

/** What would publish a secret, or lose one, is refused. */
export async function refusals() {
  const home = await emptyHome();
  const missing =
    /SEC009\n +secrets that the home reads are missing: .*dnas\/dnas-users \(_nextcloud, alice, bob, carol, dave\); .*traefik\/traefik-dashboard-auth \(users\)/;
  for (const verb of ['synth', 'check'])
    matches(verb, (await expectCode(2, home, [verb], withoutIdentity(home))).stderr, missing);
  for (const verb of ['list', 'add', 'prune'])
    await refusedVerb(home, ['secrets', verb], /no secrets yet|no home identity/);
  await refusedVerb(home, ['secrets', 'init', '--identity', 'my.agekey'], /the next commit would publish it/);
  same('an identity in the repository', existsSync(join(home.folder, 'my.agekey')), false);
  same('secrets of it', existsSync(join(home.folder, 'secrets')), false);

  await homecloud(home, 'secrets', 'init');
  const identity = readFileSync(home.identity, 'utf8');
  await refusedVerb(home, ['secrets', 'init'], /has secrets already/);
  const page = await homecloud(home, 'secrets', 'paper');
  await expectCode(2, home, ['secrets', 'paper', '--restore'], { input: page });
  same('the identity', readFileSync(home.identity, 'utf8'), identity);
  const sibling = await emptyHome();
  copyFileSync(home.identity, sibling.identity);
  await homecloud(sibling, 'secrets', 'init');
  same('the identity that was there', readFileSync(sibling.identity, 'utf8'), identity);
  rmSync(home.identity);
  await expectCode(0, home, ['secrets', 'paper', '--restore'], { input: page });
  same('mode of the restored identity', statSync(home.identity).mode & 0o777, 0o600);
  await expectCode(0, home, ['secrets', 'paper', '--check'], { input: page });
  chmodSync(home.identity, 0o644);
  await refusedVerb(home, ['secrets', 'add'], /Others on this computer can read/);
  chmodSync(home.identity, 0o600);

  await homecloud(home, 'secrets', 'add');
  await homecloud(home, 'synth');
  await homecloud(home, 'secrets', 'hook');
  await git(home, 'add', '.');
  await git(home, 'commit', '--quiet', '--message', 'The home');
  await homecloud(home, 'secrets', 'card', 'alice');
  const { cluster } = await openAll(home);
  const card = join(home.folder, '.cards/alice.txt');
  same('mode of the card', statSync(card).mode & 0o777, 0o600);
  if (!readFileSync(card, 'utf8').includes(cluster['dnas-users'].alice)) throw new Error('the card has no password');
  same('git status', await git(home, 'status', '--porcelain'), '');
  for (const person of ['eve', '../eve']) await refusedVerb(home, ['secrets', 'card', person], /No password .* for/);

  const [file] = clusterFiles;
  const text = read(home, file);
  write(home, file, text.replace(/alice: ENC\S+/, 'alice: in-clear-text'));
  await refusedByAll(home, /SEC008\n.*stringData\.alice/);
  write(home, file, text);
  write(home, 'secrets/notes.txt', 'the password is in-clear-text');
  await refusedByAll(home, /SEC008\n.*notes\.txt is not encrypted/);
  rmSync(join(home.folder, 'secrets/notes.txt'));
  await succeed('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home.folder, 'id')]);
  await succeed('openssl', [
    'ecparam',
    '-name',
    'prime256v1',
    '-genkey',
    '-noout',
    '-out',
    join(home.folder, 'ec.pem'),
  ]);
  writeFileSync(join(home.folder, 'joined.json'), JSON.stringify({ key: read(home, 'ec.pem') }));
  writeFileSync(join(home.folder, 'age.txt'), identity);
  await homecloud(home, 'check');
  for (const key of ['id', 'ec.pem', 'joined.json', 'age.txt']) {
    await git(home, 'add', key);
    await refusedByAll(home, new RegExp(`SEC011\n.*private key: ${key}`));
    await git(home, 'rm', '--quiet', '--cached', key);
    rmSync(join(home.folder, key));
  }
  write(home, 'note', 'nothing secret');
  await git(home, 'add', '.');
  await git(home, 'commit', '--quiet', '--message', 'A note');

  const sample = await emptyHome();
  for (const name of ['secrets', '.sops.yaml'])
    cpSync(join(root, name), join(sample.folder, name), { recursive: true });
  const throwAway = join(root, 'test/throw-away.agekey');
  copyFileSync(throwAway, sample.identity);
  chmodSync(sample.identity, 0o600);
  for (const verb of [['synth'], ['check'], ['secrets', 'add'], ['secrets', 'list'], ['secrets', 'rotate', '--all']])
    matches(verb.join(' '), (await expectCode(2, sample, verb)).stderr, /SEC010/);
  rmSync(join(sample.folder, 'secrets'), { recursive: true });
  matches('init', (await expectCode(2, sample, ['secrets', 'init'])).stderr, /SEC010/);
}

/** `check` and the hook of Git refuse what is in a home. */
async function refusedByAll(home, why) {
  const { stderr } = await expectCode(2, home, ['check']);
  matches('check', stderr, why);
  if (stderr.includes('in-clear-text')) throw new Error(`check prints a value:\n${stderr}`);
  const outcome = await run('git', ['commit', '--allow-empty', '--message', 'no'], { cwd: home.folder, env: home.env });
  if (outcome.code === 0) throw new Error(`Git took a commit that should have been refused: ${why}`);
  matches('git commit', outcome.stderr, why);
}
