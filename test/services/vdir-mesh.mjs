// The contacts and calendars of a person in two homes: each has a server and files, and Syncthing carries the files.
import { chownSync, mkdirSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, MeshLab } from '../dnas/mesh-lab.mjs';
import { until } from '../dnas/until.mjs';
import { tool } from '../tools/install.mjs';
import { contact, contactWithPhoto, event, meaning, meanings, recurring } from './vdir-items.mjs';
import { VdirLab } from './vdir-lab.mjs';

/** The share that is alice's alone, here. */
const share = 'photos';
const people = 'contacts/people';
const work = 'calendars/work';

/** As the owner of all files, who may read the programs of the test, too. */
const asOwner = [
  ...['setpriv', '--reuid=1010', '--regid=1010', '--clear-groups'],
  ...['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'],
];

/** Writes a file on a board, as the protocols of the share do. */
function write(board, collection, name, text) {
  const path = board.path(share, collection, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  const { uid, gid } = statSync(join(board.disks, 'data'));
  for (let at = path; at !== board.disks; at = dirname(at)) chownSync(at, uid, gid);
}

const fileOf = (board, collection, uid) => {
  const folder = board.path(share, collection);
  return readdirSync(folder).find((name) => {
    const path = join(folder, name);
    return /\.(vcf|ics)$/.test(name) && readFileSync(path, 'utf8').includes(`UID:${uid}`);
  });
};

export async function twoHomes() {
  const mesh = await MeshLab.make({ oak: join(await tool('syncthing'), 'syncthing') });
  const homes = [];
  try {
    const { oak, elm } = mesh;
    await mesh.apply();
    await mesh.converge(share);
    for (const board of [oak, elm]) {
      const place = { disk: join(board.disks, 'data'), folder: board.path(share) };
      const home = await VdirLab.make({ place, wrap: asOwner });
      const folder = dirname(home.settings.report);
      chownSync(folder, 1010, 1010);
      homes.push(home);
    }
    const [first, second] = homes;
    /** Until nothing is left to do anywhere. */
    const settle = () =>
      until(
        'both homes are the same',
        async () => {
          const said = [];
          for (const home of homes) {
            await mesh.converge(share);
            said.push((await home.sync()).said);
          }
          await mesh.converge(share);
          for (const collection of [people, work]) {
            const [here, there] = homes.map((home) => JSON.stringify([...home.same(collection)]));
            expect(here === there, `${collection}:\n${here}\n${there}`);
          }
          return said.join('') === '' || `something was done:\n${said}`;
        },
        180,
      );
    await first.server.make('contacts', 'people', { displayname: 'Our people' });
    await first.server.make('calendars', 'work', { displayname: 'Work', color: '#ff0000' });
    await first.server.put('people', 'c1.vcf', contactWithPhoto('c1', 'One'));
    await first.server.put('people', 'c2.vcf', contact('c2', 'Two'));
    await first.server.put('work', 'e1.ics', recurring('e1', 'Choir'));
    await first.server.put('work', 'e2.ics', event('e2', 'Dentist'));
    await settle();
    expect(second.same(people).size === 2 && second.same(work).size === 2, 'the other home has not all');
    expect(second.server.properties('work').color === '#ff0000', 'the other home has another colour');

    // At all four places.
    await first.server.put('people', 'c3.vcf', contact('c3', 'Three'));
    write(oak, people, 'c4.vcf', contact('c4', 'Four'));
    write(elm, work, 'e3.ics', event('e3', 'On the laptop'));
    await second.server.put('work', 'e4.ics', event('e4', 'On the other phone'));
    await second.server.put('work', fileOf(elm, work, 'e1'), recurring('e1', 'Choir', '20261029T210000'));
    write(oak, work, fileOf(oak, work, 'e2'), event('e2', 'Dentist later'));
    await second.server.delete(`people/${fileOf(elm, people, 'c2')}`);
    await settle();
    expect([...first.same(people).keys()].join() === 'c1,c3,c4', `contacts are ${[...first.same(people).keys()]}`);
    const events = first.same(work);
    expect(events.size === 4 && events.get('e1').includes('T210000'), 'an exception of the other home is missing');
    expect(events.get('e2').includes('Dentist later'), 'an edit of the disk is missing');

    // The same item in both homes, while they do not see each other.
    const texts = [event('e2', 'Dentist at nine'), event('e2', 'Dentist at ten')];
    await elm.stop();
    await first.server.put('work', fileOf(oak, work, 'e2'), texts[0]);
    await first.sync();
    await second.server.put('work', fileOf(elm, work, 'e2'), texts[1]);
    await second.sync();
    await elm.start();
    await until(
      'a conflict copy is set aside in both homes',
      async () => {
        await mesh.converge(share);
        for (const home of homes) await home.sync();
        return homes.every((home) => home.aside(work).size === 1) || 'there is none';
      },
      120,
    );
    await settle();
    const kept = [first.same(work).get('e2'), ...meanings(first.aside(work).values()).values()].sort();
    expect(kept.join('\n\n') === texts.map(meaning).sort().join('\n\n'), `kept is\n${kept.join('\n\n')}`);

    // A home whose server lost all takes nothing from the other.
    second.server.lose('work');
    unlinkSync(oak.path(share, people, fileOf(oak, people, 'c4')));
    await mesh.converge(share);
    await second.refused(work, 'emptied');
    await first.sync();
    expect(first.same(work).size === 4 && first.same(people).size === 2, 'the loss comes to the other home');
    await second.run('--restore', work);
    await settle();
    expect(second.same(work).size === 4, 'it is not restored');
    mesh.expectNoFailure();
  } finally {
    await mesh.stop();
    for (const home of homes) await home.stop();
  }
}
