// preflight: what is wrong with the boards is told before anything is changed, all at once.
import { succeed as runProgram } from '../tools/process.mjs';
import { makeHome } from './home.mjs';
import { succeed } from './site.mjs';

/** Boards that are right, new or of a running cluster: nothing is found. */
export async function clean(home, version) {
  const start = performance.now();
  const { output, changed } = await succeed(home, version, [], 'preflight');
  if (Object.keys(changed).length === 0) throw new Error(`no board took part:\n${output}`);
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/** Ends of addresses of the lab that nobody has. */
const unused = { virtualIp: 88, twin: 78, gone: 77 };

/** What must be found, in this order, and what the finding says. */
const findings = {
  'the home: virtual-ip': /another machine answers there/,
  'ash: name': /calls itself fir/,
  'elm: ssh-key': /Permission denied/,
  'gone: unreachable': /No route to host|timed out/,
  'oak: memory': /GiB/,
  'oak: port': /python3 listens there, of not-ours\.service/,
  'oak: disk': /there is no \/dev\/disk\/by-id\/usb-Not_There/,
  'twin: host-key': /Host key verification failed/,
};

/** A config that is wrong in many ways, on boards that may be right: one run of `site` tells all, and does nothing. */
export async function bad(lab, version) {
  const [oak, , fir] = lab.boards;
  const address = (name) => lab.network.address(unused[name]);
  const home = await makeHome(lab, (config) => wrong(config, address));
  const ip = (verb) => runProgram('ip', ['address', verb, `${address('virtualIp')}/24`, 'dev', lab.network.bridge]);
  const before = await stateOf([oak, fir]);
  await ip('add');
  await oak.sudo(`ip address add ${address('twin')}/24 dev host0`);
  await oak.sudo('systemd-run --quiet --unit=not-ours python3 -m http.server 8443');
  try {
    await settled(oak);
    const { code, output, changed } = await home.playbook('site', version);
    if (code === 0) throw new Error(`it goes on as if nothing were wrong:\n${output}`);
    const told = new Map(
      [...output.matchAll(/^ +(\S.*: [a-z-]+)\n +wanted: .*\n +found: +(.*)\n +mend: /gm)].map(([, ...it]) => it),
    );
    const missed = Object.entries(findings).filter(([what, text]) => !text.test(told.get(what) ?? ''));
    if (missed.length > 0 || [...told.keys()].join() !== Object.keys(findings).join()) {
      throw new Error(`told are ${[...told.keys()]}, wrong are ${missed.map(([what]) => what)}\n${output}`);
    }
    const plays = output.match(/^PLAY \[/gm)?.length;
    if (Object.values(changed).some((count) => count > 0) || plays !== 1) throw new Error(`it went on:\n${output}`);
  } finally {
    await oak.sudo('systemctl stop not-ours');
    await oak.sudo(`ip address delete ${address('twin')}/24 dev host0`);
    await ip('delete');
    home.disconnect();
  }
  const after = await stateOf([oak, fir]);
  if (after.join() !== before.join()) throw new Error('something changed on a board');
}

/** One mistake after the other; each board but `gone` is a machine of the lab. */
function wrong(config, address) {
  const [oak, elm, fir] = config.boards;
  return {
    ...config,
    network: { ...config.network, virtualIp: address('virtualIp') },
    boards: [
      {
        ...oak,
        memory: '2TiB',
        disks: [{ name: 'data', device: '/dev/disk/by-id/usb-Not_There', purpose: 'dnas' }],
      },
      { ...elm, ssh: { ...elm.ssh, user: 'nobody-here' } },
      { ...fir, name: 'ash' },
      { ...elm, name: 'gone', address: address('gone'), role: 'agent', ssh: {} },
      { ...elm, name: 'twin', address: address('twin'), role: 'agent', ssh: {} },
    ],
  };
}

/** Waits until the foreign service listens. */
async function settled(board) {
  await board.sudo('for i in $(seq 100); do curl -so /dev/null http://127.0.0.1:8443 && exit; sleep 0.1; done; exit 1');
}

/** What stands in the folders that the roles write to: paths, modes, sizes and times. */
async function stateOf(boards) {
  const folders = '/etc /usr /opt /srv /var/lib/dpkg /home';
  return Promise.all(boards.map((it) => it.sudo(`find ${folders} -printf "%p %m %s %T@\\n" 2>/dev/null | sort`)));
}
