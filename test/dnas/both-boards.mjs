// Checks of the whole: two boards that serve and sync the same shares.
import { cloudMountsShares } from './cloud-mount.mjs';
import * as kernelClients from './kernel-clients.mjs';
import { SharedHome } from './shared-home.mjs';
import * as troubles from './troubles.mjs';
import { TwoBoards } from './two-boards.mjs';
import { writesByAllDoors } from './two-boards-random.mjs';
import { uploadsReachAll } from './webdav-example.mjs';
import { phoneLaptopAndConsole } from './worked-example.mjs';
import { clockIsBehind } from './wrong-clock.mjs';

/**
 * @param {string} syncthing its program
 * @param {{ seed: number, count: number, full: boolean }} plan seed and number of writes of the writers by lot, and whether
 *   the long forms are wanted
 * @returns {{ checks: { name: string, work: () => Promise<unknown> }[], end: () => Promise<void> }}
 */
export function bothBoards(syncthing, { full, ...plan }) {
  const shared = new SharedHome((lab) => TwoBoards.make(lab, syncthing));
  /** @type {Record<string, (home: TwoBoards) => Promise<unknown>>} */
  const checks = {
    'a phone, a laptop and a console': phoneLaptopAndConsole,
    // While there are few files: the computer is some ten times slower than a board.
    'a computer mounts shares by SMB and NFS': kernelClients.mountsAgree,
    'locks of a computer hold between SMB and NFS': kernelClients.locksHold,
    'mounts of a computer outlive a disk that goes and comes': kernelClients.mountsComeBack,
    'uploads by a stand-in for the WebDAV of Nextcloud reach all': uploadsReachAll,
    ...(full && { 'a board mounts a share for Nextcloud': cloudMountsShares }),
    'a clock that is months behind': clockIsBehind,
    'a disk is pulled while people write': troubles.diskPulled,
    'servers are killed while people write': troubles.serversKilled,
    'a cable is out while people write': troubles.cableOut,
    'a disk is full': troubles.diskFull,
    'what was written by all protocols is kept': (home) => writesByAllDoors(home, plan),
    'a person is removed': troubles.personRemoved,
  };
  return {
    title: 'both boards',
    checks: Object.entries(checks).map(([name, work]) => ({
      name: `both boards: ${name}`,
      work: async () => {
        const home = await shared.get();
        try {
          const result = await work(home);
          home.mesh.expectNoFailure();
          return result;
        } finally {
          // Also when a check ends in between: another may give the identity of the phone to the computer.
          await home.mesh.phone.stop();
        }
      },
    })),
    end: () => shared.end(),
  };
}
