import type { Dnas } from '../../model/model.ts';

/** Path of the file by which a disk of the home is known. */
export function markerOf({ marker }: Dnas, mountPoint: string): string {
  return `${mountPoint}/${marker}`;
}

/** Shell: all disks are there. */
export function disksArePresent(dnas: Dnas, mountPoints: readonly string[]): string {
  return mountPoints.map((mountPoint) => `test -f ${markerOf(dnas, mountPoint)}`).join(' && ');
}

/**
 * Shell: waits until all disks are there. It waits instead of failing: Kubernetes starts a container that fails
 * after ever longer pauses, up to five minutes, and would leave a disk that is back unused for that time.
 */
export function waitForDisks(dnas: Dnas, mountPoints: readonly string[]): string {
  const markers = mountPoints.map((mountPoint) => markerOf(dnas, mountPoint));
  return `trap 'exit 143' TERM
until ${disksArePresent(dnas, mountPoints)}; do
  echo 'a disk is away, waiting for ${markers.join(' ')}'
  sleep 2
done
`;
}
