// The judge of the role preflight, on what boards may tell of themselves: each thing that is wrong is one finding.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTasks } from './ansible.mjs';
import { root } from './homes.mjs';
import { tool } from './install.mjs';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';
import { matches, same } from './secret-home.mjs';

const program = join(root, 'ansible-gen/roles/preflight/files/judge.py');

/** What a board of the home tells that is right. Addresses are of a network for examples (RFC 5737). */
const look = (number) => ({
  wanted: {
    asked: Date.now() / 1000,
    address: `192.0.2.${number}`,
    boards: ['192.0.2.11', '192.0.2.12', '192.0.2.13'],
    architecture: 'arm64',
    memory: 4 * 2 ** 30,
    ports: [
      { port: 6443, protocol: 'tcp', purpose: 'Kubernetes API' },
      { port: 8472, protocol: 'udp', purpose: 'pods' },
      { port: 2049, protocol: 'tcp', purpose: 'shares' },
      { port: 53, protocol: 'udp', purpose: 'names' },
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
  missing: ['curl'],
  answers: [
    [['arp', `192.0.2.${number}`], { value: [] }],
    [['arp', '192.0.2.1'], { value: ['02:00:00:00:00:01'] }],
    [['arp', '192.0.2.10'], { value: [] }],
    [['arp', '192.0.2.13'], { value: ['02:00:00:00:00:13'] }],
    [['git'], { value: null }],
    [['peers', number === 11 ? 'b12' : 'b11'], { value: null }],
    [['source', 'deb.example.org'], { value: null }],
  ],
});

const answer = (board, key, reply) => {
  board.answers.find(([asked]) => asked.join() === key)[1] = reply;
};
/** A socket that no process has. */
const kernels = { protocol: 'udp', port: 8472, is_local: false };
const disk = { name: 'data', device: '/dev/disk/by-id/usb-A', refusal: '', action: 'format', serial: 'S1', erase: '' };
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
    'the virtual IP on a board that is left out',
    (board) => answer(board, 'arp,192.0.2.10', { value: ['02:00:00:00:00:13'] }),
    [],
  ],
  [
    'the virtual IP on a foreign machine',
    (board) => answer(board, 'arp,192.0.2.10', { value: ['02:00:00:00:00:99'] }),
    ['the home: virtual-ip'],
  ],
  ['no way to another board', (board) => answer(board, 'peers,b12', { error: 'timed out' }), ['b11: peers']],
  ['no way to the Git server', (board) => answer(board, 'git', { error: 'timed out' }), ['b11: git']],
  ['no packages', (board) => answer(board, 'source,deb.example.org', { error: 'timed out' }), ['b11: packages']],
  ['a port that is taken', (board) => board.listeners.push(holder), ['b11: port']],
  ['a port of Avahi', (board) => board.listeners.push({ ...holder, unit: 'avahi-daemon.service' }), []],
  ['a tunnel of k3s', (board) => board.listeners.push({ ...kernels, tunnels: ['flannel.1', 'vxlan7'] }), []],
  ['a tunnel of others', (board) => board.listeners.push({ ...kernels, tunnels: ['vxlan7'] }), ['b11: port']],
  ["the kernel's NFS server", (board) => board.listeners.push({ protocol: 'tcp', port: 2049 }), ['b11: port']],
  [
    'a name server of the board itself',
    (board) => board.listeners.push({ ...holder, protocol: 'udp', port: 53, is_local: true, unit: 'x.service' }),
    [],
  ],
  [
    'a port that the board alone reaches',
    (board) => board.listeners.push({ ...holder, is_local: true }),
    ['b11: port'],
  ],
  ['a port of k3s', (board) => board.listeners.push({ ...holder, unit: 'k3s.service' }), []],
  ['a port of a pod', (board) => board.listeners.push({ ...holder, unit: 'cri-1.scope', is_pod: true }), []],
  [
    'a port of Syncthing of the home',
    (board) => board.listeners.push({ ...holder, unit: 'homecloud-syncthing.service' }),
    [],
  ],
  [
    "a person's own Syncthing",
    (board) => board.listeners.push({ ...holder, unit: 'syncthing@pi.service' }),
    ['b11: port'],
  ],
  [
    'a unit of a user with a name of ours',
    (board) => board.listeners.push({ ...holder, unit: 'homecloud-names.service', user: 'pi' }),
    ['b11: port'],
  ],
  ['a k3s of somebody else', (_, home) => Object.assign(home, { foreign: ['k3s.service'] }), ['b11: k3s']],
  ['a disk that is right', (_, home) => Object.assign(home, { disks: [disk] }), []],
  [
    'a disk that is refused',
    (_, home) => Object.assign(home, { disks: [{ ...disk, refusal: 'b11/data: there is none. Plug it in.' }] }),
    ['b11: disk'],
  ],
  ['a disk that may be erased', (_, home) => Object.assign(home, { disks: [{ ...disk, erase: 'S1' }] }), []],
  [
    'a disk that another may be erased for',
    (_, home) => Object.assign(home, { disks: [{ ...disk, erase: 'S2' }] }),
    ['b11: disk-serial'],
  ],
  [
    'a disk that was erased for it before',
    (_, home) => Object.assign(home, { disks: [{ ...disk, action: 'none', erase: 'S2' }] }),
    [],
  ],
  ['disks that cannot be looked at', (_, home) => Object.assign(home, { disks: undefined }), ['b11: disk']],
  [
    'what nothing works without, accepted',
    (_, home) => Object.assign(home, { accept: ['k3s', 'b11:disk'], foreign: ['k3s.service'], disks: undefined }),
    ['b11: k3s', 'b11: disk'],
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

/** How to mend is told, and acceptance is offered for what can be accepted, and for nothing else. */
export async function tellsHow() {
  const board = look(11);
  board.listeners.push({ ...holder, unit: 'syncthing.service', user: 'pi' });
  const boards = { b11: { rc: 0, stdout: JSON.stringify(board) } };
  const refused = [{ ...disk, refusal: 'b11/data: there is no\n/dev/sdz. Plug it in, or correct it.' }];
  const more = { foreign: ['/etc/systemd/system/k3s.service'], disks: refused, accept: ['disk'] };
  const { message } = await ask(boards, more);
  matches(
    'what is told',
    message,
    /found: {2}x listens there, of syncthing\.service of the user pi\n {2}mend: {3}log in as pi, and stop it: systemctl --user disable --now syncthing\.service$/m,
    /mend: .* sudo \/usr\/local\/bin\/k3s-uninstall\.sh$/m,
    /found: {2}there is no \/dev\/sdz\n {2}mend: {3}Plug it in, or correct it\.$/m,
    /not accepted: b11: disk$/m,
    /accepted, everywhere or at one board \(port\):\n.*\["port", "b11:port"\]/,
  );
  const { message: closed } = await ask({ b11: { rc: 0, stdout: JSON.stringify(look(11)) } }, { disks: refused });
  if (/accept/.test(closed)) throw new Error(`it offers what is refused all the same:\n${closed}`);
}

/**
 * Also what the roles of k3s and of disks refuse stands in the one list.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function tellsAllAtOnce(version, home) {
  const unit = join(newFolder('unit'), 'k3s.service');
  writeFileSync(unit, '[Service]\n');
  const { code, output } = await runTasks(version, home, 'preflight', 'main', {
    ...{ ansible_become: false, k3s_unit_file: unit, preflight_packages: [], preflight_git_server: '' },
    preflight_accept: ['disk'],
  });
  const told = [...output.matchAll(/^ *(oak: [a-z0-9-]+)$/gm)].map(([, it]) => it);
  // This machine is no board of the home, and has not its disks.
  for (const finding of ['oak: address', 'oak: k3s', 'oak: disk'])
    if (code === 0 || !told.includes(finding)) throw new Error(`it tells ${told}, not ${finding}:\n${output}`);
}

/** @returns {Promise<string[]>} `<board>: <code>` of each finding */
async function judge(looks, home) {
  return (await ask(looks, home)).findings.map(({ board, code }) => `${board}: ${code}`);
}

/** What the judge says. `foreign` and `disks` are of the first board. */
async function ask(looks, { address, foreign = [], ...home }) {
  const disks = 'disks' in home ? home.disks : [];
  const boards = Object.entries(looks).map(([name, told], index) => [
    name,
    {
      ...{ address: address ?? `192.0.2.${name.slice(1)}`, port: 22, user: 'admin', look: told },
      foreign: index === 0 ? foreign : [],
      disks:
        index === 0 && !disks
          ? { rc: 1, stderr: 'no lsblk' }
          : { rc: 0, stdout: JSON.stringify({ disks: index === 0 ? disks : [] }) },
    },
  ]);
  const input = {
    ...{ accept: [], ansible: '2.21.5', clock_seconds: 5, gateway: '192.0.2.1', git_server: 'git.example.org:22' },
    ...{ virtual_ip: '192.0.2.10', ...home, boards: Object.fromEntries(boards) },
  };
  const { stdout } = await succeed(join(await tool('ansible-newest'), 'python'), [program], {
    input: JSON.stringify(input),
  });
  return JSON.parse(stdout);
}

/**
 * Who listens, as a board finds it out, in a network of its own: a tunnel of the kernel, a program, and one that only the
 * machine itself reaches.
 */
export async function looksAtPorts() {
  const script = `
import json, runpy, socket, subprocess, sys
look = runpy.run_path(sys.stdin.readline().strip())
def ip(*args): subprocess.run(["ip", *args], check=True)
ip("link", "set", "lo", "up")
ip("link", "add", "flannel.1", "type", "vxlan", "id", "1", "local", "127.0.0.1", "dstport", "8472")
ip("link", "set", "flannel.1", "up")
held = [socket.create_server(("0.0.0.0", 6443)), socket.create_server(("127.0.0.53", 53))]
held += [socket.create_server(("::1", 5353), family=socket.AF_INET6)]
wanted = {("udp", 8472), ("tcp", 6443), ("tcp", 53), ("tcp", 5353), ("tcp", 2049)}
found = look["listeners"](wanted)
print(json.dumps(sorted([it["port"], it["is_local"], "pid" in it, it.get("tunnels", [])] for it in found)))
slice = "0::/user.slice/user-0.slice"
for groups in ["0::/system.slice/k3s.service/payload.scope\\n", "0::/system.slice/system-syncthing.slice/syncthing@pi.service\\n",
               f"{slice}/user@0.service/app.slice/syncthing.service\\n", f"{slice}/session-3.scope\\n", "0::/\\n"]:
    print(json.dumps(look["unit_of"](groups)))
`;
  const { stdout } = await succeed('unshare', ['--map-root-user', '--net', 'python3', '-c', script], {
    input: `${join(root, 'ansible-gen/roles/preflight/files/look.py')}\n`,
  });
  const [listeners, ...units] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  same('whose unit it is', units, [
    ['k3s.service', ''],
    ['syncthing@pi.service', ''],
    ['syncthing.service', 'root'],
    ['session-3.scope', ''],
    ['', ''],
  ]);
  same('who listens', listeners, [
    [53, true, true, []],
    [5353, true, true, []],
    [6443, false, true, []],
    [8472, false, false, ['flannel.1']],
  ]);
}
