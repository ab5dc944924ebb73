// What checks of vdirs begin with: an address book and a calendar.
import { expect } from '../dnas/mesh-lab.mjs';
import { contact, event } from './vdir-items.mjs';

/** @typedef {import('./vdir-lab.mjs').VdirLab} VdirLab */

export const people = 'contacts/people';

export const work = 'calendars/work';

/** An address book and a calendar with some items, the same on both sides. @param {VdirLab} lab */
export async function begin(lab, { contacts = 3, events = 3 } = {}) {
  await lab.server.make('contacts', 'people', { displayname: 'Our people' });
  await lab.server.make('calendars', 'work', { displayname: 'Work', color: '#ff0000' });
  const names = (count) => Array.from({ length: count }, (_none, index) => index + 1);
  for (const at of names(contacts)) await lab.server.put('people', `c${at}.vcf`, contact(`c${at}`, `Person ${at}`));
  for (const at of names(events)) await lab.server.put('work', `e${at}.ics`, event(`e${at}`, `Event ${at}`));
  await lab.sync();
  expect(lab.same(people).size === contacts && lab.same(work).size === events, 'the first run brings not all');
}

/** Nothing of what it had done is left to do: vdirsyncer is not even started. @param {VdirLab} lab */
export async function expectQuiet(lab) {
  // Servers tell no entity tag of what they changed, so that one more run may look at it.
  await lab.sync();
  const { said } = await lab.sync();
  expect(said === '', `there is still something to do:\n${said}`);
}

export const file = (lab, collection, uid) =>
  [...lab.items(collection)].find(([, text]) => text.includes(`UID:${uid}\r`) || text.includes(`UID:${uid}\n`))?.[0];
