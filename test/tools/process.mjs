// Starts programs and says in words what they answered.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/**
 * @typedef {object} Outcome
 * @property {number} code exit code
 * @property {string} stdout
 * @property {string} stderr
 */

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, minutes?: number, input?: string }} [options] `minutes`: killed
 *   after, @default 5; `input`: all of its standard input, @default none
 * @returns {Promise<Outcome>}
 * @throws when the program cannot be started, takes too long, or is ended by a signal
 */
export function run(command, args, { cwd, env, minutes = 5, input } = {}) {
  return new Promise((resolve, reject) => {
    const stdin = input === undefined ? 'ignore' : 'pipe';
    const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: [stdin, 'pipe', 'pipe'] });
    // A program that ends before it has read all of it.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    // The `timeout` of spawn goes on when the program cannot be started, and keeps Node from ending.
    const timer = setTimeout(() => child.kill('SIGKILL'), minutes * 60_000);
    const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
      const chunks = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      return () => Buffer.concat(chunks).toString();
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (signal === null) resolve({ code, stdout: stdout(), stderr: stderr() });
      else
        reject(new Error(`${command} ${args.join(' ')}\nended by ${signal}, at the latest after ${minutes} minutes`));
    });
  });
}

/**
 * Runs a program that must succeed.
 * @type {typeof run}
 * @throws when its exit code is not 0, with all that it said
 */
export async function succeed(command, args, options) {
  const outcome = await run(command, args, options);
  if (outcome.code !== 0) throw new Error(describe(command, args, outcome));
  return outcome;
}

/**
 * A run as a person would see it in a terminal.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Outcome} outcome
 */
export function describe(command, args, { code, stdout, stderr }) {
  return [`$ ${command} ${args.join(' ')}`, stdout.trim(), stderr.trim(), `exit code ${code}`]
    .filter((part) => part !== '')
    .join('\n');
}

/**
 * Calls `work` for each item, as many at a time as there are cores.
 * @template T, R
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<R>} work
 * @returns {Promise<R[]>} in the order of the items
 */
export async function inParallel(items, work) {
  const results = new Array(items.length);
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (const [index, item] of queue) results[index] = await work(item);
    }),
  );
  return results;
}
