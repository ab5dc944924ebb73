// A process with a lab of one board, for labs.mjs: tells what it made, and asks the board at each line that it gets.

import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { newFolder } from '../tools/scratch.mjs';
import { makeLab } from './lab.mjs';

const lab = await makeLab([{ name: 'ash', release: 13 }]);
const [board] = lab.boards;
const print = (object) => console.log(JSON.stringify(object));
const { bridge, subnet } = lab.network;
print({ folder: lab.folder, bridge, subnet, scratch: dirname(newFolder('small-lab')) });
for await (const _ of createInterface({ input: process.stdin })) {
  print({ name: (await board.sudo('hostname')).trim() });
}
