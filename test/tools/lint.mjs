// ansible-lint and yamllint, with nothing skipped.
import { appendFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collection, environment } from './ansible.mjs';
import { filesOf } from './homes.mjs';
import { tool } from './install.mjs';
import { describe, run, succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

/** What makes a linter look away. */
const skips = /\bnoqa\b|skip_ansible_lint|yamllint disable/;

/**
 * ansible-lint's strictest profile, where a warning is an error.
 * @param {import('./homes.mjs').Home} home
 */
export async function ansibleLint({ dist }) {
  const skipped = [...filesOf(join(dist, 'ansible'))].filter(
    ([path, content]) => skips.test(content.toString()) || /\.(ansible-lint|yamllint)/.test(path),
  );
  if (skipped.length > 0) throw new Error(`linters are told to look away in ${skipped.map(([path]) => path)}`);
  const outcome = await lint(copyOf(dist));
  if (outcome.code !== 0) throw new Error(describe('ansible-lint', [], outcome));
}

/**
 * ansible-lint looks into the roles: it refuses a task that is wrong.
 * @param {import('./homes.mjs').Home} home
 */
export async function ansibleLintRefuses({ dist }) {
  const project = copyOf(dist);
  const tasks = join(collection, 'roles/keepalived/tasks/main.yml');
  appendFileSync(join(project, tasks), '\n- shell: echo nothing | cat\n');
  const outcome = await lint(project, join(collection, 'roles/keepalived'));
  const rules = ['fqcn[action-core]', 'name[missing]', 'no-changed-when', 'risky-shell-pipe'];
  const missed = rules.filter((rule) => !outcome.stdout.includes(rule));
  if (outcome.code === 0 || missed.length > 0) {
    throw new Error(`ansible-lint did not find ${missed}\n${describe('ansible-lint', [], outcome)}`);
  }
}

/** The linter leaves caches: it gets a copy. */
function copyOf(dist) {
  const project = newFolder('lint');
  cpSync(join(dist, 'ansible'), project, { recursive: true });
  return project;
}

async function lint(cwd, ...paths) {
  const programs = await tool('ansible-newest');
  const args = ['--offline', '--strict', '--profile', 'production', ...paths];
  return run(join(programs, 'ansible-lint'), args, { cwd, env: environment(programs), minutes: 20 });
}

/**
 * yamllint on each YAML file, where a warning is an error.
 * @param {import('./homes.mjs').Home} home
 */
export async function yamllint({ dist }) {
  const config = fileURLToPath(new URL('yamllint.yaml', import.meta.url));
  await succeed(join(await tool('ansible-newest'), 'yamllint'), ['--strict', '--config-file', config, dist]);
}
