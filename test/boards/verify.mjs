// The playbook `verify`: it finds nothing in a home that is well, and each thing that is not.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a lab cannot have: its boards have no time server. */
const ofTheLab = /^clock$/;

/** Finds nothing wrong. @param {import('./lab.mjs').Lab} lab @param {import('./home.mjs').LabHome} home */
export async function isWell(lab, home, version) {
  const well = await found(lab, home, version);
  const wrong = well.filter(({ state, what }) => state === 'wrong' && !ofTheLab.test(what));
  if (wrong.length > 0) throw new Error(`wrong in a home that is well: ${JSON.stringify(wrong, null, 1)}`);
  return well;
}

/** @param {import('./lab.mjs').Lab} lab; @param {import('./home.mjs').LabHome} home */
export async function wellAndIll(lab, home, version) {
  const well = await isWell(lab, home, version);
  for (const { name } of lab.boards) {
    for (const what of ['node', 'version', 'certificates', '/']) {
      if (!well.some((it) => it.board === name && it.what === what && it.state === 'ok')) {
        throw new Error(`it says nothing good about ${what} of ${name}: ${JSON.stringify(well, null, 1)}`);
      }
    }
  }
  for (const [board, what] of [
    ['home', new RegExp(`^virtual IP ${home.virtualIp}$`)],
    [lab.boards[0].name, /^keepalived\.service$/],
  ]) {
    if (!well.some((it) => it.board === board && what.test(it.what) && it.state === 'ok')) {
      throw new Error(`it says nothing good about ${what} of ${board}: ${JSON.stringify(well, null, 1)}`);
    }
  }
  const [server] = lab.boards;
  const [ill] = lab.boards.slice(-1);
  await server.sudo('systemctl stop keepalived');
  await ill.sudo(
    [
      'mkdir -p /usr/local/libexec/homecloud/verify.d',
      'printf "#!/bin/sh\\nprintf \\"wrong\\\\tcoffee\\\\tcold\\\\n\\"\\n" > /usr/local/libexec/homecloud/verify.d/coffee',
      'chmod 755 /usr/local/libexec/homecloud/verify.d/coffee',
      'systemctl stop "k3s*.service"',
    ].join(' && '),
  );
  try {
    const now = await found(lab, home, version);
    for (const [board, what] of [
      [ill, /^k3s(-agent)?\.service$/],
      [ill, /^node$/],
      [ill, /^coffee$/],
      [server, /^keepalived\.service$/],
    ]) {
      if (!now.some((it) => it.board === board.name && it.state === 'wrong' && what.test(it.what))) {
        throw new Error(`it does not find ${what} on ${board.name}: ${JSON.stringify(now, null, 1)}`);
      }
    }
  } finally {
    await server.sudo('systemctl start keepalived');
    await ill.sudo(
      'rm -r /usr/local/libexec/homecloud/verify.d; systemctl start $(ls /etc/systemd/system | grep -x "k3s\\(-agent\\)\\?.service")',
    );
  }
  return `${well.length} looked at`;
}

/** All that the playbook `verify` finds: it changes nothing, and fails where something is wrong. */
export async function found(lab, home, version) {
  const file = join(lab.folder, 'verify.json');
  const { code, output, changed } = await home.playbook('verify', version, ['-e', `verify_json=${file}`]);
  if (Object.values(changed).some((count) => count > 0)) throw new Error(`it changed something:\n${output}`);
  const all = JSON.parse(readFileSync(file, 'utf8'));
  const isWrong = all.some(({ state }) => state === 'wrong');
  if (isWrong !== (code !== 0)) throw new Error(`exit code ${code}, although ${JSON.stringify(all)}\n${output}`);
  return all;
}
