// What one side loses is not lost on the other.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from '../dnas/mesh-lab.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { begin, expectQuiet, file, people, work } from './vdir-begin.mjs';
import { contact, event, meaning, meanings } from './vdir-items.mjs';

/** @typedef {import('./vdir-lab.mjs').VdirLab} VdirLab */

/** @param {VdirLab} lab */
export async function emptied(lab) {
  await begin(lab);
  const before = JSON.stringify([...lab.items(people)]);
  lab.server.lose('people');
  for (const name of lab.items(work).keys()) unlinkSync(lab.path(work, name));
  await lab.server.make('contacts', 'other');
  await lab.server.put('other', 'o.vcf', contact('o', 'Other'));
  const detail = await lab.refused(people, 'emptied');
  expect(detail === 'all 3 items are gone from the server, and the other side has 3', detail);
  await lab.refused(work, 'emptied');
  expect(JSON.stringify([...lab.items(people)]) === before, 'the emptied server empties the disk');
  expect(lab.server.items('work').size === 3, 'the emptied disk empties the server');
  expect(lab.same('contacts/other').size === 1, 'what is refused holds up others');
  // It stays so, also when something new is on one side.
  lab.write(work, 'new.ics', event('new', 'New'));
  await lab.server.put('people', 'new.vcf', contact('new', 'New'));
  const { report } = await lab.run();
  expect(report.refused.length === 0, `a new item is refused: ${JSON.stringify(report.refused)}`);
}

/** @param {VdirLab} lab */
export async function decided(lab) {
  await begin(lab);
  lab.server.lose('people');
  for (const name of lab.items(work).keys()) unlinkSync(lab.path(work, name));
  await lab.refused(people, 'emptied');
  await lab.run('--restore', people);
  await lab.run('--accept', work);
  await lab.sync();
  expect(lab.same(people).size === 3, 'what the server lost is not restored');
  expect(lab.same(work).size === 0, 'the deletions are not accepted');
  // The word of the admin holds once.
  for (const at of [1, 2]) await lab.server.put('work', `f${at}.ics`, event(`f${at}`, 'Again'));
  await lab.sync();
  for (const name of lab.items(work).keys()) unlinkSync(lab.path(work, name));
  await lab.refused(work, 'emptied');
}

/** The word of the admin is for what was asked, and for nothing that happens after. @param {VdirLab} lab */
export async function decidedThat(lab) {
  await begin(lab, { events: 30 });
  const uids = [...lab.same(work).keys()];
  for (const uid of uids.slice(0, 20)) unlinkSync(lab.path(work, file(lab, work, uid)));
  await lab.refused(work, 'many');
  // Another name is no question.
  const other = await lab.run('--accept', 'calendars/wrok');
  expect(
    other.code === 1 && /did not ask about calendars\/wrok\. It asked about: calendars\/work/.test(other.said),
    other.said,
  );
  await lab.run('--accept', work);
  // The other side is emptied meanwhile.
  lab.server.lose('work');
  await lab.refused(work, 'emptied');
  expect(lab.items(work).size === 10, `the disk has ${lab.items(work).size} items`);
  await lab.run('--restore', work);
  await lab.sync();
  expect(lab.same(work).size === 10, 'they are not restored');
  // More is gone than was accepted.
  for (const at of Array(20).keys()) await lab.server.put('work', `n${at}.ics`, event(`n${at}`, `New ${at}`));
  await lab.sync();
  for (const at of Array(16).keys()) await lab.server.delete(`work/n${at}.ics`);
  await lab.refused(work, 'many');
  await lab.run('--accept', work);
  await lab.server.delete('work/n16.ics');
  await lab.refused(work, 'many');
  expect(lab.items(work).size === 30, `the disk has ${lab.items(work).size} items`);
  // While the server is away, it is still asked.
  await lab.server.stop();
  await lab.run();
  await lab.run('--accept', work);
  await lab.run();
  await lab.server.start();
  await lab.sync();
  expect(lab.same(work).size === 13, 'the deletions are not accepted');
}

/** Files that are none of the collection stay when it goes. @param {VdirLab} lab */
export async function neverSynced(lab) {
  await begin(lab);
  writeFileSync(lab.path(people, 'notes.txt'), 'of a person');
  mkdirSync(lab.path(people, 'old'));
  writeFileSync(lab.path(people, 'old/x.vcf'), contact('x', 'Of long ago'));
  // As Windows writes them.
  lab.write(people, 'ANNA.VCF', contact('anna', 'Anna'));
  lab.write(people, 'ANNA.vcf', contact('other', 'Another Anna'));
  lab.write(people, 'Bob.Vcf', contact('bob', 'Bob'));
  await lab.sync();
  const names = [...lab.same(people).keys()];
  expect(
    ['anna', 'bob', 'other'].every((uid) => names.includes(uid)),
    `there are ${names}`,
  );
  await expectQuiet(lab);
  await lab.server.delete('people');
  const edited = contact('c1', 'Edited');
  lab.write(people, file(lab, people, 'c1'), edited);
  await lab.refused(people, 'vanished');
  await lab.run('--accept', people);
  // Not for this one.
  lab.write(people, 'late.vcf', contact('late', 'Late'));
  await lab.refused(people, 'vanished');
  expect(lab.items(people).size === 7, 'something was taken away');
  await lab.run('--accept', people);
  for (const _again of [1, 2]) {
    const detail = await lab.refused(people, 'left');
    expect(/; notes\.txt, old in .* was never synced: move it/.test(detail), detail);
  }
  expect(readdirSync(lab.path(people)).sort().join() === 'notes.txt,old', `left: ${readdirSync(lab.path(people))}`);
  expect(existsSync(lab.path(people, 'old/x.vcf')), 'a sub-folder was emptied');
  const aside = [...lab.aside(people).values()].map(meaning).sort();
  expect(aside.join('\n\n') === [edited, contact('late', 'Late')].map(meaning).sort().join('\n\n'), `aside: ${aside}`);
  expect(!lab.server.has('people'), 'it is on the server again');
  renameSync(lab.path(people, 'old'), lab.path('old'));
  renameSync(lab.path(people, 'notes.txt'), lab.path('notes.txt'));
  await lab.sync();
  expect(!existsSync(lab.path(people)) && !lab.server.has('people'), 'the folder stays');
}

/** @param {VdirLab} lab */
export async function vanished(lab) {
  await begin(lab);
  rmSync(lab.path(work), { recursive: true });
  await lab.server.delete('people');
  await lab.refused(work, 'vanished');
  await lab.refused(people, 'vanished');
  expect(
    lab.server.items('work').size === 3 && lab.items(people).size === 3,
    'a vanished folder takes the other side along',
  );
  await lab.run('--restore', work);
  await lab.run('--restore', people);
  await lab.sync();
  expect(lab.same(work).size === 3 && lab.same(people).size === 3, 'they are not restored');
  // Deletions that are meant.
  rmSync(lab.path(work), { recursive: true });
  await lab.server.delete('people');
  await lab.refused(work, 'vanished');
  await lab.run('--accept', work);
  await lab.run('--accept', people);
  await lab.sync();
  expect(lab.server.items('work').size === 0 && !existsSync(lab.path(people)), 'they are not accepted');
  // A person does it without the admin, on both sides.
  await lab.server.put('work', 'e9.ics', event('e9', 'Last'));
  await lab.sync();
  rmSync(lab.path(work), { recursive: true });
  await lab.server.delete('work');
  await lab.sync();
  await expectQuiet(lab);
}

/** @param {VdirLab} lab */
export async function diskAway(lab) {
  await begin(lab);
  const { folder, mount_point: disk, state } = lab.settings;
  const expectProblem = async (reason) => {
    const { code, report } = await lab.run();
    expect(code === 1 && report.problem?.reason === reason, `it is not ${reason}: ${JSON.stringify(report)}`);
    expect(
      lab.server.items('people').size === 3 && lab.server.items('work').size === 3,
      `${reason}: the server lost items`,
    );
  };
  // All folders of one kind.
  renameSync(lab.path('calendars'), lab.path('moved'));
  await lab.refused(work, 'vanished');
  expect(lab.server.items('work').size === 3, 'the server lost items');
  rmSync(lab.path('moved'), { recursive: true });
  await lab.run('--restore', work);
  await lab.sync();
  expect(lab.same(work).size === 3, 'it is not restored');
  // The share, with the marker still there.
  renameSync(folder, `${folder}-moved`);
  await expectProblem('no-folder');
  mkdirSync(folder);
  await lab.refused(work, 'vanished');
  await lab.refused(people, 'vanished');
  rmSync(folder, { recursive: true });
  renameSync(`${folder}-moved`, folder);
  await lab.sync();
  // The disk.
  const drawer = join(newFolder('drawer'), 'disk');
  renameSync(disk, drawer);
  mkdirSync(disk);
  const { last_success: before } = JSON.parse(readFileSync(lab.settings.report, 'utf8'));
  await expectProblem('away');
  expect(readdirSync(disk).length === 0, `something was written into the empty mount point: ${readdirSync(disk)}`);
  expect(
    JSON.parse(readFileSync(lab.settings.report, 'utf8')).last_success === before,
    'the last success is forgotten',
  );
  rmSync(disk, { recursive: true });
  renameSync(drawer, disk);
  await lab.sync();
  // The state alone: all looks new.
  rmSync(state, { recursive: true });
  lab.write(people, file(lab, people, 'c1'), contact('c1', 'On the disk'));
  await lab.server.put('people', 'c2.vcf', contact('c2', 'On the server'));
  await lab.sync();
  expect(lab.same(people).size === 3 && lab.same(work).size === 3, 'a lost state loses items');
  const aside = meanings(lab.aside(people).values());
  expect(aside.has('c1') && [...aside.values()].some((text) => text.includes('On the disk')), 'an edit is lost');
}

/** @param {VdirLab} lab */
export async function many(lab) {
  await begin(lab, { events: 30 });
  const uids = [...lab.same(work).keys()];
  // Ten of thirty are a day's work.
  for (const uid of uids.slice(0, 10)) unlinkSync(lab.path(work, file(lab, work, uid)));
  await lab.sync();
  expect(lab.same(work).size === 20, 'ten deletions do not come to the server');
  for (const uid of uids.slice(10, 21)) unlinkSync(lab.path(work, file(lab, work, uid)));
  const detail = await lab.refused(work, 'many');
  expect(detail === '11 of 20 items are gone from the disk', detail);
  expect(lab.server.items('work').size === 20, 'the server lost items');
  // Renamed files are not gone.
  await lab.run('--restore', work);
  await lab.sync();
  expect(lab.same(work).size === 20, 'they are not restored');
  for (const name of lab.items(work).keys()) renameSync(lab.path(work, name), lab.path(work, `renamed-${name}`));
  await lab.sync();
  expect(lab.same(work).size === 20, 'renamed files are taken for deleted ones');
  await expectQuiet(lab);
  for (const name of [...lab.server.items('work').keys()].slice(0, 12)) await lab.server.delete(`work/${name}`);
  await lab.refused(work, 'many');
  expect(lab.items(work).size === 20, 'the disk lost items');
}
