// `npm run test:boards`: the playbooks on real boards, which the lab makes.
//
// k3s cannot be had here: a stand-in takes its place (k3s-stand-in/). Everything else is the real thing: systemd, sshd,
// apt, keepalived, Ansible.
import { check, summary } from './checks.mjs';
import * as day2 from './day2.mjs';
import { makeHome } from './home.mjs';
import { makeLab } from './lab.mjs';
import * as site from './site.mjs';
import { refuses } from './stand-in.mjs';
import * as virtualIp from './virtual-ip.mjs';

const boards = [
  { name: 'oak', release: 12 },
  { name: 'elm', release: 12 },
  { name: 'fir', release: 13 },
];

const lab = await makeLab(boards).catch((error) => {
  console.error(error.constructor === Error ? error.message : error.stack);
  process.exit(2);
});
const home = await makeHome(lab);
const newest = 'ansible-newest';
const oldest = 'ansible-oldest';

await check(`check before the first run changes nothing, ${newest}`, () => site.checkBefore(lab, home, newest));
await check(`first run, ${newest}`, () => site.firstRun(lab, home, newest));
await check(`second run changes nothing, ${newest}`, () => site.secondRun(home, newest));
await check(`check after it finds nothing, ${newest}`, () => site.checkAfter(home, newest));
await check(`second run changes nothing, ${oldest}`, () => site.secondRun(home, oldest));
await check('one cluster', () => site.oneCluster(lab));
await check('the stand-in refuses what k3s refuses', () => refuses(lab.board('fir'), lab.board('elm')));
await check('one owner of the virtual IP', () => virtualIp.oneOwner(lab, home));
await check('power of the owner pulled', () => virtualIp.powerPulled(lab, home));
await check('the first server replaced', () => day2.replaces(lab, home, newest));
await check('reboot of all boards', () => day2.reboots(lab, home, newest));
await check('upgrade by one minor', () => day2.upgrades(lab, home, newest));
if (process.argv.includes('--full')) {
  await check('reboot refuses what would harm', () => day2.rebootRefuses(lab, home, oldest));
  await check('a board that is not new is not replaced', () => day2.replacesNothing(lab, home, oldest));
  await check('reboot of what needs it', () => day2.rebootsWhatNeedsIt(lab, home, oldest));
  await check('reboot killed', () => day2.rebootKilled(lab, home, newest));
  await check('two servers leave and come back', () => day2.removesAndAdds(lab, home, newest));
  await check('a dead server leaves', () => day2.removesDead(lab, home, oldest));
}
await check('boards flashed', () => lab.flashAll());
await check(`first run killed again and again, ${oldest}`, () => site.killed(lab, home, oldest));
await check(`second run changes nothing, ${oldest}`, () => site.secondRun(home, oldest));
await check(`check after it finds nothing, ${oldest}`, () => site.checkAfter(home, oldest));
await check('reset', () => day2.resets(lab, home, newest));

process.exit(summary());
