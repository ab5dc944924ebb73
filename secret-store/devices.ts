import type { Config } from '../model/config.ts';
import { syncthingIdentity } from '../model/syncthing.ts';
import type { SecretProblem } from './problems.ts';
import type { PublicFacts } from './public.ts';

/**
 * Devices of people and peers elsewhere that are given the Syncthing ID of a board, which `public.yml` has: most often
 * copied from the page of the board instead of that of the device.
 */
export function deviceProblems(
  { boards, people, syncthing }: Pick<Config, 'boards' | 'people' | 'syncthing'>,
  publicHalves: PublicFacts['publicHalves'],
): SecretProblem[] {
  const holders = new Map(
    boards.map(({ name }, index) => [publicHalves[syncthingIdentity(name)]?.['deviceId'], { name, index }]),
  );
  const devices = [
    ...people.flatMap((person, index) =>
      person.devices.map(({ syncthing: id }, at) => ({ id, path: `people[${index}].devices[${at}].syncthing` })),
    ),
    ...syncthing.offsite.map(({ device: id }, index) => ({ id, path: `syncthing.offsite[${index}].device` })),
  ];
  return devices.flatMap(({ id, path }): SecretProblem[] => {
    const board = holders.get(id);
    if (board === undefined) return [];
    return [
      {
        code: 'SEC016',
        message: `${path}: ${id.split('-')[0]}-… is the ID of ${board.name}, boards[${board.index}], in secrets/public.yml`,
        hint: "copy the ID from the device's own page: boards are peers of each other without being written there",
      },
    ];
  });
}
