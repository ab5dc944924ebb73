// Who made a thing: names that carry the process, so that the next lab knows what nobody needs any more.
import { readFileSync } from 'node:fs';

/** The name of this process, for folders: `<pid>-<start>`. */
export const owner = `${process.pid}-${startOf(process.pid)}`;

/** Whether the process of a name still runs. */
export function isAlive(name) {
  const [pid, start] = name.split('-');
  return startOf(pid) === start;
}

/** When a process started, in ticks since the boot (proc(5), field 22 of `stat`): a pid alone may be another's by now. */
function startOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
  } catch {
    return undefined;
  }
}
