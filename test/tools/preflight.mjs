// The judge of the role preflight, on what boards may tell of themselves: each thing that is wrong is one finding.
import { join } from 'node:path';
import { root } from './homes.mjs';
import { tool } from './install.mjs';
import { succeed } from './process.mjs';

const program = join(root, 'ansible-gen/roles/preflight/files/judge.py');

/** What a board of the home tells that is right. Addresses are of a network for examples (RFC 5737). */
const look = (number) => ({
  wanted: {
    asked: Date.now() / 1000,
    address: `192.0.2.${number}`,
    architecture: 'arm64',
    memory: 4 * 2 ** 30,
    ports: [{ port: 6443, protocol: 'tcp', purpose: 'Kubernetes API' }],
    disks: [
      {
        name: 'data',
        device: '/dev/disk/by-id/usb-A',
        mount_point: '/srv/dnas/data',
        erase: '',
        file_systems: ['ext4', 'xfs', 'btrfs'],
      },
    ],
  },
  time: Date.now() / 1000,
  system: { id: 'debian', version: '13', name: 'Debian GNU/Linux 13 (trixie)' },
  machine: 'aarch64',
  userland: 'arm64',
  container: '',
  cgroup: { version: 2, memory: true },
  model: '',
  host_name: `b${number}`,
  machine_id: `${number}`,
  interfaces: [{ name: 'eth0', mac: `02:00:00:00:00:${number}`, addresses: [`192.0.2.${number}`] }],
  // A Raspberry Pi 4 with 4 GiB.
  memory: 3_884_400 * 1024,
  free: 8 * 2 ** 30,
  listeners: [],
  disks: { data: { is_there: true, is_set_up: false, mounted: [], type: '', table: '', serial: 'S1' } },
  missing: ['curl'],
  answers: [
    [['arp', `192.0.2.${number}`], { value: [] }],
    [['arp', '192.0.2.1'], { value: ['02:00:00:00:00:01'] }],
    [['arp', '192.0.2.10'], { value: [] }],
    [['git'], { value: null }],
    [['peers', number === 11 ? 'b12' : 'b11'], { value: null }],
    [['source', 'deb.example.org'], { value: null }],
  ],
});

const answer = (board, key, reply) => {
  board.answers.find(([asked]) => asked.join() === key)[1] = reply;
};
const holder = { protocol: 'tcp', port: 6443, pid: 7, program: 'x', unit: 'x.service', is_pod: false };

/**
 * What a change of the first board makes wrong, and what makes nothing wrong. `home` changes what all have.
 * @type {[what: string, change: (board: any, home: any) => void, findings: string[]][]}
 */
const cases = [
  ['a home that is right', () => {}, []],
  ['the oldest Ansible', (_, home) => Object.assign(home, { ansible: '2.16.0' }), []],
  ['an older Ansible', (_, home) => Object.assign(home, { ansible: '2.15.13' }), ['the home: ansible']],
  ['Ubuntu', (board) => Object.assign(board.system, { id: 'ubuntu', version: '24.04' }), []],
  ['an old Debian', (board) => Object.assign(board.system, { version: '11' }), ['b11: system']],
  ['a 32-bit userland', (board) => Object.assign(board, { userland: 'armhf' }), ['b11: architecture']],
  ['another processor', (board) => Object.assign(board, { userland: 'amd64' }), ['b11: architecture']],
  ['cgroup version 1', (board) => Object.assign(board.cgroup, { version: 1 }), ['b11: cgroup']],
  ['no memory controller', (board) => Object.assign(board.cgroup, { memory: false }), ['b11: cgroup']],
  [
    'no memory controller on a Raspberry Pi, where the flag will be set',
    (board) => Object.assign(board, { model: 'Raspberry Pi 4 Model B Rev 1.5', cgroup: { version: 2, memory: false } }),
    [],
  ],
  ['half the memory', (board) => Object.assign(board, { memory: 2 ** 31 }), ['b11: memory']],
  ['no room', (board) => Object.assign(board, { free: 2 ** 20 }), ['b11: space']],
  ['a clock a little off', (board) => Object.assign(board, { time: board.time - 3 }), []],
  ['a slow clock', (board) => Object.assign(board, { time: board.time - 60 }), ['b11: clock']],
  ['a fast clock', (board) => Object.assign(board, { time: board.time + 60 }), ['b11: clock']],
  ['another address', (board) => Object.assign(board.interfaces[0], { addresses: ['192.0.2.99'] }), ['b11: address']],
  ['the name of an image', (board) => Object.assign(board, { host_name: 'raspberrypi' }), []],
  ['the name of another board', (board) => Object.assign(board, { host_name: 'b12' }), ['b11: name']],
  ['a copied card', (board) => Object.assign(board, { machine_id: '12' }), ['b11: machine-id', 'b12: machine-id']],
  ['no identity', (board) => Object.assign(board, { machine_id: '' }), ['b11: machine-id']],
  [
    'its address twice',
    (board) => answer(board, 'arp,192.0.2.11', { value: ['02:00:00:00:00:99'] }),
    ['b11: address-twice'],
  ],
  ['no router', (board) => answer(board, 'arp,192.0.2.1', { value: [] }), ['b11: gateway']],
  ['the virtual IP on a board', (board) => answer(board, 'arp,192.0.2.10', { value: ['02:00:00:00:00:12'] }), []],
  [
    'the virtual IP on a foreign machine',
    (board) => answer(board, 'arp,192.0.2.10', { value: ['02:00:00:00:00:99'] }),
    ['the home: virtual-ip'],
  ],
  ['no way to another board', (board) => answer(board, 'peers,b12', { error: 'timed out' }), ['b11: peers']],
  ['no way to the Git server', (board) => answer(board, 'git', { error: 'timed out' }), ['b11: git']],
  ['no packages', (board) => answer(board, 'source,deb.example.org', { error: 'timed out' }), ['b11: packages']],
  ['a port that is taken', (board) => board.listeners.push(holder), ['b11: port']],
  ['a port of k3s', (board) => board.listeners.push({ ...holder, unit: 'k3s.service' }), []],
  ['a port of a pod', (board) => board.listeners.push({ ...holder, unit: 'cri-1.scope', is_pod: true }), []],
  [
    'an absent disk',
    (board) => Object.assign(board.disks, { data: { is_there: false, is_set_up: false } }),
    ['b11: disk-absent'],
  ],
  ['an absent disk of ours', (board) => Object.assign(board.disks, { data: { is_there: false, is_set_up: true } }), []],
  ['a disk with data', (board) => Object.assign(board.disks.data, { type: 'ext4' }), []],
  ['a disk of Windows', (board) => Object.assign(board.disks.data, { type: 'ntfs' }), ['b11: disk-contents']],
  ['a disk with parts', (board) => Object.assign(board.disks.data, { table: 'gpt' }), ['b11: disk-contents']],
  [
    'a disk that may be erased',
    (board) => {
      board.disks.data.type = 'ntfs';
      board.wanted.disks[0].erase = 'S1';
    },
    [],
  ],
  [
    'a disk that another may be erased for',
    (board) => {
      board.wanted.disks[0].erase = 'S2';
    },
    ['b11: disk-serial'],
  ],
  ['a mounted disk', (board) => Object.assign(board.disks.data, { mounted: ['/srv/dnas/data'], type: 'ext4' }), []],
  [
    'a disk of something else',
    (board) => Object.assign(board.disks.data, { mounted: ['/media/usb'] }),
    ['b11: disk-in-use'],
  ],
  [
    'what is accepted',
    (board, home) => Object.assign(home, { accept: ['space'] }) && Object.assign(board, { free: 1 }),
    [],
  ],
  [
    'what is accepted elsewhere',
    (board, home) => Object.assign(home, { accept: ['b12:space'] }) && Object.assign(board, { free: 1 }),
    ['b11: space'],
  ],
];

/** How boards that do not let Ansible in are told. @type {[look: object, finding: string][]} */
const refusals = [
  [{ unreachable: true, msg: 'Failed to connect to the host via ssh: a@b: Permission denied (publickey).' }, 'ssh-key'],
  [{ unreachable: true, msg: 'Failed to connect to the host via ssh: Host key verification failed.' }, 'host-key'],
  [{ unreachable: true, msg: 'ssh: connect to host 192.0.2.11 port 22: Connection timed out' }, 'unreachable'],
  [{ rc: 1, msg: 'Missing sudo password' }, 'sudo'],
  [{ rc: 127, msg: '', module_stderr: '/bin/sh: 1: /usr/bin/python3: not found' }, 'python'],
];

/** Each mistake is found, alone, and what is right is not. */
export async function judges() {
  const failures = [];
  const compare = async (what, boards, home, expected) => {
    const told = await judge(boards, home);
    if (told.join() !== expected.join()) failures.push(`${what}: ${told.join(', ') || 'nothing'}, not ${expected}`);
  };
  for (const [what, change, expected] of cases) {
    const boards = { b11: look(11), b12: look(12) };
    const home = {};
    change(boards.b11, home);
    const looks = Object.entries(boards).map(([name, told]) => [name, { rc: 0, stdout: JSON.stringify(told) }]);
    await compare(what, Object.fromEntries(looks), home, expected);
  }
  for (const [refusal, code] of refusals) {
    // What it lacks itself is not told of the others: one board that is off is one finding.
    const other = look(12);
    answer(other, 'peers,b11', { error: 'timed out' });
    const boards = { b11: refusal, b12: { rc: 0, stdout: JSON.stringify(other) } };
    await compare(code, boards, {}, [`b11: ${code}`]);
  }
  await compare(
    'the computer of the admin',
    { self: { rc: 0, stdout: JSON.stringify({ ...look(11), host_name: 'self' }) } },
    { address: '127.0.0.1' },
    ['self: controller'],
  );
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

/** @returns {Promise<string[]>} `<board>: <code>` of each finding */
async function judge(looks, { address, ...home }) {
  const boards = Object.entries(looks).map(([name, told]) => [
    name,
    { address: address ?? `192.0.2.${name.slice(1)}`, port: 22, user: 'admin', look: told },
  ]);
  const input = {
    ...{ accept: [], ansible: '2.21.5', clock_seconds: 5, gateway: '192.0.2.1', git_server: 'git.example.org:22' },
    ...{ virtual_ip: '192.0.2.10', ...home, boards: Object.fromEntries(boards) },
  };
  const { stdout } = await succeed(join(await tool('ansible-newest'), 'python'), [program], {
    input: JSON.stringify(input),
  });
  return JSON.parse(stdout).findings.map(({ board, code }) => `${board}: ${code}`);
}
