// The options of the kernel on a Raspberry Pi: the role's own tasks, run by Ansible on recorded files.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ansible } from './ansible.mjs';
import { newFolder } from './scratch.mjs';

const fixtures = fileURLToPath(new URL('../fixtures/cmdline', import.meta.url));
const recorded = (name) => readFileSync(join(fixtures, `${name}.txt`), 'utf8');
const options = ' cgroup_memory=1 cgroup_enable=memory\n';
const withOptions = (name) => recorded(name).replace('\n', options);

/**
 * Boot partitions: what stands where, and what stands there afterwards.
 * @type {Record<string, Record<string, [before: string, after: string]>>}
 */
const systems = {
  'Raspberry Pi OS': {
    'boot/firmware/cmdline.txt': [recorded('raspberry-pi-os'), withOptions('raspberry-pi-os')],
    'boot/cmdline.txt': [recorded('moved'), recorded('moved')],
  },
  'Raspberry Pi OS before Debian 12': { 'boot/cmdline.txt': [recorded('pi-gen'), withOptions('pi-gen')] },
  'with a quirk, without a line end': {
    'boot/firmware/cmdline.txt': [recorded('raspberry-pi-os-quirk').trimEnd(), withOptions('raspberry-pi-os-quirk')],
  },
  Ubuntu: { 'boot/firmware/cmdline.txt': [recorded('ubuntu'), withOptions('ubuntu')] },
  'Ubuntu with two slots': {
    'boot/firmware/current/cmdline.txt': [recorded('ubuntu'), withOptions('ubuntu')],
    'boot/firmware/new/cmdline.txt': [recorded('ubuntu'), withOptions('ubuntu')],
    // The firmware does not read it.
    'boot/firmware/cmdline.txt': [recorded('ubuntu'), recorded('ubuntu')],
  },
  'done before': { 'boot/firmware/cmdline.txt': [withOptions('ubuntu'), withOptions('ubuntu')] },
  'one option, in a line of its own': {
    'boot/firmware/cmdline.txt': [`${recorded('ubuntu')}cgroup_memory=1\n`, withOptions('ubuntu')],
  },
  'turned off by somebody': {
    'boot/firmware/cmdline.txt': [
      recorded('ubuntu').replace(' fixrtc', ' cgroup_disable=memory fixrtc'),
      withOptions('ubuntu'),
    ],
  },
};

const places = [
  'boot/firmware/current/cmdline.txt',
  'boot/firmware/new/cmdline.txt',
  'boot/firmware/cmdline.txt',
  'boot/cmdline.txt',
];

/**
 * The right file of each system gets the options, in its one line; a check writes nothing, nor does a second run.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function cmdlineEdited(version, { dist }) {
  const project = newFolder('cmdline');
  cpSync(join(dist, 'ansible'), project, { recursive: true });
  const boot = join(project, 'boards');
  const boards = Object.keys(systems).map((system) => join(boot, system));
  for (const [system, files] of Object.entries(systems)) {
    for (const [path, [before]] of Object.entries(files)) {
      mkdirSync(join(boot, system, path, '..'), { recursive: true });
      writeFileSync(join(boot, system, path), before);
    }
  }
  await play(version, project, boards, ['--check']);
  compare(boot, 0, 'a check');
  const first = await play(version, project, boards);
  if (!/changed=7 /.test(first)) throw new Error(`all but the one that was done before should change:\n${first}`);
  compare(boot, 1, 'a run');
  const kept = join(boot, 'Ubuntu/boot/firmware/cmdline.txt.homecloud-old');
  if (!existsSync(kept) || readFileSync(kept, 'utf8') !== recorded('ubuntu'))
    throw new Error('no copy of the old line');
  const second = await play(version, project, boards);
  if (!/changed=0 /.test(second)) throw new Error(`a second run changes something:\n${second}`);
}

/**
 * Without the boot partition there is nothing to write to, and Ansible says so.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function cmdlineMissing(version, { dist }) {
  const project = newFolder('cmdline');
  cpSync(join(dist, 'ansible'), project, { recursive: true });
  mkdirSync(join(project, 'board/boot'), { recursive: true });
  writeFileSync(join(project, 'board/boot/cmdline.txt'), recorded('moved'));
  const failure = await play(version, project, [join(project, 'board')]).then(
    () => undefined,
    (error) => error.message,
  );
  if (!failure?.includes('is the boot partition mounted?'))
    throw new Error(`it should say what is missing: ${failure}`);
  if (readFileSync(join(project, 'board/boot/cmdline.txt'), 'utf8') !== recorded('moved')) throw new Error('it writes');
}

function compare(boot, index, when) {
  for (const [system, files] of Object.entries(systems)) {
    for (const [path, states] of Object.entries(files)) {
      const text = readFileSync(join(boot, system, path), 'utf8');
      if (text !== states[index]) throw new Error(`after ${when}, ${path} of "${system}" has\n${text}`);
    }
  }
}

/** Runs the tasks on boards that are folders. */
function play(version, project, boards, args = []) {
  const tasks = [
    {
      'ansible.builtin.include_role': { name: 'homecloud.boards.board', tasks_from: 'cmdline.yml' },
      loop: boards.map((board) => places.map((place) => join(board, place))),
      loop_control: { loop_var: 'board_places' },
      // The kernel has it: no board is started anew.
      vars: { board_cmdline_files: '{{ board_places }}', board_state: { memory_controller: true } },
    },
  ];
  const file = join(project, 'cmdline.yml');
  writeFileSync(
    file,
    JSON.stringify([{ hosts: 'localhost', connection: 'local', gather_subset: ['!all', '!min', 'python'], tasks }]),
  );
  return ansible(version, project, ['ansible-playbook', file, ...args]);
}
