// Runs checks, brings the boards to what each needs, and prints the lines of the run.

// Each lab, guest, disk and pod has something to put away when the run ends.
process.setMaxListeners(100);

/** @typedef {import('./checks.mjs').State} State */

/** How boards come to a state from any other, each as a line of the run. @typedef {Record<State, { from?: State, name: string, work: () => Promise<void> }>} Steps */

export class Runner {
  passed = 0;
  failed = 0;
  /** @type {State | 'off' | 'unknown'} */
  #state = 'off';
  /** States that the boards could not be brought to: what needs them fails without another try. @type {Set<State>} */
  #impossible = new Set();
  #steps;

  /** @param {Steps} steps */
  constructor(steps) {
    this.#steps = steps;
  }

  /** @param {import('./checks.mjs').Check} check */
  async run({ name, work, needs, leaves = needs }) {
    if (needs === undefined) {
      await this.#line(name, work);
      return;
    }
    if (!(await this.#bring(needs))) {
      await this.#line(name, notRun(needs));
      return;
    }
    // After a failure nobody knows what the boards are like.
    this.#state = (await this.#line(name, work)) ? leaves : 'unknown';
  }

  /**
   * Runs lists of checks beside each other, each list in its order.
   * @param {import('./checks.mjs').Check[][]} lanes all that need boards need one state, and leave it
   */
  async runBeside(lanes) {
    const needs = lanes.flat().find((check) => check.needs !== undefined)?.needs;
    const isThere = needs === undefined || (await this.#bring(needs));
    await Promise.all(
      lanes.map(async (checks) => {
        for (const { name, work, needs: itNeeds } of checks) {
          const hasPassed = await this.#line(name, itNeeds === undefined || isThere ? work : notRun(needs));
          if (itNeeds !== undefined && !hasPassed) this.#state = 'unknown';
        }
      }),
    );
  }

  /** @param {State} state @returns {Promise<boolean>} whether the boards are in it */
  async #bring(state) {
    if (this.#state === state) return true;
    const { from, name, work } = this.#steps[state];
    const isThere =
      !this.#impossible.has(state) &&
      (from === undefined || (await this.#bring(from))) &&
      (await this.#line(name, work));
    if (isThere) this.#state = state;
    else this.#impossible.add(state);
    return isThere;
  }

  /** Does something and prints a line. @returns {Promise<boolean>} whether it passed */
  async #line(name, work) {
    const start = performance.now();
    const print = (word, text) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
      console.log(`${word} ${seconds} s  ${name}${text}`);
    };
    try {
      const result = await work();
      this.passed += 1;
      print('passed', result === undefined ? '' : `: ${result}`);
      return true;
    } catch (error) {
      this.failed += 1;
      // What a check finds needs no stack; a slip of ours does.
      print('FAILED', `\n${error.constructor === Error ? error.message : error.stack}\n`);
      return false;
    }
  }
}

/** The work of a check whose boards could not be brought to its state. @param {State} state */
const notRun = (state) => () => Promise.reject(new Error(`not run: it needs the boards in the state "${state}"`));
