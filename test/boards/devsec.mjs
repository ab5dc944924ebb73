// The stand-in for the collection devsec.hardening, installed where an admin installs the real one.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @param {string} person home folder of the admin */
export function installStandIn(person) {
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
