import type { Dnas, DnasInstance, InstanceShare } from '../../model/facts/dnas.ts';

/** Path of the file by which a disk of the home is known. */
export function markerOf({ marker }: Dnas, mountPoint: string): string {
  return `${mountPoint}/${marker}`;
}

/** Seconds between two looks at the disks: as long may a disk be served that is gone. */
const period = 2;

/**
 * `disks.sh`, what the servers and their probes know of the disks. POSIX shell: the images have different ones.
 *
 * A disk that was pulled and plugged in again is another one for the kernel, with another device number, while a server
 * still holds open files of the old one. So what counts is the number, and not only the marker.
 */
export function disksScript(dnas: Dnas, { mountPoints }: DnasInstance): string {
  return `disks='${mountPoints.join(' ')}'

# device MOUNT_POINT: number of the device there, or "away". A disk that was pulled leaves /sys at once, and its mount as
# late as the last that has it open; what has no device of its own (btrfs) has the number 0 for its kind.
device() {
  number=$(test -f "$1/${dnas.marker}" && stat -c %d "$1/${dnas.marker}") || number=0
  kind=$((number >> 8 & 0xfff))
  if test "$number" -ne 0 && { test $kind -eq 0 || test -e "/sys/dev/block/$kind:$((number & 0xff | number >> 12 & 0xfff00))"; }; then
    echo "$number"
  else
    echo away
  fi
}

# look: a line for each disk: its mount point and its device.
look() {
  for disk in $disks; do
    echo "$disk $(device "$disk")"
  done
}

# pause: as long as a disk may be gone unseen; signals are not kept waiting.
pause() {
  sleep ${period} &
  wait $! || true
}

# is_served FOLDER: what the server in that folder serves is what is there.
is_served() {
  test "$(look)" = "$(cat "$1/served" 2>/dev/null)"
}

# serves_any FOLDER: a disk is there, and served.
serves_any() {
  is_served "$1" && look | grep -qv ' away$'
}
`;
}

/** Shares of each disk, for a protocol that `serves` says. */
export function byDisk(
  { mountPoints, shares }: DnasInstance,
  serves: (share: InstanceShare) => boolean,
): { readonly mountPoint: string; readonly shares: readonly InstanceShare[] }[] {
  return mountPoints.map((mountPoint) => ({
    mountPoint,
    shares: shares.filter((share) => share.mountPoint === mountPoint && serves(share)),
  }));
}
