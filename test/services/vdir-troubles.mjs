// Files that are no items, runs that are killed, credentials, and what people are told of it.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from '../dnas/mesh-lab.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { begin, expectQuiet, file, people, work } from './vdir-begin.mjs';
import { contact, event, meaning } from './vdir-items.mjs';

/** @typedef {import('./vdir-lab.mjs').VdirLab} VdirLab */

/** What stands in a vdir and is no item, or one twice. @param {VdirLab} lab */
export async function strange(lab) {
  await begin(lab);
  // Syncthing's copy of an older edit.
  const name = file(lab, work, 'e1');
  const older = event('e1', 'The older edit');
  lab.write(work, name.replace('.ics', '.sync-conflict-20261129-101112-ABCDEFG.ics'), older);
  // A copy by hand, and one of a new item.
  const copied = event('e2', 'A copy by hand');
  lab.write(work, 'copy.ics', copied);
  lab.write(work, 'twice-b.ics', event('twice', 'The second'));
  lab.write(work, 'twice-a.ics', event('twice', 'The first'));
  // From a program that gives no UID.
  lab.write(people, 'none.vcf', contact('x', 'Nobody').replace('UID:x\r\n', ''));
  // What a Mac leaves.
  writeFileSync(lab.path(people, '._c1.vcf'), Buffer.from([0, 5, 0x16, 7, 0, 2, 0, 0]));
  // What a killed run left, long ago and just now.
  for (const part of ['tmpabcd1234', 'tmpabcd5678']) writeFileSync(lab.path(people, part), 'BEGIN:VC');
  utimesSync(lab.path(people, 'tmpabcd1234'), new Date(2020, 1), new Date(2020, 1));
  await lab.sync();
  expect(
    lab.same(work).size === 4 && lab.same(work).get('e1').includes('Event 1'),
    'a conflict copy is taken for the item',
  );
  expect(lab.same(work).get('e2').includes('Event 2'), 'a copy by hand takes the place of the item');
  expect(lab.same(people).size === 4, 'an item without UID does not come to the server');
  expect(!lab.same(people).has(''), 'it still has none');
  const aside = [...lab.aside(work).values()].map(meaning);
  expect(
    aside.length === 3 && aside.includes(meaning(older)) && aside.includes(meaning(copied)),
    `aside: ${[...lab.aside(work).keys()]}`,
  );
  expect(
    aside.includes(meaning(event('twice', 'The second'))),
    'of two new files with one UID the first by name is not kept',
  );
  expect(lab.aside(people).size === 0 && !existsSync(lab.path(people, '._c1.vcf')), 'what a Mac leaves is set aside');
  expect(
    !existsSync(lab.path(people, 'tmpabcd1234')) && existsSync(lab.path(people, 'tmpabcd5678')),
    'what a killed run left',
  );
  await expectQuiet(lab);
  // Half written: the item on the server must not be deleted for it.
  const whole = readFileSync(lab.path(work, name), 'utf8');
  for (const part of ['', whole.slice(0, 60), whole.slice(0, -20), '\u0000'.repeat(whole.length)]) {
    lab.write(work, name, part);
    await lab.refused(work, 'broken');
    expect(lab.server.items('work').size === 4, `${JSON.stringify(part)}: the server lost an item`);
  }
  lab.write(work, name, event('e1', 'Now whole'));
  await lab.sync();
  expect(lab.same(work).get('e1').includes('Now whole'), 'it does not go on');
}

/** Links, which could lead into shares of others. @param {VdirLab} lab */
export async function links(lab) {
  await begin(lab);
  const other = newFolder('other');
  writeFileSync(join(other, 'secret.vcf'), contact('secret', 'Of somebody else'));
  mkdirSync(join(other, 'book'));
  writeFileSync(join(other, 'book/secret.vcf'), contact('secret', 'Of somebody else'));
  for (const [target, place] of [
    [join(other, 'secret.vcf'), lab.path(people, 'linked.vcf')],
    [join(other, 'secret.vcf'), lab.path(people, 'note')],
  ]) {
    symlinkSync(target, place);
    await lab.refused(people, 'link');
    unlinkSync(place);
  }
  symlinkSync(join(other, 'book'), lab.path('contacts/linked'));
  await lab.refused('contacts/linked', 'link');
  unlinkSync(lab.path('contacts/linked'));
  symlinkSync(other, lab.path('set-aside'));
  lab.write(people, 'c1.sync-conflict-20261129-101112-ABCDEFG.vcf', contact('c1', 'Conflict'));
  const { report } = await lab.run();
  expect(report.failed.length === 1 && report.failed[0].detail.endsWith('is behind a link'), JSON.stringify(report));
  expect(readdirSync(other).sort().join() === 'book,secret.vcf', `it wrote through a link: ${readdirSync(other)}`);
  unlinkSync(lab.path('set-aside'));
  await lab.sync();
  expect(lab.same(people).size === 3 && !lab.server.has('linked'), 'something of others came to the server');
}

/** How often a run is killed, each time later. */
const rounds = 10;

/** @param {VdirLab} lab */
export async function killed(lab) {
  await begin(lab);
  const there = new Map(Array.from({ length: 60 }, (_none, at) => [`s${at}.ics`, event(`s${at}`, `There ${at}`)]));
  const expected = new Map();
  const change = (round) => {
    for (const [name, text] of there) {
      const later = text.replace('There', `There ${round}`);
      lab.server.fill('work', new Map([[name, later]]));
      expected.set(name.slice(0, -4), meaning(later));
    }
    for (let at = 0; at < 60; at += 1) {
      const text = event(`d${at}`, `Here ${round} ${at}`);
      lab.write(work, `d${at}.ics`, text);
      expected.set(`d${at}`, meaning(text));
    }
  };
  change(0);
  let start = performance.now();
  await lab.sync();
  let whole = performance.now() - start;
  let kills = 0;
  for (let round = 1; round <= rounds; round += 1) {
    change(round);
    start = performance.now();
    // Later in each round: while it lists, while it writes here, while it writes there.
    if (await lab.runAndKill(whole * (0.25 + (0.7 * round) / rounds))) kills += 1;
    else whole = performance.now() - start;
  }
  expect(kills >= rounds / 2, `only ${kills} runs were killed in the middle`);
  await lab.sync();
  await expectQuiet(lab);
  const found = lab.same(work);
  for (const [uid, text] of expected) expect(found.get(uid) === text, `${uid} is ${found.get(uid)}, and not ${text}`);
  expect(found.size === expected.size + 3, `there are ${found.size} items`);
  // What a killed run had brought and the server changed since is set aside, and nothing of the disk.
  for (const [name, text] of lab.aside(work)) {
    const round = Number(/SUMMARY:There (\d+) /.exec(text)?.[1] ?? rounds);
    expect(round < rounds, `${name} is set aside:\n${text}`);
  }
  return `${kills} runs killed`;
}

/** One odd file holds up no other collection, and is told. @param {VdirLab} lab */
export async function odd(lab) {
  const { settings } = lab;
  await begin(lab);
  const items = join(settings.state, 'status/contacts_people.items');
  const whole = readFileSync(items);
  const middle = Buffer.from(whole);
  middle.fill(0xa5, Math.floor(whole.length / 3), Math.floor(whole.length / 2));
  // What is known of the items, as disks that fail leave it.
  for (const bytes of [Buffer.from('no database '.repeat(2000)), whole.subarray(0, whole.length / 2), middle]) {
    writeFileSync(items, bytes);
    const at = bytes.length;
    lab.write(people, file(lab, people, 'c1'), contact('c1', `On the disk ${at}`));
    await lab.server.put('people', 'c2.vcf', contact('c2', `On the server ${at}`));
    await lab.sync();
    const found = lab.same(people);
    expect(found.size === 3 && found.get('c2').includes(`On the server ${at}`), `a damaged state of ${at} bytes`);
    const texts = [found.get('c1'), ...lab.aside(people).values()];
    expect(
      texts.some((text) => text.includes(`On the disk ${at}`)),
      'an edit is lost',
    );
  }
  writeFileSync(join(settings.state, 'collections.json'), JSON.stringify({ [people]: 'odd', [work]: { tag: 5 } }));
  await lab.sync();
  await lab.server.make('contacts', 'aaa');
  await lab.sync();
  const expectOthers = async (name) => {
    lab.write(work, `${name}.ics`, event(name, name));
    const before = Date.now() / 1000;
    const outcome = await lab.run();
    expect(outcome.code === 1 && outcome.report.at >= before, `${name}: no report of it\n${outcome.said}`);
    expect(lab.same(work).has(name), `${name}: the others are held up\n${outcome.said}`);
    return outcome.report;
  };
  // Names in Latin-1.
  writeFileSync(lab.path('contacts/aaa/displayname'), Buffer.from([0x4a, 0xe9]));
  mkdirSync(Buffer.concat([Buffer.from(lab.path('calendars/')), Buffer.from([0x4a, 0xe9])]));
  const { refused } = await expectOthers('latin');
  expect(
    refused.map(({ collection, reason }) => `${collection} ${reason}`).join() ===
      'contacts/aaa broken,calendars/J? name' && /displayname is not UTF-8: save it so/.test(refused[0].detail),
    JSON.stringify(refused),
  );
  const { verify } = await lab.told();
  expect(verify.filter((line) => /^wrong\t.*is not synced/.test(line)).length === 2, verify.join('\n'));
  unlinkSync(lab.path('contacts/aaa/displayname'));
  rmSync(Buffer.concat([Buffer.from(lab.path('calendars/')), Buffer.from([0x4a, 0xe9])]), { recursive: true });
  // What no line of it expects.
  unlinkSync(items);
  mkdirSync(items);
  const { failed } = await expectOthers('unforeseen');
  expect(
    failed.length === 1 &&
      failed[0].collection === people &&
      /^an error that nobody foresaw, \w+: /.test(failed[0].detail),
    JSON.stringify(failed),
  );
  rmSync(items, { recursive: true });
  await lab.sync();
  writeFileSync(settings.credential, Buffer.from([0x4a, 0xe9]));
  const { code, report } = await lab.run();
  expect(code === 1 && report.problem?.reason === 'unforeseen', JSON.stringify(report));
  lab.writeCredential();
  // A vdirsyncer that does not come to its end.
  lab.write(people, 'slow.vcf', contact('slow', 'Slow'));
  const program = join(newFolder('slow'), 'vdirsyncer');
  writeFileSync(program, '#!/bin/sh\nexec sleep 300\n', { mode: 0o755 });
  const before = Date.now() / 1000;
  const slow = await lab.runChanged({ program }, 'import vdir_state; vdir_state.LONGEST_RUN = 1');
  expect(
    slow.report.at >= before && /was stopped after .* hours$/.test(slow.report.failed[0]?.detail),
    JSON.stringify(slow),
  );
  await lab.sync();
}

/** @param {VdirLab} lab */
export async function credential(lab) {
  const { settings } = lab;
  await begin(lab);
  lab.write(people, 'new.vcf', contact('new', 'New'));
  unlinkSync(settings.credential);
  const without = await lab.run();
  expect(without.code === 0 && without.report.problem.reason === 'no-credential', JSON.stringify(without));
  expect(
    !existsSync(join(settings.state, 'rejected.json')) && lab.server.items('people').size === 3,
    'it did something',
  );
  lab.writeCredential('revoked');
  const refused = await lab.run();
  expect(refused.code === 1 && refused.report.problem.reason === 'credential', JSON.stringify(refused.report));
  // It is not tried again: the server would lock the board out.
  await lab.server.stop();
  const again = await lab.run();
  expect(again.report.problem.reason === 'credential', `it asked once more: ${JSON.stringify(again.report)}`);
  await lab.server.start();
  await lab.server.changePassword('another-one');
  lab.writeCredential();
  await lab.sync();
  expect(lab.same(people).size === 4, 'another credential does not mend it');
  // The server is away: not a refusal.
  await lab.server.stop();
  const away = await lab.run();
  expect(away.report.problem.reason === 'unreachable', JSON.stringify(away.report));
  await lab.server.start();
  await lab.sync();
  const kept = readdirSync(settings.state, { recursive: true, encoding: 'utf8' })
    .map((name) => join(settings.state, name))
    .filter((path) => statSync(path).isFile());
  const digest = createHash('sha256').update('another-one').digest('hex');
  for (const path of kept) {
    const bytes = readFileSync(path, 'latin1');
    expect(!bytes.includes('another-one') && !bytes.includes(digest), `${path} has the credential`);
  }
}

/** What people are told: by metrics and by the playbook verify. @param {VdirLab} lab */
export async function told(lab) {
  const { settings } = lab;
  const expectTold = async (samples, ...lines) => {
    const found = await lab.told();
    const { last_success_seconds: last, ...others } = found.samples;
    expect(Math.abs(last - Date.now() / 1000) < 600, `the last success is ${last}`);
    const expected = { credential: 1, refused: 0, failed: 0, set_aside: 0, ...samples };
    expect(
      JSON.stringify(others) === JSON.stringify(expected),
      `${JSON.stringify(others)} for ${JSON.stringify(expected)}`,
    );
    const isTold = found.verify.length === lines.length && lines.every((line, at) => found.verify[at].startsWith(line));
    expect(isTold, `verify says\n${found.verify.join('\n')}\nand not\n${lines.join('\n')}`);
  };
  const mine = 'contacts and calendars of alice';
  await expectTold({}, `unknown\t${mine}\twere never synced yet: `);
  await begin(lab);
  await expectTold({}, `ok\t${mine}\t6 items, the same as files and on the server`);
  lab.write(people, file(lab, people, 'c1'), contact('c1', 'Here'));
  await lab.server.put('people', 'c1.vcf', contact('c1', 'There'));
  lab.server.lose('work');
  await lab.run();
  await expectTold(
    { refused: 1, set_aside: 1 },
    `ok\t${mine}\t`,
    'wrong\tcalendars/work of alice\tis not synced: all 3 items are gone from the server, and the other side has 3. To bring them back: sudo -u dnas python3 /usr/local/libexec/homecloud/vdir_sync.py /etc/homecloud/vdirsyncer/alice.json --restore',
    `unknown\t${mine}\t1 texts wait in ${settings.folder}/set-aside: alice compares them`,
  );
  rmSync(lab.path('set-aside'), { recursive: true });
  await lab.run('--restore', work);
  // An item that the server does not take.
  lab.write(people, 'bad.vcf', contact('bad', 'Bad', { more: ['BDAY:\u0001', ';;;:'] }));
  await lab.run();
  const { samples, verify } = await lab.told();
  expect(samples.failed === 1 && samples.set_aside === 0, JSON.stringify(samples));
  expect(
    verify.length === 1 && verify[0].startsWith('wrong\tcontacts/people of alice\tcannot be synced: '),
    verify.join('\n'),
  );
  unlinkSync(lab.path(people, 'bad.vcf'));
  await lab.sync();
  unlinkSync(settings.credential);
  await lab.run();
  await expectTold({ credential: 0 }, `wrong\t${mine}\tthe board has no credential for the server: `);
  lab.writeCredential('revoked');
  await lab.run();
  await expectTold({ credential: 0 }, `wrong\t${mine}\tare not synced: ${lab.server.url} does not take the credential`);
  lab.writeCredential();
  unlinkSync(join(settings.mount_point, settings.marker));
  await lab.run();
  await expectTold({}, `wrong\t${mine}\tare not synced: the disk at ${settings.mount_point} is away`);
}

/** A certificate of the home's own authority. @param {VdirLab} lab with TLS */
export async function authority(lab) {
  lab.write(people, 'c.vcf', contact('c', 'By TLS'));
  await lab.sync();
  expect(lab.same(people).size === 1, 'it does not come to the server');
  const { authority: _known, ...rest } = lab.settings;
  lab.settings = rest;
  lab.writeSettings();
  lab.write(people, 'd.vcf', contact('d', 'To a stranger'));
  const { report } = await lab.run();
  expect(
    report.problem?.reason === 'unreachable' && /certificate/i.test(report.problem.detail),
    JSON.stringify(report),
  );
  expect(lab.server.items('people').size === 1, 'it wrote to a server that it does not know');
}
