// Contacts and calendars as files: real vdirsyncer between a folder and real Radicale, by the programs of the role.
import * as edits from './vdir-edits.mjs';
import { VdirLab } from './vdir-lab.mjs';
import * as losses from './vdir-losses.mjs';
import { twoHomes } from './vdir-mesh.mjs';
import * as troubles from './vdir-troubles.mjs';

const inALab = (options, work) => async () => {
  const lab = await VdirLab.make(options);
  try {
    return await work(lab);
  } finally {
    await lab.stop();
  }
};

const each = {
  'made, edited and deleted on every side': edits.everySide,
  'address books, calendars, names and colours': edits.collections,
  'edits on both sides at once': edits.atOnce,
  'an edit is undone on the other side': edits.undone,
  'a side is emptied': losses.emptied,
  'the admin decides': losses.decided,
  'the admin decides what was asked': losses.decidedThat,
  'what was never synced stays': losses.neverSynced,
  'a folder or a collection vanishes': losses.vanished,
  'a disk is away, and a state is lost': losses.diskAway,
  'many deletions at once': losses.many,
  'files that are no items, or the same twice': troubles.strange,
  'links are not followed': troubles.links,
  'read-only collections': edits.readOnly,
  'made by the server itself': edits.madeByTheServer,
  'one odd file': troubles.odd,
  'killed in the middle': troubles.killed,
  'clocks that are wrong': edits.clocks,
  'the credential': troubles.credential,
  'what people are told': troubles.told,
};
/** What depends on the version of vdirsyncer most: its own sync, and what it asks. */
const ofOldest = [
  'made, edited and deleted on every side',
  'edits on both sides at once',
  'an edit is undone on the other side',
  'read-only collections',
];
const program = 'vdirsyncer-oldest';

/** @type {import('../boards/checks.mjs').Group} */
export const vdirs = {
  title: 'Contacts and calendars as files',
  checks: [
    ...Object.entries(each).map(([name, work]) => ({ name, work: inALab({}, work) })),
    { name: 'the authority of the home', work: inALab({ tls: true }, troubles.authority) },
    ...Object.entries(each).map(([name, work]) => ({
      name: `oldest vdirsyncer: ${name}`,
      work: inALab({ program }, work),
      isLong: !ofOldest.includes(name),
    })),
    { name: 'oldest vdirsyncer: the authority of the home', work: inALab({ program, tls: true }, troubles.authority) },
    { name: 'two homes with Syncthing between them', work: twoHomes },
    { name: '2,000 contacts and 5,000 events', work: inALab({}, edits.large), isLong: true },
  ],
};
