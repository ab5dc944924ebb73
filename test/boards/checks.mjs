// The lines that the run prints.

let passed = 0;
let failed = 0;

/**
 * Does one check and prints a line, and what is wrong.
 * @param {string} name
 * @param {() => Promise<string | void>} work throws what is wrong; what it returns stands behind the name
 */
export async function check(name, work) {
  const start = performance.now();
  const print = (word, text) => {
    const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
    console.log(`${word} ${seconds} s  ${name}${text}`);
  };
  try {
    const result = await work();
    passed += 1;
    print('passed', result === undefined ? '' : `: ${result}`);
  } catch (error) {
    failed += 1;
    // What a check finds needs no stack; a slip of ours does.
    print('FAILED', `\n${error.constructor === Error ? error.message : error.stack}\n`);
  }
}

/** Prints the last line. @returns {number} the exit code */
export function summary() {
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}
