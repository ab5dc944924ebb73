// k3s on the boards: who starts the cluster and who joins, what stands in its files, and what the role refuses.
import { filesOf, succeed } from './site.mjs';

/** @typedef {import('./lab.mjs').Lab} Lab */
/** @typedef {import('./home.mjs').LabHome} Home */
/** @typedef {import('./board.mjs').Board} Board */

/** One server starts a cluster, each other one joins it, one after the other, and k3s has nothing that others can read. */
export async function joined(lab) {
  const servers = await serversOf(lab);
  const journals = await Promise.all(
    servers.map((board) => board.sudo('journalctl --unit=k3s --output=cat --no-pager')),
  );
  const starts = journals.flatMap((text) => text.match(/Starting a new cluster \w+/g) ?? []);
  const joins = journals.flatMap((text) => text.match(/Joined the cluster \w+/g) ?? []);
  if (starts.length !== 1) throw new Error(`${starts.length} clusters were started`);
  if (joins.length !== servers.length - 1) throw new Error(`${joins.length} servers joined, of ${servers.length}`);
  await oneAtATime(servers);
  for (const board of lab.boards) {
    const open = await board.sudo('find /etc/rancher -type f -perm /077');
    if (open.trim() !== '') throw new Error(`${board.name}: others can read ${open}`);
    const files = await board.sudo(
      'cat /etc/rancher/k3s/config.yaml /var/lib/rancher/k3s/agent/etc/kubelet.conf.d/50-homecloud.conf',
    );
    for (const line of ['protect-kernel-defaults: true', 'shutdownGracePeriod: "60s"']) {
      if (!files.includes(line)) throw new Error(`${board.name}: ${line} is missing:\n${files}`);
    }
  }
}

/** What would end badly is refused with one message, and k3s goes on as if nothing had been. */
export async function refuses(lab, home, version) {
  const board = lab.boards[lab.boards.length - 1];
  const none = '0'.repeat(64);
  const sums = `{"k3s_checksums": {"amd64": "${none}", "arm64": "${none}"}`;
  const unit = '/etc/systemd/system/k3s.service';
  const cases = [
    { what: 'a wrong checksum', options: [`${sums}}`], says: /is not k3s v\S+: its SHA-256\s+checksum is/ },
    {
      what: 'a step back',
      options: [`${sums}, "k3s_version": "v1.36.9+k3s1"}`],
      says: /cannot go back to an older\s+minor version/,
    },
    {
      what: 'a step too far',
      options: [`${sums}, "k3s_version": "v1.39.0+k3s1"}`],
      says: /one minor version at a\s+time/,
    },
    { what: 'another role', options: ['{"k3s_role": "agent"}'], says: /it shall be\s+an agent now/ },
    {
      what: 'a full disk',
      before: 'mount -t tmpfs -o size=1m none /usr/local/bin',
      after: 'umount /usr/local/bin',
      options: [],
      says: /The disk of \S+ is full:\s+\/usr\/local\/bin/,
    },
    {
      what: 'a k3s of somebody else',
      before: `cp -a ${unit} /root/unit && sed -i 1d ${unit}`,
      after: `mv /root/unit ${unit} && systemctl daemon-reload`,
      options: [],
      says: /a k3s that homecloud did not\s+install/,
    },
  ];
  const failures = [];
  for (const { what, before = 'true', after = 'true', options, says } of cases) {
    const state = await stateOf(board);
    await board.sudo(before);
    const outcome = await home
      .playbook('site', version, ['--limit', board.name, ...options.flatMap((option) => ['-e', option])])
      .finally(() => board.sudo(after));
    if (outcome.code === 0 || !says.test(outcome.output)) failures.push(`${what}:\n${outcome.output}`);
    if ((await stateOf(board)) !== state) failures.push(`${what}: k3s was touched`);
  }
  if (failures.length > 0) throw new Error(failures.join('\n\n'));
  return `${cases.length} mistakes`;
}

/** A fresh board with a k3s of somebody else stops the run before anything is changed on any board. */
export async function refusesForeign(lab, home, version) {
  const board = lab.boards[lab.boards.length - 1];
  const unit = '/etc/systemd/system/k3s-agent.service';
  await board.sudo(`printf '[Service]\\nExecStart=/usr/local/bin/k3s agent\\n' > ${unit}`);
  const before = await filesOf(lab);
  const { code, output } = await home.playbook('site', version);
  const after = await filesOf(lab);
  await board.sudo(`rm ${unit}`);
  const says = /a k3s that homecloud did not install \(\S+k3s-agent\.service .*\/k3s-agent-uninstall\.sh/;
  if (code === 0 || !says.test(output.replace(/\s+/g, ' '))) throw new Error(`it does not refuse:\n${output}`);
  const touched = lab.boards.filter(({ name }) => before[name] !== after[name]).map(({ name }) => name);
  if (touched.length > 0) throw new Error(`it changed ${touched.join(', ')}:\n${output}`);
}

/** A server does not restart while another is away: both together cost the cluster its quorum. */
export async function keepsQuorum(lab, home, version) {
  const [first, second] = lab.boards;
  await second.sudo('systemctl stop k3s.service');
  await first.sudo('touch /etc/rancher/k3s/config.yaml');
  const before = await first.sudo('systemctl show --property=InvocationID k3s.service');
  const outcome = await home.playbook('site', version, ['--limit', first.name]);
  await second.sudo('systemctl start k3s.service');
  if (outcome.code === 0 || !/the cluster\s+would stand still/.test(outcome.output)) {
    throw new Error(`it does not refuse:\n${outcome.output}`);
  }
  const after = await first.sudo('systemctl show --property=InvocationID k3s.service');
  if (before !== after) throw new Error(`${first.name} was restarted`);
}

/** A new token in the secrets reaches the cluster, and servers restart one at a time. */
export async function changesToken(lab, home, version) {
  const token = 'a-new-token-of-the-lab-0123456789abcdef';
  await succeed(home, version, ['-e', `vault_k3s_token=${token}`]);
  const servers = await serversOf(lab);
  for (const board of servers) {
    const own = await board.sudo('cat /var/lib/rancher/k3s/server/token');
    if (!own.trim().endsWith(`::server:${token}`)) throw new Error(`${board.name} has another token`);
    const note = await board.sudo('ls /etc/rancher/k3s/token.new 2>/dev/null || true');
    if (note !== '') throw new Error(`${board.name} keeps the note of it`);
  }
  await oneAtATime(servers);
  const shown = await Promise.all(
    lab.boards.map((board) => board.sudo(`journalctl --no-pager --output=cat | grep -c ${token} || true`)),
  );
  // sudo and sshd write down what they start: none of it may hold the token. This line's own sudo is written, too.
  if (shown.some((count) => Number(count) > 1)) throw new Error('the token was an argument of a program');
}

/** A home of one server keeps SQLite, which is copied with the token that opens it; agents work for it. */
export async function oneServer(lab, home, version) {
  await succeed(home, version);
  const [server, ...agents] = lab.boards;
  const databases = await server.sudo('ls /var/lib/rancher/k3s/server/db');
  if (!databases.includes('state.db') || databases.includes('etcd')) throw new Error(`its databases: ${databases}`);
  const nodes = await server.sudo('k3s kubectl get nodes');
  for (const { name } of lab.boards)
    if (!nodes.includes(`${name} True`)) throw new Error(`${name} is not there: ${nodes}`);
  for (const agent of agents) {
    const secret = await server.sudo('cat /etc/rancher/k3s/token');
    const found = await agent.sudo(`grep -rl ${secret.trim()} /etc/rancher /var/lib/rancher || true`);
    if (found.trim() !== '') throw new Error(`${agent.name} holds the token of servers: ${found}`);
    await agent.sudo(`grep -q ${home.virtualIp} /etc/rancher/k3s/config.yaml.d/join.yaml`);
  }
  await copiesDatabase(server);
}

/** @param {Board} server */
export async function copiesDatabase(server) {
  const timer = await server.sudo('systemctl is-active k3s-snapshot.timer && systemctl is-enabled k3s-snapshot.timer');
  if (timer.trim() !== 'active\nenabled') throw new Error(`the timer of copies: ${timer}`);
  const script = `set -e
for i in 1 2 3; do systemctl start k3s-snapshot.service; sleep 1.1; done
cd /var/lib/rancher/k3s/server/db/snapshots
ls | wc -l
stat -c %a *
mkdir /root/copy && tar -xzf $(ls | tail -1) -C /root/copy
cmp /root/copy/token /var/lib/rancher/k3s/server/token
python3 -c "import sqlite3; print(sqlite3.connect('/root/copy/db/state.db').execute('select text from state').fetchone()[0])"
python3 /usr/local/lib/homecloud/k3s-snapshot.py 2 && ls | wc -l
rm -r /root/copy`;
  const output = await server.sudo(script);
  if (!/^3\n600\n600\n600\n/.test(output)) throw new Error(`three copies that only root can read:\n${output}`);
  if (!output.includes(`"${server.name}"`)) throw new Error(`the copy does not hold the database:\n${output}`);
  if (!output.endsWith('\n2\n')) throw new Error(`old copies stay:\n${output}`);
}

/** Boards that run a server. */
async function serversOf(lab) {
  const answers = await Promise.all(
    lab.boards.map((board) => board.sudo('systemctl is-enabled k3s.service 2>&1 || true')),
  );
  return lab.boards.filter((_, index) => answers[index].trim() === 'enabled');
}

/** The last start of each server ended before that of the next began. */
async function oneAtATime(servers) {
  const times = await Promise.all(
    servers.map(async (board) => {
      const shown = await board.sudo(
        'systemctl show --property=InactiveExitTimestampMonotonic --property=ActiveEnterTimestampMonotonic --value k3s.service',
      );
      // Boards of a lab share one kernel, and so one clock. systemd prints the properties in its own order.
      return {
        name: board.name,
        times: shown
          .trim()
          .split('\n')
          .map(Number)
          .sort((a, b) => a - b),
      };
    }),
  );
  times.sort((a, b) => a.times[0] - b.times[0]);
  for (const [index, { name, times: own }] of times.entries()) {
    const next = times[index + 1];
    if (next !== undefined && next.times[0] < own[1]) throw new Error(`${name} and ${next.name} started together`);
  }
}

/** What must stay as it is on a board while the role refuses. */
function stateOf(board) {
  return board.sudo(
    'systemctl show --property=InvocationID k3s.service; sha256sum /usr/local/bin/k3s /etc/rancher/k3s/config.yaml /etc/systemd/system/k3s*.service; ls /etc/systemd/system',
  );
}
