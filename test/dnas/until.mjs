import { sleep } from '../tools/sleep.mjs';

/**
 * Waits until something is so.
 * @param {string} what
 * @param {() => unknown} holds `true` or nothing when it is so; anything else, also an error, is said when it never is
 * @param {number} [seconds] @default 60
 * @returns {Promise<number>} seconds that it took
 */
export async function until(what, holds, seconds = 60) {
  const start = Date.now();
  for (;;) {
    const why = await Promise.resolve()
      .then(holds)
      .then(
        (answer) => (answer === true || answer === undefined ? undefined : `${answer}`),
        (error) => error.message,
      );
    if (why === undefined) return (Date.now() - start) / 1000;
    if (Date.now() - start > seconds * 1000) throw new Error(`not after ${seconds} s: ${what}\nlast: ${why}`);
    await sleep(0.1);
  }
}
