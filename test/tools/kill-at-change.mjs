// Loaded before a program under test (`node --import`). With KILL_AT_CHANGE=n, the program is killed (-9) just before its
// n-th change of the name of a file, every second time with half of what it wrote into it; with COUNT_CHANGES=<file>, it
// writes there how many there were.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { KILL_AT_CHANGE = '0', COUNT_CHANGES } = process.env;
let changes = 0;
for (const name of ['renameSync', 'rmSync', 'linkSync']) {
  const original = fs[name];
  fs[name] = (...args) => {
    changes += 1;
    if (changes === Number(KILL_AT_CHANGE)) {
      if (name === 'renameSync' && changes % 2 === 0)
        fs.truncateSync(args[0], Math.floor(fs.statSync(args[0]).size / 2));
      process.kill(process.pid, 'SIGKILL');
    }
    return original(...args);
  };
}
syncBuiltinESMExports();
if (COUNT_CHANGES !== undefined) process.on('exit', () => fs.writeFileSync(COUNT_CHANGES, String(changes)));
