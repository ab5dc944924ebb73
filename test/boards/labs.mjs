// Labs do not meet: two at the same time, and one after another that was killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { run } from '../tools/process.mjs';
import { sleep } from '../tools/sleep.mjs';

/** The kernel and a lab that is told to end have this long to do so, in seconds. */
const patience = 20;

/** Two labs run at the same time; one is killed (-9), the next removes what it left; SIGTERM leaves nothing at all. */
export async function apart() {
  const [first, second] = await Promise.all([startLab(), startLab()]);
  if (first.subnet === second.subnet) throw new Error(`both labs have the subnet ${first.subnet}`);
  const found = await traces(first);
  for (const kind of ['processes', 'mounts', 'links', 'folders', 'cgroups']) {
    if (found[kind].length === 0) throw new Error(`the search for traces of a lab does not find its ${kind}`);
  }
  first.process.kill('SIGKILL');
  await once(first.process, 'exit');
  const third = await startLab();
  await nothingIsLeft(first, 'killed, and another started');
  await second.asks();
  for (const lab of [second, third]) {
    lab.process.kill('SIGTERM');
    const [code] = await once(lab.process, 'exit');
    if (code !== 1) throw new Error(`a lab that got SIGTERM ended with ${code}`);
    await nothingIsLeft(lab, 'ended by SIGTERM');
  }
}

/** Starts a process with a lab of one board. */
async function startLab() {
  const script = fileURLToPath(new URL('small-lab.mjs', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  process.on('exit', () => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`a lab ended: ${child.exitCode ?? child.signalCode}`);
    return JSON.parse(value);
  };
  const { folder, bridge, subnet, scratch } = await answer();
  const asks = async () => {
    child.stdin.write('\n');
    const { name } = await answer();
    if (name !== 'ash') throw new Error(`the board of a lab that stands beside another says ${name}`);
  };
  return { process: child, folder, bridge, subnet, scratch, asks };
}

async function nothingIsLeft(lab, what) {
  const end = Date.now() + patience * 1000;
  for (;;) {
    const left = Object.entries(await traces(lab)).filter(([, them]) => them.length > 0);
    if (left.length === 0) return;
    if (Date.now() > end) {
      throw new Error(`${what}, it left ${left.map(([kind, them]) => `${kind}: ${them.join(', ')}`).join('; ')}`);
    }
    await sleep(0.2);
  }
}

/** What of a lab is on this machine. */
async function traces({ folder, bridge, scratch }) {
  const names = [folder, bridge, scratch];
  const isOfIt = (text) => names.some((name) => text.includes(name));
  const processes = readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map((pid) => [pid, read(`/proc/${pid}/cmdline`), read(`/proc/${pid}/cgroup`)])
    .filter(([, ...texts]) => texts.some(isOfIt))
    .map(([pid, command]) => `${pid} ${command.replaceAll('\0', ' ')}`);
  const lines = (text) => text.split('\n').filter(isOfIt);
  return {
    processes,
    mounts: lines(read('/proc/self/mounts')),
    links: lines((await run('ip', ['-oneline', 'link', 'show'])).stdout),
    folders: (await run('find', ['/var/tmp/homecloud-labs', '/tmp', '-maxdepth', '1'])).stdout
      .split('\n')
      .filter((it) => it === folder || it === scratch),
    cgroups: lines((await run('find', ['/sys/fs/cgroup', '-name', `${bridge}*`, '-type', 'd'])).stdout),
  };
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The process has ended.
    return '';
  }
}
