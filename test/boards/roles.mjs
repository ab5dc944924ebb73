// A role of the collection on one board.
import { expect } from '../tools/expect.mjs';

/** @typedef {import('./board.mjs').Board} Board */
/** @typedef {import('./home.mjs').LabHome} Home */

/**
 * @param {Home} home @param {Board} board @param {string} role @param {string} version of ansible-core
 * @param {string[]} [options]
 * @throws where it fails
 */
export async function runRole(home, board, role, version, options = []) {
  const outcome = await home.roles(board.name, [role], version, options);
  if (outcome.code !== 0) throw new Error(outcome.output);
  return outcome;
}

/** Runs it as those runs say, none of which changes anything. @param {string[][]} [runs] @default a run, and a check */
export async function changesNothing(home, board, role, version, runs = [[], check]) {
  for (const options of runs) {
    const { changed, output } = await runRole(home, board, role, version, options);
    expect(changed[board.name] === 0, `something changed:\n${output}`);
  }
}

/** Options of a run that tells what it would do. */
export const check = ['--check', '--diff'];
