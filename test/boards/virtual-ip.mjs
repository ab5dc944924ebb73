// keepalived: who owns the virtual IP, and how long nobody does.
import { spawn } from 'node:child_process';
import { sleep } from './sleep.mjs';

/** Seconds after which keepalived has asked the new API servers and ingresses twice, and elected an owner. */
const settleSeconds = 15;

/** The virtual IP stands on exactly one board, and answers. */
export async function oneOwner(lab, home) {
  await startIngress(lab);
  return (await settled(lab, home)).name;
}

/** The power of the owner is pulled: another takes over, and keeps the address when the first is back. */
export async function powerPulled(lab, home) {
  const gaps = [];
  for (let round = 0; round < 3; round++) {
    const owner = await settled(lab, home);
    const others = lab.boards.filter((board) => board !== owner);
    const gap = await gapOf(home.virtualIp, async () => {
      await owner.powerOff();
      await sleep(4);
    });
    gaps.push(gap);
    const [heir, second] = await ownersAmong(others, home);
    if (heir === undefined || second !== undefined) throw new Error('not exactly one of the others took over');
    owner.start();
    await owner.ready();
    await sleep(settleSeconds);
    const now = await settled(lab, home);
    if (now !== heir) throw new Error(`the address went from ${heir.name} to ${now.name} when ${owner.name} came back`);
  }
  const median = [...gaps].sort((a, b) => a - b)[1];
  const text = `without an answer ${gaps.map((gap) => gap.toFixed(2)).join(', ')} s`;
  if (median > 0.7) throw new Error(`${text}: the median is over 0.7 s`);
  return text;
}

/** Waits until one board owns the address, and stays the one. */
async function settled(lab, home) {
  let owners = [];
  for (let round = 0; round < settleSeconds; round++) {
    owners = await ownersAmong(lab.boards, home);
    if (owners.length === 1) return owners[0];
    await sleep(1);
  }
  throw new Error(`the virtual IP is on ${owners.map(({ name }) => name).join(' and ') || 'no board'}`);
}

async function ownersAmong(boards, { virtualIp }) {
  const owns = await Promise.all(boards.map((board) => board.sudo(`ip -4 -brief address show to ${virtualIp}/32`)));
  return boards.filter((_, index) => owns[index].includes(virtualIp));
}

/** The longest time without an answer of an address while something happens, in seconds, asked every 20 ms. */
export async function gapOf(address, happen) {
  const ping = spawn('ping', ['-n', '-D', '-i', '0.02', address], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  ping.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise((resolve) => ping.on('close', resolve));
  await sleep(1);
  await happen();
  ping.kill('SIGINT');
  await ended;
  const answers = [...output.matchAll(/^\[([\d.]+)\] \d+ bytes from/gm)].map(([, time]) => Number(time));
  const gaps = answers.slice(1).map((time, index) => time - answers[index]);
  if (gaps.length < 50) throw new Error(`${address} answered ${answers.length} times:\n${output}`);
  return Math.max(...gaps);
}

/** A stand-in for the ingress, which Flux would bring: it answers at port 443 as Traefik does without a route. */
async function startIngress(lab) {
  const unit = `[Unit]
Description=Stand-in for the ingress

[Service]
ExecStartPre=/usr/bin/openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=ingress -keyout /run/ingress.key -out /run/ingress.crt
ExecStart=/usr/bin/openssl s_server -quiet -www -accept 443 -key /run/ingress.key -cert /run/ingress.crt
Restart=always

[Install]
WantedBy=multi-user.target
`;
  for (const board of lab.boards) {
    await board.sudo(
      `echo ${Buffer.from(unit).toString('base64')} | base64 -d > /etc/systemd/system/ingress-stand-in.service && systemctl enable --quiet --now ingress-stand-in.service`,
    );
  }
  await sleep(settleSeconds);
}
