// The stand-in for the collection devsec.hardening, or that collection itself where the person who runs the lab has it,
// installed where an admin installs it.
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @param {string} person home folder of the admin
 * @param {string} [collections] a folder with `ansible_collections/`, as `ansible-galaxy collection install -p` makes it
 * @throws when that folder lacks the collection
 */
export function installDevsec(person, collections) {
  if (collections === undefined) return installStandIn(person);
  const roles = join(collections, 'ansible_collections/devsec/hardening/roles');
  if (!existsSync(roles)) throw new Error(`${roles} does not exist`);
  cpSync(collections, join(person, '.ansible/collections'), { recursive: true });
}

function installStandIn(person) {
  const place = join(person, '.ansible/collections/ansible_collections/devsec/hardening');
  cpSync(fileURLToPath(new URL('devsec-stand-in', import.meta.url)), place, { recursive: true });
  // The names that the real roles have stand once.
  const source = readFileSync(new URL('../../model/devsec.ts', import.meta.url), 'utf8');
  const names = /`([^`]+)`\s*\.trim/.exec(source)?.[1].trim().split(/\s+/) ?? [];
  if (names.length < 100) throw new Error('model/devsec.ts has no list of variables');
  writeFileSync(
    join(place, 'roles/os_hardening/defaults/main/names.yml'),
    `---\nstand_in_known: ${JSON.stringify(names)}\n`,
  );
}
