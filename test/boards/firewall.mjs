// The firewall: what a board lets in, asked from other machines, and that nobody is shut out by a mistake.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { sleep } from '../tools/sleep.mjs';

/** @typedef {import('./board.mjs').Board} Board */
/** @typedef {import('./lab.mjs').Lab} Lab */
/** @typedef {import('./home.mjs').LabHome} Home */

const program = '/usr/local/libexec/homecloud/firewall';
const role = 'ansible_collections/homecloud/boards/roles/firewall';

/** Addresses that the other board has besides its own: of a laptop at home, and of somebody outside. */
const outside = '198.51.100.7';
const publicAddresses = { visitor: '2001:db8::7', board: '2001:db8::8' };
const linkLocal = { visitor: 'fe80::7', board: 'fe80::8' };

/** Ports where the boards of a cluster talk to each other all the time: they keep what listens there. */
const clusterPorts = [2379, 2380, 6443];

/** Ports that are not looked for: others than those of the well-known services take too long where no answer comes. */
const fewPorts =
  '1-1100,2049,2379-2380,3702,5001,5353,5355,6443-6444,8080,8443,8472,9100,10248-10256,21027,22000,30000-30100,51820';

/** Where a board notes which datagrams arrived. */
const arrived = '/run/every-port.arrived';

/**
 * On all ports of a board something listens, behind a translation of addresses as that of a pod's port: other machines
 * reach those of the model.
 * @param {Board} board a server; @param {Board} other another board, which plays other machines, too
 */
export async function scan(lab, home, board, other) {
  const open = async (source, target, ports) => {
    const found = await other.sudo(scanner('tcp', source, target, ports));
    return found.split(/\s+/).filter(Boolean).map(Number);
  };
  await reach('tcp', lab, home, board, other, open);
}

/**
 * The same for datagrams: whether they arrive is asked of who listens.
 * @param {Home} home with shares on the board: those have most of the ports; @param {Home} before that of the cluster
 */
export async function datagrams(lab, home, before, board, other, version) {
  const own = async (of) => {
    const { code, output } = await of.roles(board.name, ['firewall'], version);
    if (code !== 0) throw new Error(output);
  };
  await own(home);
  const arrive = async (source, target, ports) => {
    await board.sudo(`: > ${arrived}`);
    await other.sudo(scanner('udp', source, target, ports));
    // What is on its way.
    await sleep(1);
    return [...new Set((await board.sudo(`cat ${arrived}`)).split(/\s+/).filter(Boolean).map(Number))];
  };
  try {
    await reach('udp', lab, home, board, other, arrive);
    await isTold(board, other);
  } finally {
    await own(before);
  }
}

/** Who is at home hears that a port is shut, and waits for nothing. */
async function isTold(board, other) {
  const heard = await other.sudo(
    `python3 -c "import socket; it = socket.socket(type=socket.SOCK_DGRAM); it.settimeout(1); it.connect(('${board.address}', 111)); it.send(b'?'); it.recv(1)" 2>&1 || true`,
  );
  if (!heard.includes('Connection refused')) throw new Error(`a board is not told that a port is shut: ${heard}`);
}

/**
 * Who reaches which ports, with the firewall and without.
 * @param {(source: string, target: string, ports: string) => Promise<number[]>} open the open ones
 */
async function reach(protocol, lab, home, board, other, open) {
  const laptop = lab.network.address(200);
  const undo = await visit(board, other, laptop);
  try {
    const ports = portsOf(home, board);
    const wanted = (...from) =>
      ports.filter((port) => port.protocol === protocol && from.includes(port.from)).map(({ port }) => port);
    const v6 = (address) => `${address}%host0`;
    /** @type {[who: string, source: string, target: string, ports: string, wanted: number[]][]} */
    const scans = [
      ['a laptop at home', laptop, board.address, '1-65535', wanted('home', 'router')],
      ['the laptop by IPv6', v6(linkLocal.visitor), v6(linkLocal.board), fewPorts, wanted('home')],
      ['another board', other.address, board.address, fewPorts, wanted('home', 'router', 'boards')],
      ['somebody outside', outside, board.address, fewPorts, wanted('router')],
      ['somebody outside by IPv6', publicAddresses.visitor, publicAddresses.board, fewPorts, []],
    ];
    const wrong = [];
    for (const [who, source, target, where, right] of scans) {
      const isCluster = (port) => protocol === 'tcp' && source === other.address && clusterPorts.includes(port);
      const [found, expected] = [await open(source, target, where), [...new Set(right)]].map((list) =>
        list
          .filter((port) => !isCluster(port))
          .sort((one, two) => one - two)
          .join(' '),
      );
      if (found !== expected) wrong.push(`${who} reaches ${found}, not ${expected}`);
    }
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    // The scan sees what is open when the firewall is not there.
    await board.sudo(`${program} remove`);
    const asked = protocol === 'tcp' ? '1-65535' : fewPorts;
    const all = await open(laptop, board.address, asked);
    await board.sudo(`${program} load`);
    if (all.length !== count(asked)) throw new Error(`without the firewall only ${all.length} are open`);
  } finally {
    await undo();
  }
}

/** Gives the other board more addresses, and lets all ports of the first lead to one that answers. */
async function visit(board, other, laptop) {
  await other.sudo(
    [
      `ip address add ${laptop}/24 dev host0`,
      `ip address add ${outside}/32 dev host0`,
      `ip -6 address add ${linkLocal.visitor}/64 dev host0 nodad`,
      `ip -6 address add ${publicAddresses.visitor}/64 dev host0 nodad`,
      // Another board may have had the addresses before: for seconds, datagrams would go to that one.
      'ip -6 neighbor flush dev host0',
    ].join(' && '),
  );
  const listener = `
import select, socket
tcp = socket.create_server(('', 9999), family=socket.AF_INET6, backlog=4096, dualstack_ipv6=True)
udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
udp.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)  # SO_RCVBUFFORCE (asm-generic/socket.h)
udp.bind(('', 9999))
with open('${arrived}', 'a', buffering=1) as file:
    while True:
        for ready in select.select([tcp, udp], [], [])[0]:
            if ready is tcp: ready.accept()[0].close()
            else: print(ready.recv(9).decode(), file=file)
`;
  const rules = `
table inet every_port
delete table inet every_port
table inet every_port {
  chain translate {
    type nat hook prerouting priority dstnat; policy accept;
    ip saddr { ${laptop}, ${outside} } meta l4proto { tcp, udp } redirect to :9999
    ip6 saddr { ${linkLocal.visitor}, ${publicAddresses.visitor} } meta l4proto { tcp, udp } redirect to :9999
    ip saddr ${other.address} tcp dport != { ${[22, ...clusterPorts].join(', ')} } redirect to :9999
    ip saddr ${other.address} meta l4proto udp redirect to :9999
  }
}
`;
  await board.sudo(
    [
      `ip route add ${outside} via ${other.address}`,
      `ip -6 address add ${linkLocal.board}/64 dev host0 nodad`,
      `ip -6 address add ${publicAddresses.board}/64 dev host0 nodad`,
      `echo ${base64(rules)} | base64 -d | nft -f -`,
      `echo ${base64(listener)} | base64 -d > /run/every-port.py`,
      'systemd-run --quiet --collect --unit=every-port python3 /run/every-port.py',
    ].join(' && '),
  );
  return async () => {
    await board.sudo(
      `systemctl stop every-port; nft delete table inet every_port; ip route delete ${outside}; ip -6 address delete ${linkLocal.board}/64 dev host0; ip -6 address delete ${publicAddresses.board}/64 dev host0`,
    );
    await other.sudo(
      `ip address delete ${laptop}/24 dev host0; ip address delete ${outside}/32 dev host0; ip -6 address delete ${linkLocal.visitor}/64 dev host0; ip -6 address delete ${publicAddresses.visitor}/64 dev host0`,
    );
  };
}

/**
 * Rules as those of kube-proxy and of the portmap plugin lead to a pod. They outlive a reload of ours, and ours holds
 * what they would let in.
 */
export async function besideKubernetes(lab, board, other) {
  const laptop = lab.network.address(200);
  const pod = '10.42.9.9';
  const rules = `
table ip nat {
  chain KUBE-SERVICES {
    ip daddr 10.43.9.9 tcp dport 80 counter jump KUBE-SVC-PAGE
    fib daddr type local counter jump KUBE-NODEPORTS
  }
  chain KUBE-NODEPORTS { tcp dport 30080 counter jump KUBE-SVC-PAGE; }
  chain KUBE-SVC-PAGE { meta l4proto tcp counter dnat to ${pod}:8080; }
  chain CNI-HOSTPORT-DNAT { tcp dport { 80, 8443, 8081 } counter dnat to ${pod}:8080; }
  chain PREROUTING {
    type nat hook prerouting priority dstnat; policy accept;
    counter jump KUBE-SERVICES
    fib daddr type local counter jump CNI-HOSTPORT-DNAT
  }
}
table ip filter {
  chain KUBE-FORWARD { ct state invalid counter drop; }
  chain FORWARD { type filter hook forward priority filter; policy accept; counter jump KUBE-FORWARD; }
}
`;
  const foreign = () => board.sudo("for it in 'ip nat' 'ip filter'; do nft --stateless list table $it; done");
  await board.sudo(
    [
      'sysctl --quiet --write net.ipv4.ip_forward=1',
      'ip link add cni0 type bridge',
      'ip address add 10.42.9.1/24 dev cni0',
      'ip link set cni0 up',
      'ip netns add pod',
      'ip link add veth9 type veth peer name eth0 netns pod',
      'ip link set veth9 master cni0 up',
      `ip -n pod address add ${pod}/24 dev eth0`,
      'ip -n pod link set eth0 up',
      'ip -n pod link set lo up',
      'ip -n pod route add default via 10.42.9.1',
      'systemd-run --quiet --collect --unit=pod ip netns exec pod python3 -m http.server --directory /usr/share/doc 8080',
      `echo ${base64(rules)} | base64 -d | nft -f -`,
    ].join(' && '),
  );
  await other.sudo(
    `ip address add ${laptop}/24 dev host0 && ip address add ${outside}/32 dev host0 && ip route add 10.42.9.0/24 via ${board.address} && ip route add 10.43.9.9 via ${board.address}`,
  );
  await board.sudo(`ip route add ${outside} via ${other.address}`);
  try {
    const before = await foreign();
    await board.sudo('systemctl reload homecloud-firewall && systemctl restart homecloud-firewall');
    if ((await foreign()) !== before) throw new Error(`a reload changes the rules of others:\n${await foreign()}`);
    const reach = async (source, host, port) =>
      (
        await other.sudo(
          `curl --silent --output /dev/null --max-time 2 --interface ${source} --write-out '%{http_code}' http://${host}:${port}/ || true`,
        )
      ).trim() === '200';
    const expected = [
      ['port 80 of a pod, at home', laptop, board.address, 80, true],
      ['port 80 of a pod, from outside', outside, board.address, 80, false],
      ['port 8443 of a pod, from outside', outside, board.address, 8443, true],
      ['a port of a pod that the model does not know', laptop, board.address, 8081, false],
      ['a NodePort, at home', laptop, board.address, 30080, false],
      ['a NodePort, from a board', other.address, board.address, 30080, false],
      ['a pod, from a board', other.address, pod, 8080, true],
      ['a pod, from the laptop', laptop, pod, 8080, false],
      ['a service, from a board', other.address, '10.43.9.9', 80, true],
      ['a service, from the laptop', laptop, '10.43.9.9', 80, false],
    ];
    const wrong = [];
    for (const [what, source, host, port, isOpen] of expected) {
      if ((await reach(source, host, port)) !== isOpen) wrong.push(`${what} is ${isOpen ? 'shut' : 'open'}`);
    }
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    await board.sudo(
      `ip netns exec pod python3 -c "import socket; socket.create_connection(('${board.address}', 22), 2)"`,
    );
    // Debian's own service flushes everything, ours included, which comes back.
    const comesBack =
      'for it in $(seq 50); do nft list table inet homecloud >/dev/null 2>&1 && exit; sleep 0.1; done; exit 1';
    for (const verb of ['restart', 'reload']) await board.sudo(`systemctl ${verb} nftables.service; ${comesBack}`);
    await board.sudo('systemctl stop nftables.service');
    await board.sudo('systemctl start homecloud-firewall.service');
  } finally {
    await board.sudo(
      `systemctl stop pod; ip netns delete pod; ip link delete cni0; ip route delete ${outside}; for it in 'ip nat' 'ip filter'; do nft delete table $it 2>/dev/null || true; done`,
    );
    await other.sudo(
      `ip route delete 10.42.9.0/24; ip route delete 10.43.9.9; ip address delete ${laptop}/24 dev host0; ip address delete ${outside}/32 dev host0`,
    );
  }
}

/** Rules that shut Ansible out are taken back, whatever happens meanwhile. */
export async function shutsNobodyOut(home, board, version) {
  const rules = () => board.sudo('nft list table inet homecloud');
  const good = await rules();
  const same = async (when) => {
    if ((await rules()) !== good) throw new Error(`other rules than before hold ${when}:\n${await rules()}`);
  };

  const wrongHome = JSON.stringify({ firewall_home: ['192.0.2.0/24'] });
  const refused = await home.roles(board.name, ['firewall'], version, ['-e', wrongHome]);
  if (refused.code === 0 || !refused.output.includes('add it to network.firewall.trusted')) {
    throw new Error(`rules without the address of Ansible are not refused:\n${refused.output}`);
  }
  await same('after rules were refused');

  // A mistake of ours, in the rules themselves.
  const template = join(home.project, `collections/${role}/templates/rules.nft.j2`);
  const right = readFileSync(template, 'utf8');
  writeFileSync(template, right.replace('chain to_board {\n', 'chain to_board {\n    tcp dport 22 drop\n'));
  const start = Date.now();
  const shut = await home.roles(board.name, ['firewall'], version, ['-e', 'firewall_rollback_after=25']);
  writeFileSync(template, right);
  if (shut.code === 0 || !shut.output.includes('could not log in')) {
    throw new Error(`rules that shut Ansible out are kept:\n${shut.output}`);
  }
  await board.ready(30);
  const seconds = (Date.now() - start) / 1000;
  await same('after a failed trial');

  // Nobody comes back to keep the rules: the laptop was closed.
  const shutAll = `sed 's/chain to_board {/&\\n tcp dport 22 drop/' /etc/homecloud/firewall/proven.nft > /etc/homecloud/firewall/wanted.nft`;
  await board.sudo(`${shutAll} && ${program} try 15`);
  if ((await board.ssh('true')).code === 0) throw new Error('the rules of the trial do not hold');
  await board.ready(30);
  await same('after nobody came');

  // The power fails meanwhile.
  await board.sudo(`${program} try 600`);
  await board.powerOff();
  board.start();
  await board.ready();
  await same('after the power failed');

  const healed = await home.roles(board.name, ['firewall'], version);
  if (healed.code !== 0) throw new Error(healed.output);
  await same('after a run that mends');
  return `a board with wrong rules was open again after ${seconds.toFixed(0)} s`;
}

/** Without the firewall nothing of it is left; with it again, all is as before. */
export async function switchedOff(home, board, version) {
  const off = await home.roles(board.name, ['firewall'], version, ['-e', '{"firewall_enabled": false}']);
  if (off.code !== 0) throw new Error(off.output);
  const left = await board.sudo(
    `nft list tables | grep homecloud; ls ${program} /etc/homecloud/firewall /etc/systemd/system/homecloud-firewall.service 2>/dev/null; true`,
  );
  if (left !== '') throw new Error(`it leaves ${left}`);
  const on = await home.roles(board.name, ['firewall'], version);
  if (on.code !== 0) throw new Error(on.output);
  await board.sudo('systemctl is-active homecloud-firewall && nft list table inet homecloud');
}

/** The ports of the model, as they reach the role. */
function portsOf(home, board) {
  return load(readFileSync(join(home.project, `inventory/host_vars/${board.name}.yml`), 'utf8')).firewall_ports;
}

/** How many ports are meant by `1-3,7`. */
function count(ports) {
  const sizes = ports.split(',').map((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return last - first + 1;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The command of a scan. */
function scanner(protocol, source, target, ports) {
  const text = base64(readFileSync(new URL('scan.py', import.meta.url)));
  return `echo ${text} | base64 -d | python3 - ${protocol} ${source} ${target} ${ports}`;
}

function base64(text) {
  return Buffer.from(text).toString('base64');
}
