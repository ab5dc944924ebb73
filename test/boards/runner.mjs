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
    const onBoards = lanes.flat().filter(({ needs }) => needs !== undefined);
    const needs = onBoards[0]?.needs;
    if (onBoards.some((check) => check.needs !== needs || (check.leaves ?? needs) !== needs))
      throw new Error('checks beside each other need one state of the boards, and leave it');
    let isThere = needs === undefined || (await this.#bring(needs));
    await Promise.all(
      lanes.map(async (checks) => {
        for (const { name, work, needs: itsNeeds } of checks) {
          const isPossible = itsNeeds === undefined || isThere;
          const hasPassed = await this.#line(name, isPossible ? work : notRun(needs));
          if (itsNeeds === undefined || hasPassed) continue;
          // The others cannot bring them back: one of them may work on the boards.
          isThere = false;
          this.#state = 'unknown';
        }
      }),
    );
  }

  /** @param {State} state @returns {Promise<boolean>} whether the boards are in it */
  async #bring(state) {
    if (this.#state === state) return true;
    const { from, name, work } = this.#steps[state];
    const isPossible = !this.#impossible.has(state) && (from === undefined || (await this.#bring(from)));
    if (isPossible) {
      this.#state = 'unknown';
      if (await this.#line(name, work)) {
        this.#state = state;
        return true;
      }
    }
    this.#impossible.add(state);
    return false;
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

/** The work of a check whose boards are not in its state, and could not be brought there. @param {State} state */
const notRun = (state) => () => Promise.reject(new Error(`not run: it needs the boards in the state "${state}"`));
