// The role `people`: accounts of Nextcloud as the one list of people says.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { ansibleVersions, environment } from '../tools/ansible.mjs';
import { configs, synth } from '../tools/homes.mjs';
import { tool } from '../tools/install.mjs';
import { describe, run } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { Cloud } from './cloud.mjs';

const GiB = 2 ** 30;

const alice = {
  name: 'alice',
  full_name: `Alice "O'Neil" {{ x }}`,
  email: 'Alice@Example.org',
  quota: 100 * GiB,
  language: 'fr',
  groups: ['admin', 'family'],
};
const bob = { name: 'bob-2', full_name: '-Bob', email: 'bob@example.org', quota: 1.5 * 1024 * GiB, groups: ['family'] };
const carol = { name: 'carol' };

function expect(isSo, what) {
  if (!isSo) throw new Error(what);
}

function same(what, is, should) {
  expect(
    JSON.stringify(is) === JSON.stringify(should),
    `${what}: ${JSON.stringify(is)}, not ${JSON.stringify(should)}`,
  );
}

/** A check tells what a run then does, and changes nothing; a second run changes nothing, either. */
async function brings(cloud, wanted, changes) {
  const before = JSON.stringify([await cloud.accounts(), await cloud.groups()]);
  same('a check', (await cloud.does(wanted, '--check')).changes, changes);
  same('what a check left', JSON.stringify([await cloud.accounts(), await cloud.groups()]), before);
  const done = await cloud.does(wanted);
  same('a run', done.changes, changes);
  for (const mode of [[], ['--check']]) same('a second run', (await cloud.does(wanted, ...mode)).changes, []);
  return done;
}

async function comeAndGo(cloud) {
  await cloud.empty();
  await brings(cloud, cloud.wanted([alice, bob]), [
    'group family: new',
    'alice: new',
    'alice: email Alice@Example.org',
    'alice: quota 100 GB',
    'alice: lang fr',
    'alice: into group admin',
    'alice: into group family',
    'bob-2: new',
    'bob-2: email bob@example.org',
    'bob-2: quota 1536 GB',
    'bob-2: into group family',
  ]);
  const accounts = await cloud.accounts();
  const shown = ['display_name', 'email', 'enabled', 'groups', 'quota'].map((key) => accounts.alice[key]);
  same('alice', shown.map(sorted), [alice.full_name, 'alice@example.org', true, ['admin', 'family'], '100 GB']);
  same('the name of bob', accounts['bob-2'].display_name, '-Bob');
  same('the language of alice', await cloud.language('alice'), 'fr');

  const changed = { ...alice, email: undefined, quota: 12345, language: 'pt_BR', groups: ['family', 'parents'] };
  await brings(cloud, cloud.wanted([changed]), [
    'group parents: new',
    'alice: quota 12345 B',
    'alice: lang pt_BR',
    'alice: into group parents',
    'alice: out of group admin',
    'bob-2: disabled, with all files kept',
  ]);
  const { alice: after, 'bob-2': gone } = await cloud.accounts();
  same('an address that the config says no more', after.email, 'alice@example.org');
  same('bob', [gone.enabled, gone.groups], [false, ['family']]);
  await brings(cloud, cloud.wanted([changed, bob]), ['bob-2: enabled']);
}

function sorted(value) {
  return Array.isArray(value) ? value.toSorted() : value;
}

/** What somebody did in Nextcloud itself, without the config. */
async function leavesOthers(cloud) {
  await cloud.empty();
  await brings(cloud, cloud.wanted([bob]), [
    'group family: new',
    'bob-2: new',
    'bob-2: email bob@example.org',
    'bob-2: quota 1536 GB',
    'bob-2: into group family',
  ]);
  await cloud.ask('user:add', '--generate-password', '--display-name=Carol of the page', 'carol');
  await cloud.ask('group:add', 'club');
  for (const name of ['carol', 'bob-2']) await cloud.ask('group:adduser', 'club', name);
  await cloud.ask('user:setting', 'carol', 'files', 'quota', '5 GB');
  // As the page writes it.
  await cloud.ask('user:setting', 'bob-2', 'files', 'quota', '1.5 TB');
  await cloud.ask('user:setting', 'bob-2', 'core', 'lang', 'de');
  const before = await cloud.accounts();
  const { unknown, changes } = await cloud.does(cloud.wanted([bob]));
  same('what is told', [unknown, changes], [['carol (Carol of the page)'], []]);
  same('accounts', await cloud.accounts(), before);
  same('the language of bob', await cloud.language('bob-2'), 'de');

  // Now the config has her: her account, her password and what the config does not say stay.
  const { notes } = await brings(cloud, cloud.wanted([bob, carol]), []);
  expect(/^carol: the account was there already/.test(notes.join()), `it says ${notes}`);
  same('her quota', (await cloud.accounts()).carol.quota, '5 GB');
  // And when she is taken out of it again, she is somebody whom homecloud declared.
  await brings(cloud, cloud.wanted([bob]), ['carol: disabled, with all files kept']);
}

/** Passwords with all that a shell could take for something else. */
async function hidesPasswords(cloud) {
  await cloud.empty();
  const passwords = {
    alice: `$(touch ${cloud.folder}/ran)\`id\`"' \\n  two  blanks `,
    'bob-2': '--help pässwörd $HOME %s',
  };
  const people = [{ name: 'alice' }, { name: 'bob-2' }];
  const { changes } = await cloud.does(cloud.wanted(people, { passwords }));
  same('changes', changes, ['alice: new', 'bob-2: new']);
  for (const [name, text] of Object.entries(passwords)) {
    expect(await cloud.isPassword(name, text), `${name} cannot log in`);
    expect(!cloud.log.includes(JSON.stringify(text).slice(1, -1)), `the password of ${name} was an argument`);
  }
  expect(!readdirSync(cloud.folder).includes('ran'), 'a password was run by a shell');
  // It is for a new account only.
  same('a new first password', (await cloud.does(cloud.wanted(people))).changes, []);
  expect(await cloud.isPassword('bob-2', passwords['bob-2']), 'the password of bob was changed');
}

async function saysWhy(cloud) {
  await cloud.empty();
  const refused = async (wanted, says) => {
    const { code, stdout, stderr } = await cloud.run(wanted);
    expect(
      code === 1 && stdout === '' && says.test(stderr.replaceAll(/\s+/g, ' ')),
      `not ${says}:\n${stderr}${stdout}`,
    );
    expect(!/Traceback|tiny/.test(stderr), `it tells too much:\n${stderr}`);
  };
  await refused(
    cloud.wanted([carol], { passwords: { carol: '' } }),
    /no first password for carol: run npx homecloud secrets add/,
  );
  await refused(
    cloud.wanted([carol], { passwords: { carol: 'tiny' } }),
    /occ user:add failed: .*at least 10 characters/,
  );
  cloud.setReady(false);
  await refused(
    cloud.wanted([carol]),
    /No pod of Nextcloud is ready.*"kubectl --namespace nextcloud get pods" shows why/,
  );
  cloud.setReady(true);
  await cloud.ask('maintenance:mode', '--on');
  try {
    await refused(cloud.wanted([carol]), /in maintenance, or waits for its upgrade/);
  } finally {
    await cloud.ask('maintenance:mode', '--off');
  }
  same('accounts', Object.keys(await cloud.accounts()), ['admin']);
}

async function bringsTokens(cloud) {
  await cloud.empty();
  const people = [{ name: 'alice' }, { name: 'bob-2' }];
  await cloud.does(cloud.wanted(people));
  await cloud.ask('user:auth-tokens:add', '--no-interaction', 'alice');
  const [own] = await cloud.tokens('alice');
  const wanted = (tokens, who = people) => cloud.wanted(who, { tokens });
  const first = await cloud.does(wanted({ missing: ['alice'] }));
  same('a run', first.changes, ['alice: token new']);
  expect(/^\w{60,}$/.test(first.tokens.alice), `the token is ${first.tokens.alice}`);
  same('its own one stays', (await cloud.tokens('alice')).length, 2);
  for (const state of ['there', 'away']) {
    const { changes, tokens } = await cloud.does(wanted({ [state]: ['alice'] }));
    same(`a token that is ${state}`, [changes, tokens], [[], {}]);
  }
  // The board has lost it: the one before is worth nothing any more.
  const checked = await cloud.does(wanted({ missing: ['alice'] }), '--check');
  same('a check', [checked.changes, checked.tokens], [['alice: token revoked', 'alice: token new'], {}]);
  const second = await cloud.does(wanted({ missing: ['alice'] }));
  expect(second.tokens.alice !== first.tokens.alice, 'it is the same token');
  same('tokens of alice', (await cloud.tokens('alice')).length, 2);
  // Somebody has revoked it in Nextcloud, and the board does not know.
  const [, ours] = (await cloud.tokens('alice')).toSorted((a, b) => a - b);
  await cloud.ask('user:auth-tokens:delete', 'alice', String(ours));
  same('another run', (await cloud.does(wanted({ there: ['alice'] }))).changes, ['alice: token new']);
  // Nobody wants it any more; then its person leaves, too.
  const both = [...people, { name: 'carol' }];
  await cloud.does(wanted({ there: ['alice'], missing: ['carol'] }, both));
  same('it is revoked', (await cloud.does(wanted({ there: ['carol'] }, both))).changes, ['alice: token revoked']);
  same('her own one stays', await cloud.tokens('alice'), [own]);
  same('who leaves', (await cloud.does(wanted({}))).changes, [
    'carol: disabled, with all files kept',
    'carol: token revoked',
  ]);
  same('tokens of carol', await cloud.tokens('carol'), []);
  same('at the end', (await cloud.does(wanted({}))).changes, []);
}

/** Those that others make at the same moment are not touched, and what a killed run could not write down is revoked. */
async function knowsItsTokens(cloud) {
  await cloud.empty();
  const wanted = (tokens) => cloud.wanted([{ name: 'alice' }], { tokens });
  await cloud.does(wanted({}));
  cloud.tokensAre = 'others';
  await cloud.does(wanted({ missing: ['alice'] }));
  cloud.tokensAre = '';
  const [phone, ours, tablet] = await cloud.tokens('alice');
  same('while it is wanted', (await cloud.does(wanted({ there: ['alice'] }))).changes, []);
  same('it is revoked', (await cloud.does(wanted({}))).changes, ['alice: token revoked']);
  same('those of others', [await cloud.tokens('alice'), ours - phone], [[phone, tablet], 1]);
  // Killed when it was made, and not written down.
  cloud.failAt(undefined);
  const kept = cloud.keep();
  await cloud.does(wanted({ missing: ['alice'] }));
  const { calls } = cloud;
  cloud.putBack(kept);
  for (const before of [1, 2]) {
    cloud.failAt(calls + 1 - before);
    const { code } = await cloud.run(wanted({ missing: ['alice'] }));
    expect(code === 1, `killed ${before} calls before the end, it ends with ${code}`);
    cloud.failAt(undefined);
    same('left by it', (await cloud.tokens('alice')).length, 3);
    const { changes } = await cloud.does(wanted({ missing: ['alice'] }));
    same('the next run', changes, ['alice: token revoked', 'alice: token new']);
    same('tokens', (await cloud.tokens('alice')).length, 3);
    cloud.putBack(kept);
  }
  // Of a version that cannot make one.
  cloud.tokensAre = 'broken';
  const { code, stderr } = await cloud.run(wanted({ missing: ['alice'] }));
  expect(
    code === 1 && /cannot make an app password, and alice needs one.*Take versions\.nextcloud out/s.test(stderr),
    stderr,
  );
}

/** Killed before each of its changes in turn, it ends where a run that nobody kills ends. */
async function goesOn(cloud) {
  const shown = async () => {
    const accounts = Object.values(await cloud.accounts()).map((one) =>
      [one.user_id, one.enabled, one.groups.toSorted(), one.quota, one.email].map(String),
    );
    return accounts.sort();
  };
  const [before, after] = [
    [alice, bob],
    [{ ...alice, groups: ['parents'], quota: GiB }, carol],
  ].map((people) => cloud.wanted(people));
  await cloud.does(before);
  const kept = cloud.keep();
  cloud.failAt(undefined);
  await cloud.does(after);
  const { calls } = cloud;
  const right = await shown();
  // The pods, the state, the accounts, the groups and the record: it only looks.
  const looks = 5;
  for (let number = looks + 1; number <= calls; number += 1) {
    cloud.putBack(kept);
    cloud.failAt(number);
    const { code } = await cloud.run(after);
    expect(code === 1, `killed at call ${number}, it ends with ${code}`);
    cloud.failAt(undefined);
    same(`unknown after call ${number}`, (await cloud.does(after)).unknown, []);
    same(`killed at call ${number}`, await shown(), right);
  }
  return `${calls - looks} times`;
}

/** The role itself, on boards that are this machine. */
async function role(version) {
  const dist = join(newFolder('people'), 'dist');
  await synth(configs.sample, dist);
  const cloud = await Cloud.make();
  const folder = newFolder('people-run');
  const tokens = join(folder, 'elm');
  const boards = ['oak', 'elm', 'yew'];
  for (const board of boards) mkdirSync(join(folder, board));
  writeFileSync(join(tokens, 'gone.token'), 'of somebody who left\n');
  const programs = await tool(version);
  const password = 'a first one of words';
  const play = [{ hosts: 'servers', gather_facts: false, roles: ['homecloud.boards.people'] }];
  writeFileSync(join(folder, 'play.yml'), JSON.stringify(play));
  /** What is known of the boards beside the inventory: each is this machine, or one that cannot be reached. */
  const writePlaces = (away) => {
    const here = { ansible_connection: 'local' };
    // Nothing listens there.
    const nowhere = { ansible_connection: 'ssh', ansible_host: '127.0.0.1', ansible_port: 1 };
    const hosts = Object.fromEntries(boards.map((name) => [name, name === away ? nowhere : here]));
    writeFileSync(join(folder, 'places.json'), JSON.stringify({ dnas: { hosts } }));
  };
  const start = async (variables, ...more) => {
    const { stand, away, ...given } = variables;
    writePlaces(away);
    writeFileSync(
      join(folder, 'variables.json'),
      JSON.stringify({
        people_kubectl: stand ?? [cloud.kubectl],
        people_namespace: 'nextcloud',
        people_admin: 'admin',
        people_accounts: [{ ...bob, groups: ['family'] }],
        people_password: { 'bob-2': password },
        people_tokens: [{ person: 'bob-2', board: 'elm' }],
        // Each board has its own, as on two machines.
        people_tokens_folder: `${folder}/{{ people_board | default(people_token.board | default(people_old_token | default('') | split | first)) }}`,
        people_token_owner: userInfo().username,
        ...given,
      }),
      { mode: 0o600 },
    );
    const args = [
      '-vvv',
      '--diff',
      ...['-i', 'inventory/hosts.yml', '-i', join(folder, 'places.json')],
      ...['--limit', 'oak'],
      '-e',
      `@${join(folder, 'variables.json')}`,
      ...more,
      join(folder, 'play.yml'),
    ];
    const env = { ...environment(programs) };
    env.PATH = `${cloud.folder}:${env.PATH}`;
    const outcome = await run(join(programs, 'ansible-playbook'), args, { cwd: join(dist, 'ansible'), env });
    const output = describe('ansible-playbook', args, outcome);
    const [token] = readdirSync(tokens).flatMap((file) =>
      file === 'bob-2.token' ? [readFileSync(join(tokens, file), 'utf8').trim()] : [],
    );
    for (const secret of [password, ...(token === undefined ? [] : [token])])
      expect(!output.includes(secret), `it tells a secret:\n${output}`);
    return { code: outcome.code, output, words: output.replaceAll(/\s+/g, ' '), token };
  };
  const changes = async (count, says, variables = {}, ...more) => {
    const done = await start(variables, ...more);
    const changed = [...done.output.matchAll(/\bchanged=(\d+)/g)].reduce((sum, [, number]) => sum + Number(number), 0);
    expect(
      done.code === 0 && changed === count && says.test(done.words),
      `not ${count} changes and ${says}:\n${done.output}`,
    );
    const isAway = /port 1: Connection refused/.test(done.words);
    expect(isAway === (variables.away !== undefined), `which board is away:\n${done.output}`);
    return done;
  };
  // The accounts, and the token that nobody wants: its writing cannot be foretold.
  await changes(2, /bob-2: new/, {}, '--check');
  expect(readdirSync(tokens).join() === 'gone.token', 'a check changed tokens');
  const { token } = await changes(3, /bob-2: new.*bob-2: token new/);
  expect(/^\w{60,}$/.test(token ?? ''), `the token is ${token}`);
  same('mode of the token', (statSync(join(tokens, 'bob-2.token')).mode & 0o777).toString(8), '600');
  same('tokens', readdirSync(tokens), ['bob-2.token']);
  expect(await cloud.isPassword('bob-2', password), 'bob cannot log in');
  await changes(0, /failed=0/);
  await cloud.ask('user:add', '--generate-password', 'guest');
  await changes(2, /bob-2: disabled.*accounts that are not in homecloud\.config\.ts.*guest \(guest\)/, {
    people_accounts: [],
    people_tokens: [],
  });
  same('tokens', readdirSync(tokens), []);
  await changes(0, /has no Nextcloud/, { people_namespace: '' });

  // A board that is off keeps what it has, and holds up no other, wherever it stands among them.
  const carols = join(folder, 'yew/carol.token');
  const both = {
    people_accounts: [bob, { name: 'carol', full_name: 'Carol', groups: [] }],
    people_password: { carol: 'another first one' },
    people_tokens: [
      { person: 'bob-2', board: 'elm' },
      { person: 'carol', board: 'yew' },
    ],
  };
  await changes(2, /bob-2: enabled.*carol: new.*bob-2: token new/, { ...both, away: 'yew' });
  expect(existsSync(join(tokens, 'bob-2.token')) && !existsSync(carols), 'the token of a board that is there');
  await changes(2, /carol: token new/, both);
  const before = readFileSync(carols, 'utf8');
  await changes(0, /failed=0/, { ...both, away: 'yew' });
  same('after a run while it is off', readFileSync(carols, 'utf8'), before);
  await changes(0, /failed=0/, both);
  await changes(0, /failed=0/, { ...both, away: 'elm' });

  cloud.setReady(false);
  const unready = await start({});
  expect(
    unready.code !== 0 && /No pod of Nextcloud is ready/.test(unready.words),
    `it should say so:\n${unready.output}`,
  );
  const silent = await start({ stand: ['/bin/false'] });
  expect(
    silent.code !== 0 && /No server answers as the API server/.test(silent.words),
    `it should say so:\n${silent.output}`,
  );
}

const accounts = {
  'new, changed and gone': comeAndGo,
  'what others did stays': leavesOthers,
  'first passwords': hidesPasswords,
  'says what to mend': saysWhy,
  tokens: bringsTokens,
};

/**
 * @param {string | undefined} nextcloud folder of a real one, unpacked, which is not touched
 * @returns {import('../boards/checks.mjs').Group}
 */
export function people(nextcloud) {
  const clouds = { 'stand-in': undefined, ...(nextcloud !== undefined && { real: nextcloud }) };
  return {
    title: 'Accounts of people in Nextcloud',
    checks: [
      ...Object.entries(clouds).flatMap(([name, folder]) =>
        Object.entries(accounts).map(([what, work]) => ({
          name: `people, ${name}: ${what}`,
          work: async () => work(await Cloud.make(folder)),
        })),
      ),
      { name: 'people, stand-in: its own tokens', work: async () => knowsItsTokens(await Cloud.make()) },
      { name: 'people, stand-in: killed in the middle', work: async () => goesOn(await Cloud.make()) },
      ...ansibleVersions.map((version) => ({ name: `role people, ${version}`, work: () => role(version) })),
    ],
  };
}
