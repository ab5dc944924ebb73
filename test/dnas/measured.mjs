// What a board measures of its servers of shares, by the program of the role `metrics`.
import { fileURLToPath } from 'node:url';
import { same } from '../tools/secret-home.mjs';
import { until } from './until.mjs';

/** @typedef {import('./small-home.mjs').SmallHome} SmallHome */

const roleFiles = fileURLToPath(new URL('../../ansible-gen/roles/metrics/files', import.meta.url));

/** Of each protocol whether its server answers, and how many visitors it has. */
async function measured({ oak }) {
  const script = `
import json, sys
sys.path.insert(0, sys.argv[1])
import share_servers
print(json.dumps({
    protocol: [share_servers.answers(protocol, sys.argv[2], port), share_servers.connections(protocol, port)]
    for protocol, port in (("smb", 445), ("nfs", 2049))
}))`;
  const { code, stdout, stderr } = await oak.machine.run('python3', ['-B', '-c', script, roleFiles, oak.address]);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** @param {SmallHome} home */
export async function measures(home) {
  const { oak } = home;
  await oak.until(true);
  // Connections of checks before may take a moment to end.
  await until('nobody is there', async () => {
    const found = await measured(home);
    return (found.smb[1] === 0 && found.nfs[1] === 0) || JSON.stringify(found);
  });
  same('of servers without visitors', await measured(home), { smb: [true, 0], nfs: [true, 0] });

  const nfs = [home.nfs(), home.nfs()];
  for (const session of nfs) await session.do('ls', '/');
  const reading = home.smb('photos', 'alice').twice('ls', 6);
  await until('three visitors are seen', async () => {
    const found = await measured(home);
    return (found.smb[1] === 1 && found.nfs[1] === 2) || JSON.stringify(found);
  });
  await reading;
  for (const session of nfs) session.end();

  for (const [container, protocol] of [
    ['samba', 'smb'],
    ['nfs', 'nfs'],
  ]) {
    await oak.pod.container(container).freeze(true);
    try {
      same(`${protocol} answers while its server hangs`, (await measured(home))[protocol][0], false);
    } finally {
      await oak.pod.container(container).freeze(false);
    }
  }
  await oak.pull('data');
  await oak.pull('more');
  await until('NFS rests without its disks', async () => {
    const {
      smb,
      nfs: [answers],
    } = await measured(home);
    return (smb[0] && !answers) || JSON.stringify({ smb, answers });
  });
  await oak.plugAll();
  await until('NFS answers again', async () => (await measured(home)).nfs[0] || 'it does not');
  await oak.until(true);
}
