// keepalived: who owns the virtual IP, how long nobody answers there when the owner fails, and that nothing else moves it.
import { sleep } from '../tools/sleep.mjs';
import { namesOf, overlap, reigns, watch } from './watch.mjs';

/** @typedef {import('./board.mjs').Board} Board */
/** @typedef {import('./lab.mjs').Lab} Lab */

/** Seconds that nobody may answer, in the median, and that two may. The goal for a crash and for power pulled. */
const goal = 0.7;

/** Seconds in which all boards become able to own the address, and one does. */
const patience = 40;

/** Seconds in which keepalived asks twice about the API server and the ingress: after that nothing is pending. */
const quietSeconds = 5;

/**
 * Ways in which the owner fails, and is well again.
 * @type {Record<string, Failure>}
 * @typedef {object} Failure
 * @property {(owner: Board) => Promise<unknown>} fail
 * @property {(owner: Board) => Promise<unknown>} mend
 * @property {number} within seconds in which another takes over, when the owner has failed
 * @property {boolean} [comesBack] whether the owner did not notice: of the two, the one with the higher priority stays
 */
export const failures = {
  // First the child, while its supervisor cannot start another: it would give the address up when that ends. systemd
  // starts both again.
  'keepalived killed': {
    fail: (owner) => owner.sudo('set -- $(pgrep keepalived); kill -STOP $1; kill -KILL $2; kill -KILL $1'),
    mend: async () => {},
    within: 1.5,
  },
  'keepalived stopped': {
    fail: (owner) => owner.sudo('systemctl stop keepalived'),
    mend: (owner) => owner.sudo('systemctl start keepalived'),
    within: 1.5,
  },
  // Two failed checks, each at most 6 seconds long, every 2 seconds.
  'API server dead': {
    // It dies at once; a stop would first wait for what still runs.
    fail: (owner) => owner.sudo('systemctl kill --signal=KILL k3s && systemctl stop k3s'),
    mend: (owner) => owner.sudo('systemctl start k3s'),
    within: 12,
  },
  'ingress dead': {
    fail: (owner) => owner.sudo('systemctl stop ingress-stand-in'),
    mend: (owner) => owner.sudo('systemctl start ingress-stand-in'),
    within: 12,
  },
  'cable cut': { fail: (owner) => owner.cutCable(), mend: (owner) => owner.plugCable(), within: 1.5 },
  'cut off behind the switch': {
    fail: (owner) => owner.cutOff(),
    mend: (owner) => owner.reconnect(),
    within: 1.5,
    comesBack: true,
  },
  'board frozen': { fail: (owner) => owner.freeze(), mend: (owner) => owner.thaw(), within: 1.5, comesBack: true },
  'power pulled': {
    fail: (owner) => owner.powerOff(),
    mend: async (owner) => {
      owner.start();
      await owner.ready();
    },
    within: 1.5,
  },
};

/** The virtual IP stands on exactly one board. */
export async function oneOwner(lab, home) {
  return (await settled(lab, home)).name;
}

/**
 * The owner fails, once or again and again: each time another takes over, and keeps the address when the first is well
 * again.
 * @param {Lab} lab
 * @param {string} name of the failure
 * @param {number} rounds
 */
export async function failover(lab, home, name, rounds) {
  const { fail, mend, within, comesBack = false } = failures[name];
  const names = await namesOf(lab);
  const seen = { silences: [], switches: [], returns: [], overlaps: [] };
  for (let round = 0; round < rounds; round++) {
    const owner = await settled(lab, home);
    let start = 0;
    let end = 0;
    const lost = await watch(lab.network, home.virtualIp, names, async () => {
      start = Date.now() / 1000;
      await fail(owner);
      end = Date.now() / 1000;
      await sleep(within);
    });
    const next = reigns(lost).find((reign) => reign.since > start && reign.owner !== owner.name);
    if (next === undefined || next.since > end + within) {
      throw new Error(`nobody took over from ${owner.name} within ${within} s`);
    }
    const heir = reigns(lost).at(-1).owner;
    const found = await watch(lab.network, home.virtualIp, names, async () => {
      await mend(owner);
      await sleep(quietSeconds);
    });
    const last = reigns(found).at(-1).owner;
    if (last !== heir && !(comesBack && last === owner.name)) {
      throw new Error(`the address went from ${heir} to ${last} when ${owner.name} was well again`);
    }
    seen.silences.push(lost.silence);
    seen.switches.push(next.since - start);
    seen.returns.push(found.silence);
    seen.overlaps.push(overlap(lost), overlap(found));
  }
  const { silences, switches, returns, overlaps } = seen;
  const text = [
    `silent for ${figures(silences)}`,
    `another after ${figures(switches)}`,
    `at the return silent for ${figures(returns)}`,
    `two owners for ${figures(overlaps)}`,
  ].join('; ');
  if (Math.max(median(silences), ...overlaps) > goal) throw new Error(`${text}: more than ${goal} s`);
  return text;
}

/**
 * All boards are busy, and write to their disks: the address stays, and no board tries to take it.
 * @param {Lab} lab
 * @param {number} seconds
 */
export async function load(lab, home, seconds) {
  const owner = await settled(lab, home);
  const names = await namesOf(lab);
  const before = await changesOf(lab);
  const { silence } = await watch(lab.network, home.virtualIp, names, () =>
    Promise.all(
      lab.boards.map((board) =>
        board.sudo(`timeout ${seconds} sh -c '${burn}' || [ $? = 124 ]`, { minutes: seconds / 60 + 5 }),
      ),
    ),
  );
  const after = await changesOf(lab);
  const now = await settled(lab, home);
  if (before !== after) throw new Error(`keepalived changed under load, from\n${before}to\n${after}`);
  if (now !== owner) throw new Error(`the address went from ${owner.name} to ${now.name} under load`);
  return `${seconds} s, silent for at most ${silence.toFixed(2)} s`;
}

/** Four endless loops, and two that write and sync. */
const burn = `
for _ in 1 2 3 4; do while :; do :; done & done
for file in a b; do
  while :; do dd if=/dev/zero of=/var/tmp/$file bs=1M count=100 conv=fsync status=none; done &
done
wait
`;

/** Waits until one board owns the address, and the others could. @returns {Promise<Board>} */
async function settled(lab, home) {
  await startIngress(lab);
  const end = Date.now() + patience * 1000;
  for (;;) {
    const states = await statesOf(lab, home);
    const owners = lab.boards.filter((_, index) => states[index].endsWith('MASTER owner'));
    const others = states.filter((state) => state.endsWith('BACKUP'));
    if (owners.length === 1 && others.length === lab.boards.length - 1) return owners[0];
    if (Date.now() > end) throw new Error(`the virtual IP does not settle on one board: ${states.join(', ')}`);
    await sleep(0.5);
  }
}

/** What keepalived of each board says it is, and whether the board has the address. */
async function statesOf(lab, { virtualIp }) {
  const command = [
    'journalctl --boot --unit=keepalived --output=cat | sed -n "s/.*Entering \\([A-Z]*\\) STATE.*/\\1/p" | tail -n 1',
    `ip -4 -brief address show to ${virtualIp}/32`,
  ].join('; ');
  const answers = await Promise.all(lab.boards.map((board) => board.sudo(command)));
  return lab.boards.map(({ name }, index) => {
    const [state, address = ''] = answers[index].trim().split('\n');
    return `${name} ${state}${address.includes(virtualIp) ? ' owner' : ''}`;
  });
}

/** All that keepalived has said, and what node-exporter is told, by board. */
async function changesOf(lab) {
  // A check that outlasts its interval is let finish: nothing changes for that.
  const command =
    'journalctl --boot --unit=keepalived --output=cat | grep --invert-match "is already running, expect idle"; cat /var/lib/node_exporter/textfile_collector/*';
  return (await Promise.all(lab.boards.map((board) => board.sudo(command)))).join('\n');
}

function figures(values) {
  const all = [...values].sort((a, b) => a - b).map((value) => value.toFixed(2));
  if (all.length === 1) return `${all[0]} s`;
  return `${median(all)} s (p95 ${all[Math.ceil(all.length * 0.95) - 1]}, at most ${all.at(-1)})`;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

/** A stand-in for the ingress, which Flux would bring: it answers at port 443 as Traefik does without a route. */
async function startIngress(lab) {
  const unit = `[Unit]
Description=Stand-in for the ingress

[Service]
ExecStartPre=/usr/bin/openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=ingress -keyout /run/ingress.key -out /run/ingress.crt
ExecStart=/usr/bin/openssl s_server -quiet -www -accept 443 -key /run/ingress.key -cert /run/ingress.crt
Restart=always
# Where the kubelet keeps pods.
Slice=kubepods.slice

[Install]
WantedBy=multi-user.target
`;
  const encoded = Buffer.from(unit).toString('base64');
  const name = 'ingress-stand-in.service';
  const command = `systemctl is-active --quiet ${name} || { echo ${encoded} | base64 -d > /etc/systemd/system/${name} && systemctl enable --quiet --now ${name} && echo started; }`;
  const answers = await Promise.all(lab.boards.map((board) => board.sudo(command)));
  // With the first ingress a board without one is ill, until keepalived has asked again.
  if (answers.some((answer) => answer.includes('started'))) await sleep(2 * quietSeconds);
}
