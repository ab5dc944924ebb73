// Checks of what one board serves: Samba and ganesha in its pod, on disks that come and go.
import * as access from './access.mjs';
import * as contract from './contract.mjs';
import * as crashes from './crashes.mjs';
import * as disksAway from './disks-away.mjs';
import { measures } from './measured.mjs';
import { SharedHome } from './shared-home.mjs';
import { SmallHome } from './small-home.mjs';

const shared = new SharedHome(SmallHome.make);

const inTheHome = (work) => async () => {
  const home = await shared.get();
  try {
    return await work(home);
  } finally {
    // Also when a check ends in between: the next one finds all disks there.
    await home.oak.plugAll();
  }
};

/** @type {Record<string, (home: SmallHome) => Promise<unknown>>} */
const checks = {
  'configurations are read': access.configsRead,
  'access: people and nobody else': access.peopleAndNobodyElse,
  'access: guests read': access.guestsRead,
  'access: networks of the home': access.networksOfTheHome,
  'access: old protocols are refused': access.oldProtocolsRefused,
  'access: no way out of a share': access.noWayOut,
  'access: files of Syncthing are hidden': access.syncthingIsHidden,
  'contract: owner and modes': contract.ownerAndModes,
  'contract: seen at once': contract.seenAtOnce,
  'contract: names that look alike': contract.namesThatLookAlike,
  'contract: long and odd names': contract.longAndOddNames,
  'contract: large and sparse files': contract.largeAndSparse,
  'contract: streams': contract.streams,
  'contract: locks': contract.locks,
  'contract: recycle bin': contract.recycled,
  'contract: recycle bin is emptied': contract.recycleBinEmptied,
  'crash: servers are killed': crashes.killed,
  'measured by the board': measures,
  'disk: one is pulled, the other goes on': disksAway.oneDiskPulled,
  'disk: pulled and plugged at once': disksAway.pulledAndPluggedAtOnce,
  'disk: all are away': disksAway.allDisksAway,
  'disk: another one in its place': disksAway.anotherDisk,
  'disk: a start without one': disksAway.startedWithoutADisk,
};

export const fileServers = {
  title: 'file server',
  checks: Object.entries(checks).map(([name, work]) => ({ name: `file server: ${name}`, work: inTheHome(work) })),
  end: () => shared.end(),
};
