// The repository of the home on a board: the real git and ssh of this machine push to it and clone it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, succeed } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';

/** @typedef {import('./lab.mjs').Lab} Lab */

/** The config of a home whose repository is on a board. */
export function withRepository(config, lab, name) {
  return {
    ...config,
    home: { ...config.home, admin: { ...config.home.admin, sshKeys: [readFileSync(`${lab.key}.pub`, 'utf8').trim()] } },
    boards: config.boards.map((board) =>
      board.name === name
        ? { ...board, ssh: { ...board.ssh, hostKeys: [publicKey(`${lab.hostKey(name)}.pub`)] } }
        : board,
    ),
    git: { board: name },
  };
}

/**
 * The admin pushes and clones; the deploy key only reads; nobody gets a shell.
 * @param {Lab} lab
 * @param {import('./home.mjs').LabHome} home
 * @param {string} name of the board
 * @param {string} version of ansible-core
 */
export async function servesGit(lab, home, name, version) {
  const board = lab.board(name);
  const folder = newFolder('git');
  const deployKey = join(folder, 'deploy-key');
  await succeed('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', deployKey]);
  const options = ['-e', JSON.stringify({ git_repository_deploy_key: readFileSync(`${deployKey}.pub`, 'utf8') })];
  for (const wanted of [/changed=[1-9]/, /changed=0 /]) {
    const { code, output } = await home.roles(name, ['git_repository'], version, options);
    if (code !== 0 || !wanted.test(output)) throw new Error(`${wanted} is not in\n${output}`);
  }
  const url = `ssh://git@${board.address}/srv/git/lab.git`;
  const work = join(folder, 'work');
  const git = (key, ...args) => {
    const ssh = lab.sshOptions.map((it) => (it === lab.key ? key : it)).join(' ');
    const env = { ...process.env, GIT_SSH_COMMAND: `ssh ${ssh}`, GIT_CONFIG_GLOBAL: '/dev/null' };
    const who = ['-c', 'user.name=Admin', '-c', 'user.email=admin@example.org', '-c', 'init.defaultBranch=main'];
    return run('git', [...who, ...args], { env });
  };
  const expect = async (what, isRight, outcome) => {
    const { code, stdout, stderr } = await outcome;
    if (!isRight(code, stderr)) throw new Error(`${what}: code ${code}\n${stdout}${stderr}`);
  };
  const works = (code) => code === 0;
  const fails = (code) => code !== 0;
  await succeed('git', ['init', '--quiet', '--initial-branch=main', work]);
  writeFileSync(join(work, 'file'), 'one\n');
  await expect('add', works, git(lab.key, '-C', work, 'add', 'file'));
  await expect('commit', works, git(lab.key, '-C', work, 'commit', '--quiet', '--message=One'));
  await expect('the admin pushes', works, git(lab.key, '-C', work, 'push', url, 'HEAD:main'));
  const clone = join(folder, 'clone');
  await expect('the deploy key clones', works, git(deployKey, 'clone', '--quiet', url, clone));
  if (readFileSync(join(clone, 'file'), 'utf8') !== 'one\n') throw new Error('the clone has another file');
  await expect('the deploy key pushes', fails, git(deployKey, '-C', work, 'push', url, 'HEAD:other'));
  const refs = await board.sudo(
    'git --git-dir=/srv/git/lab.git -c safe.directory=* for-each-ref --format="%(refname)"',
  );
  if (refs.trim() !== 'refs/heads/main') throw new Error(`the repository has ${refs}`);
  for (const key of [lab.key, deployKey]) {
    const ssh = lab.sshOptions.map((it) => (it === lab.key ? key : it));
    for (const command of [[], ['id'], ["git-upload-pack '/etc'"]]) {
      const { stdout, stderr } = await run('ssh', [...ssh, `git@${board.address}`, ...command]);
      if (/uid=|bash|root:/.test(stdout)) throw new Error(`${command} gives a shell: ${stdout}${stderr}`);
    }
  }
  // What was pushed stays.
  await expect('the role', works, home.roles(name, ['git_repository'], version, options));
  await expect('the admin reads', works, git(lab.key, 'ls-remote', '--exit-code', url, 'main'));
}

/** The line of a public key without its comment. */
function publicKey(file) {
  return readFileSync(file, 'utf8').split(' ').slice(0, 2).join(' ').trim();
}
