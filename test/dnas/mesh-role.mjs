// The part of the role syncthing that speaks to Syncthing, by Ansible itself.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../tools/ansible.mjs';
import { tool } from '../tools/install.mjs';
import { describe, run } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { expect, offsitePassword, role } from './mesh-lab.mjs';

/**
 * A check tells what a run then does, a second run changes nothing, what was added by hand is told, a lost marker stops
 * the run; and no output has a secret.
 * @param {import('./mesh-lab.mjs').MeshLab} lab
 * @param {string} version of ansible-core
 */
export async function roleConfigures(lab, version) {
  const { oak } = lab;
  const wanted = await lab.wanted(oak, lab.constructor.withCabin);
  const programs = await tool(version);
  const folder = newFolder('role');
  const { options, devices, folders, marker, owner } = wanted;
  const variables = {
    syncthing_api: wanted.api,
    syncthing_home: wanted.home,
    syncthing_record: wanted.record,
    syncthing_libexec: join(role, 'files'),
    syncthing_user: owner.name,
    syncthing_uid: owner.uid,
    syncthing_gid: owner.gid,
    syncthing_marker: marker,
    syncthing_options: options,
    syncthing_devices: devices,
    syncthing_folders: folders,
    syncthing_unknown: wanted.unknown,
    syncthing_offsite_password: offsitePassword,
    syncthing_relays: false,
    syncthing_global_discovery: false,
    syncthing_nat_traversal: false,
    syncthing_programs: { changed: false },
  };
  writeFileSync(join(folder, 'variables.json'), JSON.stringify(variables), { mode: 0o600 });
  const tasks = [{ 'ansible.builtin.include_role': { name: role, tasks_from: 'configure.yml' } }];
  writeFileSync(join(folder, 'play.yml'), JSON.stringify([{ hosts: 'localhost', gather_facts: false, tasks }]));
  // Syncthing of the lab is no unit that Ansible could restart: it has the options before.
  await oak.apply({ ...wanted, devices: [], folders: [] });

  const play = async (...more) => {
    const args = ['-i', 'localhost,', '-c', 'local', '-vvv', '-e', `@${join(folder, 'variables.json')}`, ...more];
    const outcome = await run(join(programs, 'ansible-playbook'), [...args, join(folder, 'play.yml')], {
      cwd: folder,
      env: { ...environment(programs), PYTHONDONTWRITEBYTECODE: '1' },
    });
    const output = describe('ansible-playbook', args, outcome);
    const [, key] = /<apikey>(.*)<\/apikey>/.exec(readFileSync(join(wanted.home, 'config.xml'), 'utf8'));
    expect(!output.includes(offsitePassword) && !output.includes(key), `it tells a secret:\n${output}`);
    return { code: outcome.code, output, changed: Number(/changed=(\d+)/.exec(output)?.[1]) };
  };
  const does = async (changed, ...more) => {
    const done = await play(...more);
    expect(done.code === 0 && done.changed === changed, `it should change ${changed}:\n${done.output}`);
    return done.output;
  };
  const told = await does(1, '--check');
  expect(told.includes('photos: new'), `a check does not tell what it would do:\n${told}`);
  expect((await oak.api('config/folders')).length === 0, 'a check made folders');
  await does(1);
  expect((await oak.api('config/folders')).length === 2, 'there are no folders');
  await does(0);
  await does(0, '--check');
  await oak.api('config/folders', 'POST', { id: 'own', label: 'Own', path: join(oak.folder, 'own') });
  const unknown = (await does(0)).replaceAll(/\s+/g, ' ');
  expect(
    /what is not in homecloud.config.ts, and keeps it: the folder Own/.test(unknown),
    `it is not told:\n${unknown}`,
  );
  rmSync(oak.path('photos', '.stfolder'), { recursive: true });
  const refused = await play();
  expect(refused.code !== 0 && /photos: the marker .* is gone/.test(refused.output), `it goes on:\n${refused.output}`);
  await oak.stop();
  const stopped = await play();
  expect(stopped.code !== 0 && /Connection refused/.test(stopped.output), `it should say why:\n${stopped.output}`);
}
