// The role verify on this machine, which is no board of a home: what it sees, and what it says of it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTasks } from './ansible.mjs';
import { root } from './homes.mjs';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';
import { same } from './secret-home.mjs';

/**
 * What boards saw becomes one table, and a file for programs.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function verifyTells(version, home) {
  for (const [unit, servers, copies] of [
    ['k3s-agent.service', [], 0],
    ['k3s.service', ['oak'], 1],
  ]) {
    const file = join(newFolder('verify'), 'found.json');
    const { code, output } = await runTasks(version, home, 'verify', 'main', {
      // Without what would have to be waited for.
      ...{
        verify_nodes: ['oak'],
        verify_servers: servers,
        verify_names: {},
        verify_mount_points: {},
        verify_json: file,
      },
      verify_may_own_virtual_ip: false,
    });
    if (code === 0 || !new RegExp(`oak +WRONG +${unit}`).test(output)) {
      throw new Error(`it does not say what is wrong:\n${output}`);
    }
    const found = JSON.parse(readFileSync(file, 'utf8'));
    for (const [board, what] of [
      ['oak', unit],
      ['home', 'virtual IP '],
    ]) {
      if (!found.some((it) => it.board === board && it.state === 'wrong' && it.what.startsWith(what)))
        throw new Error(`it does not find ${what}: ${JSON.stringify(found)}`);
    }
    same('copies of the database', found.filter(({ what }) => what === 'copy of the database').length, copies);
  }
}

/** Disks on which nothing can be saved, as the kernel tells of them: real mounts, which nobody else sees. */
export async function verifySeesDisks() {
  const script = `
import json, os, runpy, subprocess, sys
program, folder = sys.stdin.read().split()
look = runpy.run_path(program)
def mount(*args): subprocess.run(["mount", *args], check=True)
def plug(name, source, marker=".disk"):
    mount("-t", "tmpfs", source, f"{folder}/{name}")
    open(f"{folder}/{name}/{marker}", "w").close()
names = ["away", "gone", "other", "over", "read-only", "well"]
for name in names: os.mkdir(f"{folder}/{name}")
plug("gone", "/dev/homecloud-gone")
plug("other", "/dev/null", "another")
plug("over", "/dev/null"); plug("over", "/dev/homecloud-gone")
plug("read-only", "/dev/null"); mount("-o", "remount,ro", f"{folder}/read-only")
plug("well", "/dev/null")
look["look_at_disks"]({"mount_points": {f"{folder}/{name}": ".disk" for name in names}})
print(json.dumps([[state, path[len(folder) + 1:], text.split(":")[0]] for state, path, text in look["seen"] if path.startswith(folder)]))
`;
  const { stdout } = await succeed('unshare', ['--map-root-user', '--mount', 'python3', '-c', script], {
    input: `${join(root, 'ansible-gen/roles/verify/files/look.py')} ${newFolder('disks')}`,
  });
  const seen = JSON.parse(stdout);
  same(
    'what is seen of disks',
    seen.map(([state, name, text]) => [state, name, state === 'ok' ? '' : text]),
    [
      ['wrong', 'away', 'its disk is away'],
      ['wrong', 'gone', 'its disk is gone, and /dev/homecloud-gone with it'],
      ['wrong', 'other', 'is another disk'],
      ['wrong', 'over', 'its disk is gone, and /dev/homecloud-gone with it'],
      [
        'wrong',
        'read-only',
        'nothing can be written there, as after an error of the disk or its cable (journalctl --dmesg says which)',
      ],
      ['ok', 'well', ''],
    ],
  );
}
