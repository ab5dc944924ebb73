import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** One line from the terminal, without showing what is typed. The question goes to standard error. */
export function readHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  return new Promise((resolve) => {
    terminal.once('line', (line) => {
      terminal.close();
      process.stderr.write('\n');
      resolve(line);
    });
    terminal.once('close', () => resolve(''));
  });
}
