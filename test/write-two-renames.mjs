// Loaded before a program under test (`node --import`): the file system refuses to exchange two paths. With
// KILL_AT_RENAME=n, the program is killed (-9) just before its n-th rename.
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';

createRequire(import.meta.url)('fs-native-extensions').swapSync = () => {
  throw Object.assign(new Error('invalid argument'), { code: 'EINVAL' });
};

const { renameSync } = fs;
let countdown = Number(process.env.KILL_AT_RENAME ?? 0);
fs.renameSync = (from, to) => {
  countdown -= 1;
  if (countdown === 0) process.kill(process.pid, 'SIGKILL');
  renameSync(from, to);
};
syncBuiltinESMExports();
