// `npm run test:boards`: the playbooks on real boards, which the lab makes.
//
// k3s cannot be had here: a stand-in takes its place (k3s-stand-in/). Everything else is the real thing: systemd, sshd,
// apt, keepalived, Ansible.
import { check, summary } from './checks.mjs';
import * as disks from './disk-decisions.mjs';
import { makeHome } from './home.mjs';
import { makeLab } from './lab.mjs';
import * as site from './site.mjs';
import { refuses } from './stand-in.mjs';
import * as usb from './usb-disks.mjs';
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
await check('the first server wiped', () => wipe.firstServer(lab, home, newest));
await check('boards flashed', () => lab.flashAll());
await check(`first run killed again and again, ${oldest}`, () => site.killed(lab, home, oldest));
await check(`second run changes nothing, ${oldest}`, () => site.secondRun(home, oldest));
await check(`check after it finds nothing, ${oldest}`, () => site.checkAfter(home, oldest));

await check('disks: an empty one', disks.emptyDisk);
await check('disks: one with data', disks.diskWithData);
await check('disks: refused', disks.refused);
await check('disks: another in its place', disks.swapped);
await check('disks: erased once', disks.erase);
await check('disks: not what they were', disks.changed);
await check('disks: places that are taken', disks.places);
await check('disks: killed in the middle', disks.killed);
// The guest has a processor in software: minutes on a machine that does nothing else.
if (process.argv.includes('--full')) {
  const ash = await usb.UsbLab.make(lab);
  await check('USB disks: first run formats one and adopts one', () => usb.firstRun(ash));
  await check('USB disks: second run changes nothing', () => usb.secondRun(ash));
  await check('USB disks: pulled out while a service writes', () => usb.yank(ash));
  await check('USB disks: other media in the same adapters', () => usb.swapped(ash));
  await check('USB disks: the board starts without them', () => usb.bootWithout(ash));
}

process.exit(summary());
