// A cgroup per board: systemd on two boards in one would each see, and wait for, the processes of the other.
import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/** The cgroup of a lab, or of one of its boards, in each hierarchy where systemd keeps its units. */
export function cgroupsOf(...names) {
  return hierarchies().map((folder) => join(folder, ...names));
}

/** Removes cgroups whose processes were killed, and all below them. Waits for 5 seconds while the kernel ends those. */
export function removeCgroups(folders) {
  for (let wait = 0; !folders.map(removeOne).every(Boolean) && wait < 250; wait++) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
}

/** Says whether a cgroup is gone. */
function removeOne(folder) {
  if (!existsSync(folder)) return true;
  try {
    const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    if (!below.map(({ name }) => removeOne(join(folder, name))).every(Boolean)) return false;
    rmdirSync(folder);
    return true;
  } catch (error) {
    if (error.code === 'EBUSY') return false;
    // Another lab removes it, too.
    if (error.code === 'ENOENT') return true;
    throw error;
  }
}

/** The names of cgroups where labs have theirs. */
export function namesOfCgroups() {
  return new Set(hierarchies().flatMap((folder) => readdirSync(folder)));
}

/** Where this process stands in version 2, and in the hierarchy of systemd of version 1 (cgroups(7)). */
function hierarchies() {
  const own = readFileSync('/proc/self/cgroup', 'utf8').split('\n');
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([, mount, type, options = '']) => {
      const isOfSystemd = type === 'cgroup' && options.split(',').includes('name=systemd');
      const prefix = isOfSystemd ? ':name=systemd:' : type === 'cgroup2' ? '0::' : undefined;
      const line =
        prefix === undefined ? undefined : own.find((it) => it.replace(/^\d+(?=:name)/, '').startsWith(prefix));
      return line === undefined ? [] : [join(mount, line.slice(line.lastIndexOf(':') + 1))];
    });
}
