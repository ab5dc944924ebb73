// systemd on the timer of the copies of the database, for each interval that a config can have.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ansible, collection } from './ansible.mjs';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';
import { sources } from './sources.mjs';

/**
 * The timer elapses as often as the config says, also at midnight.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function snapshotsAreMade(version, { dist }) {
  const { snapshotHours } = await sources(['model/k3s.ts']);
  const rendered = await render(version, dist, snapshotHours);
  for (const hours of snapshotHours) {
    const [, calendar] = /^OnCalendar=(.*)$/m.exec(readFileSync(join(rendered, String(hours)), 'utf8')) ?? [];
    const iterations = 24 / hours + 1;
    const args = ['calendar', '--base-time=2026-01-01 00:00:00', `--iterations=${iterations}`, calendar];
    const { stdout } = await succeed('systemd-analyze', args, { env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } });
    const times = [...stdout.matchAll(/(?:Next elapse|Iter. #\d+): \w+ (\S+ \S+) UTC/g)];
    const elapses = times.map(
      ([, time]) => (Date.parse(`${time.replace(' ', 'T')}Z`) - Date.UTC(2026, 0, 1)) / 3_600_000,
    );
    const wanted = Array.from({ length: iterations }, (_, index) => (index + 1) * hours);
    if (elapses.join() !== wanted.join()) throw new Error(`every ${hours} hours, at ${elapses}:\n${stdout}`);
  }
}

/** Writes the timer for each interval. @returns the folder with a file for each */
async function render(version, dist, intervals) {
  const project = newFolder('snapshot-timer');
  cpSync(join(dist, 'ansible'), project, { recursive: true });
  const role = join(project, collection, 'roles/k3s');
  const rendered = join(project, 'rendered');
  mkdirSync(rendered);
  const tasks = intervals.map((hours) => ({
    'ansible.builtin.template': { src: 'k3s-snapshot.timer.j2', dest: join(rendered, String(hours)), mode: '0644' },
    vars: { k3s_snapshots: { everyHours: hours, keep: 28 } },
  }));
  writeFileSync(join(role, 'tasks/main.yml'), JSON.stringify(tasks));
  rmSync(join(role, 'meta'), { recursive: true });
  const play = { hosts: 'oak', connection: 'local', gather_facts: false, roles: ['homecloud.boards.k3s'] };
  writeFileSync(join(project, 'render.yml'), JSON.stringify([play]));
  await ansible(version, project, ['ansible-playbook', 'render.yml']);
  return rendered;
}
