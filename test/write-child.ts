// A program under test, `<dist> <size> <times> [uid]`: writes the big trees b and a by turns, as the user `uid`.
import { native } from '../tree/native.ts';
import { writeTree } from '../tree/write.ts';
import { WriteError } from '../tree/write-error.ts';
import { bigTree } from './write-trees.ts';

const [dist = '', size = '', times = '', uid] = process.argv.slice(2);
const trees = [bigTree(Number(size), 'b'), bigTree(Number(size), 'a')];

// Another user may not be able to read the packages.
native();
if (uid !== undefined) process.setuid?.(Number(uid));

console.log('ready');
for (let turn = 0; turn < Number(times); turn++) {
  try {
    writeTree(dist, trees[turn % 2] ?? new Map());
  } catch (error) {
    if (!(error instanceof WriteError)) throw error;
    if (!error.message.startsWith('another homecloud')) {
      console.log(`${error.message}\n${error.hint}`);
      process.exit(1);
    }
  }
}
