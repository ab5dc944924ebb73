// Servers that die or hang are there again by themselves.
import { same } from '../tools/secret-home.mjs';
import { until } from './until.mjs';

/** @typedef {import('./small-home.mjs').SmallHome} SmallHome */

/** @param {SmallHome} home */
export async function killed(home) {
  const { oak } = home;
  const [alice, nfs] = [home.smb('photos', 'alice'), home.nfs()];
  await alice.write('survives', 'a crash');
  await until('NFS serves', async () => (await nfs.do('read', '/photos/survives')) === 'a crash');
  const figures = [];
  for (const [container, program, read] of [
    ['samba', 'smbd', () => alice.read('survives')],
    ['nfs', 'ganesha.nfsd', () => nfs.do('read', '/photos/survives')],
  ]) {
    const before = oak.pod.container(container).restarts;
    await oak.pod.container(container).crash(program);
    const seconds = await until(`${program} serves again`, async () => (await read()) === 'a crash');
    same(`restarts of ${container}`, oak.pod.container(container).restarts, before + 1);
    figures.push(`${program} after ${seconds.toFixed(1)} s`);
  }
  nfs.end();
  await oak.until(true);
  return figures.join(', ');
}
