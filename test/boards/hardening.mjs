// Hardening: the roles of devsec.hardening get what the home needs, and nobody is shut out. The DevSec roles are a
// stand-in here (devsec-stand-in/).
import { isWell } from './verify.mjs';

/** @typedef {import('./lab.mjs').Lab} Lab */
/** @typedef {import('./home.mjs').LabHome} Home */

/** What the home of the lab sets: it wins over what the role says. */
export const overrides = { sysctls: { 'net.ipv4.tcp_rfc1337': 0 }, variables: { ssh_max_auth_retries: 5 } };

/** Without what no container may have: an auditd, and settings of the kernel that are those of the machine under it. */
export const ofContainers = (config) => ({
  ...config,
  hardening: {
    ...overrides,
    variables: { ...overrides.variables, os_auditd_enabled: false, os_sysctl_enabled: false },
  },
});

/**
 * The DevSec roles themselves: `site` makes a cluster with them, and they change nothing when they run again.
 * @param {Lab} lab @param {Home} home
 */
export async function rolesThemselves(lab, home, version) {
  const first = await home.playbook('site', version);
  if (first.code !== 0) throw new Error(first.output);
  // Else they run only when something about them is new.
  for (const board of lab.boards) await board.sudo('rm /var/lib/misc/homecloud-hardening');
  const again = await home.playbook('site', version);
  if (again.code !== 0) throw new Error(again.output);
  const tasks = again.output.split(/^(?=TASK |RUNNING HANDLER )/m).filter((text) => text.includes('devsec.hardening.'));
  if (tasks.length < 100) throw new Error(`the DevSec roles have ${tasks.length} tasks:\n${again.output}`);
  const changes = tasks.filter((text) => /^changed: /m.test(text));
  if (changes.length > 0) throw new Error(`they change again:\n${changes.join('\n')}`);
  await isWell(lab, home, version);
  return `${tasks.length} tasks, none changes again`;
}

/** @param {Lab} lab */
export async function variablesArrive(lab) {
  for (const board of lab.boards) {
    const given = JSON.parse(await board.sudo('cat /var/lib/misc/devsec-stand-in.json'));
    const expected = {
      ssh_server_ports: ['22'],
      ssh_permit_root_login: 'no',
      ssh_max_auth_retries: overrides.variables.ssh_max_auth_retries,
      os_filesystem_whitelist: ['squashfs', 'vfat'],
      hidepid_option: '0',
    };
    for (const [name, value] of Object.entries(expected)) equal(`${board.name}: ${name}`, given[name], value);
    const { 'net.ipv4.ip_forward': forward, 'net.ipv4.tcp_rfc1337': own } = given.sysctl_overwrite;
    equal(`${board.name}: sysctl_overwrite`, [forward, own], [1, 0]);
    const live = await board.sudo('sysctl -n net.ipv4.ip_forward net.ipv4.tcp_rfc1337 net.ipv4.conf.all.rp_filter');
    equal(`${board.name}: settings of the kernel`, live.trim().split('\n'), ['1', '0', '2']);
    const sshd = await board.sudo('sshd -T | grep -E "^(maxauthtries|allowtcpforwarding) "');
    equal(`${board.name}: sshd`, sshd.trim().split('\n').sort(), ['allowtcpforwarding local', 'maxauthtries 5']);
  }
}

/**
 * What hardening, or anything else, broke is found, and said with what mends it.
 * @param {Lab} lab @param {Home} home
 */
export async function breakageIsFound(lab, home, version) {
  const board = lab.boards.at(-1);
  const breakages = [
    [
      'sysctl -w net.ipv4.ip_forward=0',
      'sysctl -w net.ipv4.ip_forward=1',
      'net.ipv4.ip_forward is 0, and the board needs 1',
    ],
    [
      'echo install vfat /bin/true > /etc/modprobe.d/broken.conf',
      'rm /etc/modprobe.d/broken.conf',
      'vfat is blocked by /etc/modprobe.d/broken.conf',
    ],
    ['mount -o remount,noexec /run', 'mount -o remount,exec /run', 'No program can run in /run'],
  ];
  for (const [harm] of breakages) await board.sudo(harm);
  const { code, output } = await home.hardening(version, [board]);
  for (const [, mend] of breakages) await board.sudo(mend);
  const missed = breakages.filter(([, , says]) => !plain(output).includes(says)).map(([harm]) => harm);
  if (code === 0 || missed.length > 0) throw new Error(`it does not find ${missed.join(', ')}:\n${output}`);
  const after = await home.hardening(version, [board]);
  if (after.code !== 0) throw new Error(`it finds something on a board that is well:\n${after.output}`);
}

/**
 * An admin who would be shut out keeps the first board, by its old configuration, and the others are not touched.
 * @param {Lab} lab @param {Home} home
 */
export async function lockOutStops(lab, home, version) {
  const trials = [
    [['-e', 'ssh_allow_users=nobody'], 'nobody could log in any more', 'Nothing was changed'],
    // It passes the guard, which looks at who is allowed.
    [
      ['-e', 'ssh_deny_users=*min'],
      `A new connection to ${lab.boards[0].name} by SSH key fails`,
      'configuration from before again',
    ],
  ];
  for (const [options, ...says] of trials) {
    const before = await Promise.all(lab.boards.map(stateOf));
    const { code, output } = await home.hardening(version, lab.boards.slice(0, 2), [
      ...options,
      '-e',
      'hardening_again=true',
    ]);
    const missed = says.filter((text) => !plain(output).includes(text));
    if (code === 0 || missed.length > 0) throw new Error(`${options[1]}: it does not say ${missed}:\n${output}`);
    // Over new connections: `ssh` of the lab keeps none open.
    equal(options[1], await Promise.all(lab.boards.map(stateOf)), before);
  }
}

async function stateOf(board) {
  return board.sudo('cat /var/lib/misc/homecloud-hardening; sha256sum /etc/ssh/sshd_config');
}

function equal(what, found, wanted) {
  const [is, should] = [found, wanted].map((value) => JSON.stringify(value));
  if (is !== should) throw new Error(`${what} is ${is}, not ${should}`);
}

/** The output without the line breaks that the callback makes. */
function plain(output) {
  return output.replaceAll(/\s+/g, ' ');
}
