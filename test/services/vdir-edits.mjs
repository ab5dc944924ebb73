// What people change on the disk and on the server comes to the other side.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { expect } from '../dnas/mesh-lab.mjs';
import { begin, expectQuiet, file, people, work } from './vdir-begin.mjs';
import { contact, contactWithPhoto, event, group, meaning, recurring, task } from './vdir-items.mjs';

/** @typedef {import('./vdir-lab.mjs').VdirLab} VdirLab */

/** @param {VdirLab} lab */
export async function everySide(lab) {
  await begin(lab);
  // Made on the server.
  await lab.server.put('people', 'photo.vcf', contactWithPhoto('photo', 'With a photo'));
  await lab.server.put('people', 'group.vcf', group('friends', 'Friends', ['c1', 'c2']));
  await lab.server.put('work', 'every-week.ics', recurring('every-week', 'Choir'));
  await lab.server.put('work', 'task.ics', task('task', 'Buy bread'));
  // Made on the disk.
  lab.write(people, 'mine.vcf', contactWithPhoto('mine', 'From the disk'));
  lab.write(people, 'family.vcf', group('family', 'Family', ['c3']));
  lab.write(work, 'also-every-week.ics', recurring('also-every-week', 'Yoga'));
  lab.write(work, 'my-task.ics', task('my-task', 'Water plants'));
  await lab.sync();
  expect(lab.same(people).size === 7 && lab.same(work).size === 7, 'what was made does not come to the other side');
  await expectQuiet(lab);
  // Edited: on either side, items of either kind.
  await lab.server.put('people', 'c1.vcf', contact('c1', 'Person one'));
  await lab.server.put('work', 'every-week.ics', recurring('every-week', 'Choir', '20261029T200000'));
  lab.write(people, file(lab, people, 'photo'), contactWithPhoto('photo', 'Another photo', 20));
  lab.write(work, file(lab, work, 'also-every-week'), recurring('also-every-week', 'Yoga', '20261029T080000'));
  await lab.sync();
  expect(lab.same(people).get('c1').includes('Person one'), 'an edit of the server does not come to the disk');
  expect(lab.same(people).get('photo').includes('Another photo'), 'an edit on the disk does not come to the server');
  expect(lab.same(work).get('every-week').includes('20261029T200000'), 'an exception does not come to the disk');
  expect(lab.same(work).get('also-every-week').includes('20261029T080000'), 'an exception does not come to the server');
  // Deleted.
  await lab.server.delete('people/c2.vcf');
  unlinkSync(lab.path(work, file(lab, work, 'e1')));
  await lab.sync();
  expect(
    !lab.same(people).has('c2') && lab.same(people).size === 6,
    'a deletion on the server does not come to the disk',
  );
  expect(!lab.same(work).has('e1') && lab.same(work).size === 6, 'a deletion on the disk does not come to the server');
  await expectQuiet(lab);
  expect(lab.aside(people).size + lab.aside(work).size === 0, 'something was set aside without a conflict');
}

/** New address books and calendars, names and colours. @param {VdirLab} lab */
export async function collections(lab) {
  await begin(lab);
  expect(readFileSync(lab.path(work, 'color'), 'utf8') === '#ff0000', 'the colour does not come to the disk');
  expect(readFileSync(lab.path(people, 'displayname'), 'utf8') === 'Our people', 'the name does not come to the disk');
  lab.write('calendars/Garden & home', 'e.ics', event('e', 'Sow'));
  writeFileSync(lab.path('calendars/Garden & home/displayname'), 'Garten');
  writeFileSync(lab.path('calendars/Garden & home/color'), '#00ff00');
  lab.write('contacts/club', 'c.vcf', contact('c', 'Club'));
  writeFileSync(lab.path(work, 'color'), '#0000ff');
  await lab.server.describe('people', { displayname: 'All people', color: '#123456' });
  await lab.sync();
  expect(
    lab.same('calendars/Garden & home').size === 1 && lab.same('contacts/club').size === 1,
    'a new one is missing',
  );
  const { displayname, color } = lab.server.properties('Garden & home');
  expect(displayname === 'Garten' && color === '#00ff00', `the new one is ${displayname}, ${color} on the server`);
  expect(lab.server.properties('work').color === '#0000ff', 'a new colour does not come to the server');
  expect(
    readFileSync(lab.path(people, 'displayname'), 'utf8') === 'All people',
    'a new name does not come to the disk',
  );
  // Both at once: the server's.
  await lab.server.describe('work', { displayname: 'Office', color: '#aaaaaa' });
  writeFileSync(lab.path(work, 'displayname'), 'Bureau');
  await lab.sync();
  expect(readFileSync(lab.path(work, 'displayname'), 'utf8') === 'Office', 'of two names the server does not win');
  await expectQuiet(lab);
  // An empty one goes with its folder, and makes no noise.
  await lab.server.make('calendars', 'short');
  await lab.sync();
  expect(existsSync(lab.path('calendars/short')), 'an empty calendar is not on the disk');
  await lab.server.delete('short');
  await lab.sync();
  expect(!existsSync(lab.path('calendars/short')), 'an empty calendar stays on the disk');
}

/** @param {VdirLab} lab */
export async function atOnce(lab) {
  await begin(lab);
  const [ours, theirs] = [event('e1', 'From the disk'), event('e1', 'From the server')];
  lab.write(work, file(lab, work, 'e1'), ours);
  await lab.server.put('work', 'e1.ics', theirs);
  // The same on both sides is no conflict.
  lab.write(work, file(lab, work, 'e2'), event('e2', 'Both'));
  await lab.server.put('work', 'e2.ics', event('e2', 'Both'));
  await lab.sync();
  expect(lab.same(work).get('e1') === meaning(theirs), 'the server does not win');
  const aside = [...lab.aside(work)];
  expect(aside.length === 1 && meaning(aside[0][1]) === meaning(ours), `set aside is ${aside.map(([name]) => name)}`);
  expect(/^e1\.\d{8}-\d{6}-[0-9a-f]{8}\.ics$/.test(aside[0][0]), `it is called ${aside[0][0]}`);
  await expectQuiet(lab);
  expect(lab.aside(work).size === 1, 'it is set aside once more');
  // An edit is stronger than a deletion, on either side.
  await lab.server.delete('work/e2.ics');
  lab.write(work, file(lab, work, 'e2'), event('e2', 'Edited on the disk'));
  unlinkSync(lab.path(work, file(lab, work, 'e3')));
  await lab.server.put('work', 'e3.ics', event('e3', 'Edited on the server'));
  await lab.sync();
  expect(lab.same(work).get('e2')?.includes('Edited on the disk'), 'an edit on the disk is lost to a deletion');
  expect(lab.same(work).get('e3')?.includes('Edited on the server'), 'an edit on the server is lost to a deletion');
}

/** An edit of one side that the other one undoes. @param {VdirLab} lab */
export async function undone(lab) {
  await begin(lab);
  const before = event('e1', 'Event 1');
  lab.write(work, file(lab, work, 'e1'), event('e1', 'Edited on the disk'));
  await lab.server.put('work', 'e2.ics', event('e2', 'Edited on the server'));
  await lab.sync();
  await lab.server.put('work', 'e1.ics', before);
  lab.write(work, file(lab, work, 'e2'), event('e2', 'Event 2'));
  await lab.sync();
  expect(lab.same(work).get('e1') === meaning(before), 'what the server undoes is not undone on the disk');
  expect(lab.same(work).get('e2').includes('Event 2'), 'what the disk undoes is not undone on the server');
  expect(lab.aside(work).size === 0, 'it is taken for a conflict');
}

/** @param {VdirLab} lab */
export async function readOnly(lab) {
  const birthdays = 'calendars/contact_birthdays';
  const keeper = 'keeper';
  await lab.server.make('calendars', 'contact_birthdays', { displayname: 'Birthdays', who: keeper });
  for (const at of [1, 2, 3])
    await lab.server.put('contact_birthdays', `b${at}.ics`, event(`b${at}`, `Birthday ${at}`), keeper);
  await begin(lab);
  expect(lab.same(birthdays).size === 3, 'birthdays do not come to the disk');
  const there = JSON.stringify([...lab.server.items('contact_birthdays')]);
  // All that a person can do to it, at once.
  const mine = event('b1', 'Mine');
  lab.write(birthdays, file(lab, birthdays, 'b1'), mine);
  lab.write(birthdays, 'new.ics', event('new', 'New'));
  unlinkSync(lab.path(birthdays, file(lab, birthdays, 'b2')));
  writeFileSync(lab.path(birthdays, 'displayname'), 'Mine');
  await lab.sync();
  expect(JSON.stringify([...lab.server.items('contact_birthdays')]) === there, 'it was written to');
  expect(lab.same(birthdays).size === 3, 'the disk is not as the server');
  const aside = [...lab.aside(birthdays).values()].map(meaning).sort();
  expect(aside.join('\n\n') === [mine, event('new', 'New')].map(meaning).sort().join('\n\n'), `aside: ${aside}`);
  expect(readFileSync(lab.path(birthdays, 'displayname'), 'utf8') === 'Birthdays', 'its name is another one');
  await expectQuiet(lab);
  // All files of it are gone: they come back.
  for (const name of lab.items(birthdays).keys()) unlinkSync(lab.path(birthdays, name));
  await lab.sync();
  expect(lab.same(birthdays).size === 3, 'they do not come back');
  // What changes on the server comes.
  await lab.server.put('contact_birthdays', 'b3.ics', event('b3', 'Another day'), keeper);
  await lab.server.delete('contact_birthdays/b1.ics', keeper);
  await lab.sync();
  expect(
    lab.same(birthdays).size === 2 && lab.same(birthdays).get('b3').includes('Another day'),
    'a change does not come',
  );
  // It is not shared any more: no failure, and the copy stays.
  await lab.server.delete('contact_birthdays', keeper);
  await lab.sync();
  expect(lab.items(birthdays).size === 2 && !lab.server.has('contact_birthdays'), 'the copy does not stay');
}

/** What the server makes itself, and takes away again: nobody has anything to decide. @param {VdirLab} lab */
export async function madeByTheServer(lab) {
  const birthdays = 'calendars/contact_birthdays';
  const recent = 'z-app-generated--contactsinteraction--recent';
  const keeper = 'keeper';
  await lab.server.make('calendars', 'contact_birthdays', { who: keeper });
  await lab.server.put('contact_birthdays', 'b1.ics', event('b1', 'Birthday'), keeper);
  await lab.server.make('contacts', recent, { who: keeper });
  await lab.server.put(recent, '1.vcf', contact('r1', 'Recently contacted'), keeper);
  await begin(lab);
  expect(!existsSync(lab.path('contacts', recent)), 'what an app makes up comes to the disk');
  await lab.server.delete(`${recent}/1.vcf`, keeper);
  await lab.server.delete('contact_birthdays/b1.ics', keeper);
  await lab.sync();
  expect(lab.same(birthdays).size === 0, 'a birthday that is gone stays');
  const aside = [...lab.aside(birthdays).values()].map(meaning);
  expect(aside.join() === meaning(event('b1', 'Birthday')), `aside: ${aside}`);
  await expectQuiet(lab);
  // More than half of many, as by who shares it.
  for (let at = 0; at < 20; at += 1)
    await lab.server.put('contact_birthdays', `m${at}.ics`, event(`m${at}`, `Birthday ${at}`), keeper);
  await lab.sync();
  for (let at = 0; at < 15; at += 1) await lab.server.delete(`contact_birthdays/m${at}.ics`, keeper);
  await lab.sync();
  expect(lab.same(birthdays).size === 5 && lab.aside(birthdays).size === 16, `aside: ${lab.aside(birthdays).size}`);
  // The name is the server's alone.
  mkdirSync(lab.path('contacts', 'z-app-generated--mine'));
  await lab.refused('contacts/z-app-generated--mine', 'name');
}

/** The clock of a client, and times of files that say nothing. @param {VdirLab} lab */
export async function clocks(lab) {
  await begin(lab);
  const edit = (uid, text, time) => {
    const name = file(lab, work, uid);
    const path = lab.path(work, name);
    const was = statSync(path);
    // As Syncthing and careful programs write: another file in its place, with the time of the device.
    writeFileSync(`${path}.new`, event(uid, text));
    utimesSync(`${path}.new`, time ?? was.atime, time ?? was.mtime);
    renameSync(`${path}.new`, path);
  };
  edit('e1', 'From the past', new Date('1999-01-01'));
  edit('e2', 'From the future', new Date('2035-01-01'));
  edit('e3', 'At the same time', undefined);
  await lab.sync();
  for (const [uid, text] of [
    ['e1', 'From the past'],
    ['e2', 'From the future'],
    ['e3', 'At the same time'],
  ]) {
    expect(lab.same(work).get(uid).includes(text), `${text} does not come to the server`);
  }
  // Of two edits the server's wins, whoever says that it is later.
  edit('e1', 'Later, as it says', new Date('2036-01-01'));
  await lab.server.put('work', file(lab, work, 'e1'), event('e1', 'Of the server'));
  await lab.sync();
  expect(lab.same(work).get('e1').includes('Of the server'), 'a wrong clock wins');
  expect(
    [...lab.aside(work).values()].some((text) => text.includes('Later, as it says')),
    'the other text is lost',
  );
  // Touched, and nothing else.
  for (const name of lab.items(work).keys()) utimesSync(lab.path(work, name), new Date(2001, 1), new Date(2001, 1));
  const before = JSON.stringify([...lab.server.items('work')]);
  await lab.sync();
  expect(JSON.stringify([...lab.server.items('work')]) === before, 'a touched file is written to the server');
  expect(lab.aside(work).size === 1, 'a touched file is a conflict');
}

/** 2,000 contacts and 5,000 events, of which each side has fifty of each that the other has not. @param {VdirLab} lab */
export async function large(lab) {
  await lab.server.make('contacts', 'people');
  await lab.server.make('calendars', 'work');
  await lab.sync();
  const contacts = new Map();
  for (let at = 0; at < 2000; at += 1) {
    const uid = `c${at}`;
    contacts.set(`${uid}.vcf`, at % 20 === 0 ? contactWithPhoto(uid, `Person ${at}`) : contact(uid, `Person ${at}`));
  }
  const events = new Map();
  for (let at = 0; at < 5000; at += 1) {
    const uid = `e${at}`;
    events.set(`${uid}.ics`, at % 10 === 0 ? recurring(uid, `Event ${at}`) : event(uid, `Event ${at}`));
  }
  for (const [collection, items] of [
    [people, [...contacts]],
    [work, [...events]],
  ]) {
    lab.server.fill(collection.split('/')[1], new Map(items.slice(50)));
    for (const [name, text] of items.slice(0, -50)) lab.write(collection, name, text);
  }
  const seconds = async (run) => {
    const start = Date.now();
    await run();
    return ((Date.now() - start) / 1000).toFixed(1);
  };
  const first = await seconds(() => lab.sync());
  await lab.sync();
  expect(lab.same(people).size === 2000 && lab.same(work).size === 5000, 'not all items are on both sides');
  expect(lab.aside(people).size + lab.aside(work).size === 0, 'something is taken for a conflict');
  const unchanged = await seconds(async () => {
    const { said } = await lab.sync();
    expect(said === '', `there is still something to do:\n${said}`);
  });
  lab.write(work, 'e1.ics', event('e1', 'Changed'));
  const one = await seconds(() => lab.sync());
  expect(lab.same(work).get('e1').includes('Changed'), 'a change does not come');
  return `first run ${first} s, one change ${one} s, nothing new ${unchanged} s`;
}
