// A device whose clock is months behind, and files whose time is yet to come: what counts is who had seen what.
import { utimesSync } from 'node:fs';
import { same } from '../tools/secret-home.mjs';
import { texts } from './mesh-lab.mjs';
import { until } from './until.mjs';

/** @param {import('./two-boards.mjs').TwoBoards} home */
export async function clockIsBehind(home) {
  const { mesh } = home;
  const boards = [mesh.oak, mesh.elm];
  const computer = await home.computer();
  const apart = (Date.now() - Date.parse((await computer.sudo('date --utc +%FT%TZ')).trim())) / 86_400_000;
  same('months behind', apart > 150, true);
  await computer.sync(mesh.phone, 'photos', boards);

  /** Waits until all three have the text, or `undefined` for no file. */
  const all = (what, name, text) =>
    until(
      what,
      async () => {
        const found = [
          ...boards.map((board) => texts(board.path('photos')).get(name)),
          (await computer.texts('photos')).get(name),
        ];
        return found.every((it) => it === text) || `${name}: ${found.map((it) => JSON.stringify(it))}`;
      },
      180,
    );
  await home.local('oak', 'photos', 'first', 'of oak');
  await all('it gets what boards have', 'first', 'of oak');
  await computer.write('photos', 'first', 'of the computer');
  await all('a change of an older time is a change', 'first', 'of the computer');

  await home.local('elm', 'photos', 'future', 'one');
  const later = Date.now() / 1000 + 90 * 86_400;
  utimesSync(mesh.elm.path('photos', 'future'), later, later);
  await all('a file of the future arrives', 'future', 'one');
  await computer.write('photos', 'future', 'two');
  await all('what is older by its time, and was written later, wins', 'future', 'two');

  // Both write without knowing of each other.
  const pause = async (verb) => {
    for (const { id } of boards) await computer.api(`system/${verb}?device=${id}`, 'POST');
  };
  await pause('pause');
  await home.local('oak', 'photos', 'first', 'again of oak');
  await computer.write('photos', 'first', 'again of the computer');
  await mesh.converge('photos');
  await pause('resume');
  await until(
    'both texts are everywhere',
    async () => {
      for (const found of [...boards.map((board) => texts(board.path('photos'))), await computer.texts('photos')]) {
        const kept = [...found].filter(([name]) => name.startsWith('first')).map(([, text]) => text);
        for (const text of ['again of oak', 'again of the computer']) if (!kept.includes(text)) return `only ${kept}`;
      }
      return true;
    },
    180,
  );

  await computer.sudo('rm /home/admin/photos/future');
  await all('it deletes what it had seen', 'future', undefined);
  await computer.stop();
  return `${apart.toFixed(0)} days behind`;
}
