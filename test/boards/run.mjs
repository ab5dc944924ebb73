// `npm run test:boards`: the playbooks on real boards, which the lab makes.
//
// k3s cannot be had here: a stand-in takes its place (k3s-stand-in/). Everything else is the real thing: systemd, sshd,
// apt, keepalived, Ansible.
import { check, summary } from './checks.mjs';
import * as gitRepository from './git-repository.mjs';
import { makeHome } from './home.mjs';
import { makeLab } from './lab.mjs';
import * as site from './site.mjs';
import { refuses } from './stand-in.mjs';
import * as syncthing from './syncthing.mjs';
import * as virtualIp from './virtual-ip.mjs';
import * as wipe from './wipe.mjs';

const boards = [
  { name: 'oak', release: 12 },
  { name: 'elm', release: 12 },
  { name: 'fir', release: 13 },
];

const lab = await makeLab(boards).catch((error) => {
  console.error(error.constructor === Error ? error.message : error.stack);
  process.exit(2);
});
const home = await makeHome(lab, (config) =>
  gitRepository.withRepository(syncthing.withDisks(config, ['oak', 'fir']), lab, 'elm'),
);
const newest = 'ansible-newest';
const oldest = 'ansible-oldest';

await check(`check before the first run changes nothing, ${newest}`, () => site.checkBefore(lab, home, newest));
await check('Syncthing without a checksum', () => syncthing.refusesWithoutChecksum(lab.board('oak'), home, newest));
await check(`first run, ${newest}`, () => site.firstRun(lab, home, newest));
await check(`second run changes nothing, ${newest}`, () => site.secondRun(home, newest));
await check(`check after it finds nothing, ${newest}`, () => site.checkAfter(home, newest));
await check(`second run changes nothing, ${oldest}`, () => site.secondRun(home, oldest));
await check('one cluster', () => site.oneCluster(lab));
await check('the stand-in refuses what k3s refuses', () => refuses(lab.board('fir'), lab.board('elm')));
await check('one owner of the virtual IP', () => virtualIp.oneOwner(lab, home));
await check('power of the owner pulled', () => virtualIp.powerPulled(lab, home));
await check('the repository on a board', () => gitRepository.servesGit(lab, home, 'elm', oldest));
for (const name of ['oak', 'fir']) {
  const board = lab.board(name);
  await check(`Syncthing without its disks, ${name}`, () => syncthing.withoutDisks(board, home, newest));
  await check(`Syncthing on its disks, ${name}`, () => syncthing.startsOnDisks(board, home, oldest));
  await check(`Syncthing goes and comes with its disks, ${name}`, () => syncthing.followsDisks(board));
}
await check('Syncthing keeps what is there', () => syncthing.keepsWhatIsThere(lab.board('fir'), home, newest));
await check('the first server wiped', () => wipe.firstServer(lab, home, newest));
await check('boards flashed', () => lab.flashAll());
await check(`first run killed again and again, ${oldest}`, () => site.killed(lab, home, oldest));
await check(`second run changes nothing, ${oldest}`, () => site.secondRun(home, oldest));
await check(`check after it finds nothing, ${oldest}`, () => site.checkAfter(home, oldest));

process.exit(summary());
