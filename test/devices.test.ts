import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { openHome } from '../cli/home.ts';
import sample from '../homecloud.config.ts';
import { checkConfig } from '../model/check.ts';
import { deviceProblems } from '../secret-store/devices.ts';
import { SecretsError } from '../secret-store/problems.ts';
import { parsePublicFacts } from '../secret-store/public.ts';
import { standInDeviceId } from './homes.ts';
import minimal from './households/minimal.ts';

const phone = 'ZKLYCEW-KDO64VY-6WCGGZZ-UI64JWD-TYN37YC-R6E44VT-ZQB3YLL-7OJC5QJ';
const oak = { ...minimal.boards[0], name: 'oak' };
const halves = { 'syncthing-oak': { deviceId: standInDeviceId('oak') } };

function problems(person: string, offsite: string[] = []) {
  const { config } = checkConfig({
    ...minimal,
    boards: [oak],
    people: [{ name: 'alice', uid: 2001, devices: [{ name: 'phone', syncthing: person }] }],
    shares: [],
    syncthing: { offsite: offsite.map((device, index) => ({ name: `cabin${index}`, device })) },
  });
  return deviceProblems(config, halves);
}

it('tells who was given the ID of a board, all at once, and how to mend it', () => {
  const id = standInDeviceId('oak');
  const start = id.slice(0, 7);
  const hint = "copy the ID from the device's own page: boards are peers of each other without being written there";
  expect(problems(id)).toEqual([
    {
      code: 'SEC016',
      message: `people[0].devices[0].syncthing: ${start}-… is the ID of oak, boards[0], in secrets/public.yml`,
      hint,
    },
  ]);
  expect(problems(phone, [standInDeviceId('elsewhere'), id])).toEqual([
    {
      code: 'SEC016',
      message: `syncthing.offsite[1].device: ${start}-… is the ID of oak, boards[0], in secrets/public.yml`,
      hint,
    },
  ]);
});

it('has nothing against others, nor before the identities of the boards are made', () => {
  expect(problems(phone, [standInDeviceId('elsewhere')])).toEqual([]);
  const { config } = checkConfig({ ...minimal, boards: [oak] });
  expect(deviceProblems(config, {})).toEqual([]);
});

it('opens no home with such a device', () => {
  const root = join(__dirname, '..');
  const { publicHalves } = parsePublicFacts(readFileSync(join(root, 'secrets/public.yml'), 'utf8'));
  const withDevice = (syncthing: string) => ({
    file: join(root, 'homecloud.config.ts'),
    files: [],
    value: {
      ...sample,
      people: sample.people?.map((person) => ({ ...person, devices: [{ name: 'phone', syncthing }] })).slice(0, 1),
      shares: [],
    },
  });
  expect(() => openHome(withDevice(publicHalves['syncthing-elm']?.['deviceId'] ?? ''))).toThrow(SecretsError);
  expect(openHome(withDevice(phone)).model.people).toMatchObject([{ devices: [{ syncthing: phone }] }]);
});
