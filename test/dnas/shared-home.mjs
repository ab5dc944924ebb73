// A home in a lab of its own that checks share: made by the first of them that runs, put away after the last.
import { makeLab } from '../boards/lab.mjs';

/**
 * @template {{ stop(): Promise<void> }} Home
 */
export class SharedHome {
  #make;
  /** @type {import('../boards/lab.mjs').Lab | undefined} */
  #lab;
  /** @type {Promise<Home> | undefined} */
  #made;

  /** @param {(lab: import('../boards/lab.mjs').Lab) => Promise<Home>} make */
  constructor(make) {
    this.#make = make;
  }

  /** @returns {Promise<Home>} the same for all; what kept it from being made is told to all */
  get() {
    this.#made ??= makeLab([]).then((lab) => {
      this.#lab = lab;
      return this.#make(lab);
    });
    return this.#made;
  }

  /** Puts it away, so that the next one can have the same names and addresses. */
  async end() {
    const home = await this.#made?.catch(() => undefined);
    try {
      await home?.stop();
    } finally {
      this.#lab?.remove();
    }
  }
}
