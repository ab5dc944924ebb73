// Watches an address on the wire: which boards own it, and whether it answers.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sleep } from '../tools/sleep.mjs';

/** Seconds between two questions who has the address. */
const interval = 0.01;

/**
 * What was seen. Times are in seconds since 1970.
 * @typedef {object} Sight
 * @property {{ time: number, owners: string[] }[]} questions each with the boards that answered that they have it
 * @property {number} silence the longest time without an answer of the address, in seconds
 */

/** The names of the boards by their MAC addresses. @param {import('./lab.mjs').Lab} lab */
export async function namesOf(lab) {
  const macs = await Promise.all(lab.boards.map((board) => board.sudo('cat /sys/class/net/host0/address')));
  return new Map(lab.boards.map(({ name }, index) => [macs[index].trim(), name]));
}

/**
 * Watches while something happens.
 * @param {import('./network.mjs').Network} network
 * @param {string} address
 * @param {Map<string, string>} names of the boards by their MAC addresses
 * @param {() => Promise<unknown>} happen
 * @returns {Promise<Sight>}
 */
export async function watch({ bridge }, address, names, happen) {
  const script = fileURLToPath(new URL('arp-watch.py', import.meta.url));
  const wire = record('python3', [script, bridge, address, String(interval)], 'pipe');
  const ping = record('ping', ['-n', '-D', '-i', '0.02', address], 'ignore');
  try {
    // Both have begun, and have seen what it is like before.
    await Promise.race([Promise.all([wire.begun, ping.begun]), Promise.all([wire.ended, ping.ended])]);
    await sleep(0.5);
    await happen();
  } finally {
    wire.process.stdin.end();
    ping.process.kill('SIGINT');
  }
  const [lines, answers] = await Promise.all([wire.ended, ping.ended]);
  return { questions: questionsOf(lines, names), silence: silenceOf(answers) };
}

function record(command, args, stdin) {
  const child = spawn(command, args, { stdio: [stdin, 'pipe', 'inherit'] });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  const begun = new Promise((resolve) => child.stdout.once('data', resolve));
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
  return { process: child, begun, ended };
}

function questionsOf(lines, names) {
  const questions = [];
  for (const line of lines.trim().split('\n')) {
    const [time, word] = line.split(' ');
    if (word === '?') questions.push({ time: Number(time), owners: [] });
    // An answer belongs to the last question: it takes far less than the time between two.
    else questions.at(-1)?.owners.push(names.get(word) ?? word);
  }
  return questions;
}

function silenceOf(output) {
  const times = [...output.matchAll(/^\[([\d.]+)\] \d+ bytes from/gm)].map(([, time]) => Number(time));
  if (times.length < 20) throw new Error(`the virtual IP answered ${times.length} times:\n${output}`);
  return Math.max(...times.slice(1).map((time, index) => time - times[index]));
}

/** The longest time in which two boards had the address, in seconds. @param {Sight} sight */
export function overlap({ questions }) {
  let longest = 0;
  let since;
  for (const { time, owners } of questions) {
    if (new Set(owners).size < 2) since = undefined;
    else {
      since ??= time;
      longest = Math.max(longest, time - since + interval);
    }
  }
  return longest;
}

/** Owners one after the other, each with the time of its first answer. @param {Sight} sight */
export function reigns({ questions }) {
  const list = [];
  for (const { time, owners } of questions) {
    for (const owner of owners) if (list.at(-1)?.owner !== owner) list.push({ owner, since: time });
  }
  return list;
}
