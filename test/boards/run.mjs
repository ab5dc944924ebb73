// `npm run test:boards`: the playbooks on real boards, which the lab makes.
//
// k3s cannot be had here: a stand-in takes its place (k3s-stand-in/). Everything else is the real thing: systemd, sshd,
// apt, keepalived, Ansible.
import { check, summary } from './checks.mjs';
import * as firewall from './firewall.mjs';
import { makeHome } from './home.mjs';
import { makeLab } from './lab.mjs';
import { mended, prepared } from './prepared.mjs';
import * as site from './site.mjs';
import { refuses } from './stand-in.mjs';
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
await check('boards are prepared', () => prepared(lab));
await check('the stand-in refuses what k3s refuses', () => refuses(lab.board('fir'), lab.board('elm')));
await check('one owner of the virtual IP', () => virtualIp.oneOwner(lab, home));
await check('power of the owner pulled', () => virtualIp.powerPulled(lab, home));
await check('the first server wiped', () => wipe.firstServer(lab, home, newest));
await check('a board is mended', () => mended(home, lab.board('elm'), oldest));
await check('others reach the ports of the model', () => firewall.scan(lab, home, lab.board('fir'), lab.board('elm')));
await check('the firewall beside Kubernetes', () => firewall.besideKubernetes(lab, lab.board('fir'), lab.board('elm')));
await check('the firewall shuts nobody out', () => firewall.shutsNobodyOut(home, lab.board('elm'), newest));
await check('the firewall switched off and on', () => firewall.switchedOff(home, lab.board('elm'), oldest));
await check('boards flashed', () => lab.flashAll());
await check(`first run killed again and again, ${oldest}`, () => site.killed(lab, home, oldest));
await check(`second run changes nothing, ${oldest}`, () => site.secondRun(home, oldest));
await check(`check after it finds nothing, ${oldest}`, () => site.checkAfter(home, oldest));

process.exit(summary());
