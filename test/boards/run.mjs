// `npm run test:boards`: the playbooks on real boards, which the lab makes.
//
//   node test/boards/run.mjs                          all checks
//   node test/boards/run.mjs --only 'virtual power'   those with both words in their name or group, and what they need;
//                                                     --only can be given again, for others besides
//   node test/boards/run.mjs --full                   also the long forms
//   node test/boards/run.mjs --collections FOLDER     the DevSec roles themselves, from a folder that
//                                                     `ansible-galaxy collection install -p` made, and nothing else
//
// k3s and the DevSec roles cannot be had here: stand-ins take their places (k3s-stand-in/, devsec-stand-in/). Everything
// else is the real thing: systemd, sshd, apt, keepalived, Ansible. The last line counts the checks that passed and failed; the exit code is 1 if one failed,
// 2 if the lab cannot be made.
import { parseArgs } from 'node:util';
import { allOf } from './all-of.mjs';
import { boards, newest, oldest } from './boards.mjs';
import { choose, onCluster, onNewBoards, onOneServer, rowsOf, withoutBoards } from './checks.mjs';
import * as cluster from './cluster.mjs';
import * as day2 from './day2.mjs';
import * as discovery from './discovery.mjs';
import * as disks from './disk-decisions.mjs';
import * as firewall from './firewall.mjs';
import { withDisks } from './folder-disks.mjs';
import * as gitRepository from './git-repository.mjs';
import * as hardening from './hardening.mjs';
import { makeHome } from './home.mjs';
import { isChecked } from './keepalived-config.mjs';
import { makeLab } from './lab.mjs';
import * as labs from './labs.mjs';
import * as names from './names.mjs';
import * as plugs from './plugs.mjs';
import * as preflight from './preflight.mjs';
import { mended, prepared, waitsForUpdates } from './prepared.mjs';
import { Runner } from './runner.mjs';
import * as shareChanges from './share-changes.mjs';
import * as site from './site.mjs';
import { refuses } from './stand-in.mjs';
import * as syncthing from './syncthing.mjs';
import * as usb from './usb-disks.mjs';
import { wellAndIll } from './verify.mjs';
import * as virtualIp from './virtual-ip.mjs';

const { full, only, collections } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    collections: { type: 'string' },
  },
}).values;

/** @type {import('./lab.mjs').Lab} made when the first check needs it, as `home` */
let lab;
/** @type {import('./home.mjs').LabHome} */
let home;
/** @type {import('./home.mjs').LabHome} of the first board as the only server */
let oneServer;
/** @type {import('./home.mjs').LabHome} with disks for shares on two boards */
let sharing;

/** @type {import('./usb-disks.mjs').UsbLab} */
let ash;

/** Boards of the home with disks for shares: one of each release. */
const sharers = ['elm', 'fir'];

/** @type {import('./checks.mjs').Group[]} */
const groups = [
  {
    title: 'the lab',
    checks: [withoutBoards('two at once, and one that is killed leaves nothing', labs.apart)],
  },
  {
    title: 'preflight',
    checks: [onNewBoards(`all that is wrong is told, ${oldest}`, () => preflight.bad(lab, oldest))],
  },
  {
    title: 'changes in shares',
    checks: [
      onNewBoards(`watched while their disks are there, ${oldest} and ${newest}`, () =>
        shareChanges.followsDisks(lab, sharersWith(oldest, newest), full),
      ),
      onNewBoards(
        `killed in the middle, ${newest} and ${oldest}`,
        () => shareChanges.killed(lab, sharersWith(newest, oldest)),
        { isLong: true },
      ),
    ],
  },
  {
    title: 'plugs',
    checks: [
      onNewBoards(
        `disks go and come, ${newest}`,
        () => plugs.goAndCome(lab, [lab.board('oak'), lab.board('fir')], newest),
        { leaves: 'unknown' },
      ),
    ],
  },
  {
    title: 'site',
    checks: [
      onNewBoards(`a k3s of somebody else is refused first, ${newest}`, () =>
        cluster.refusesForeign(lab, home, newest),
      ),
      onNewBoards(
        `a board that installs its own updates is waited for, ${oldest}`,
        () => waitsForUpdates(home, lab.board('oak'), oldest),
        { leaves: 'unknown', isLong: true },
      ),
      onNewBoards(`check before the first run changes nothing, ${newest}`, () => site.checkBefore(lab, home, newest)),
      onNewBoards(`first run, ${newest}`, () => site.firstRun(lab, home, newest), { leaves: 'cluster' }),
      // The check after it and the run of the oldest find what it would find.
      onCluster(`second run changes nothing, ${newest}`, () => site.secondRun(home, newest), { isLong: true }),
      onCluster(`check after it finds nothing, ${newest}`, () => site.checkAfter(home, newest)),
      onCluster(`second run changes nothing, ${oldest}`, () => site.secondRun(home, oldest)),
      onCluster('one cluster', () => site.oneCluster(lab)),
      onCluster('boards are prepared', () => prepared(lab)),
      onCluster(`a board is mended, ${oldest}`, () => mended(home, lab.board('elm'), oldest), { isLong: true }),
      onCluster(`preflight of a running cluster, ${newest}`, () => preflight.clean(home, newest)),
    ],
  },
  {
    title: 'k3s',
    checks: [
      onCluster('the stand-in refuses what k3s refuses', () => refuses(lab.board('fir'), lab.board('elm'))),
      onCluster('who started the cluster, who joined, and with what', () => cluster.joined(lab)),
      onCluster(`the role refuses what would end badly, ${newest}`, () => cluster.refuses(lab, home, newest), {
        isLong: true,
      }),
      onCluster(`no restart costs the quorum, ${newest}`, () => cluster.keepsQuorum(lab, home, newest), {
        isLong: true,
      }),
      onCluster(`a new token reaches the cluster, ${newest}`, () => cluster.changesToken(lab, home, newest), {
        isLong: true,
      }),
      onCluster(`verify, ${newest}`, () => wellAndIll(lab, home, newest)),
    ],
  },
  {
    title: 'firewall',
    checks: [
      onCluster('others reach the ports of the model', () =>
        firewall.scan(lab, home, lab.board('fir'), lab.board('elm')),
      ),
      onCluster(
        `datagrams reach the ports of the model, ${newest}`,
        async () => {
          const shared = await makeHome(lab, (config) => ({
            ...discovery.withShares(config),
            syncthing: { fromOutside: true },
          }));
          await firewall.datagrams(lab, shared, home, lab.board(discovery.board), lab.board('oak'), newest);
        },
        { isLong: true },
      ),
      onCluster('beside Kubernetes', () => firewall.besideKubernetes(lab, lab.board('fir'), lab.board('elm'))),
      onCluster(`it shuts nobody out, ${newest}`, () => firewall.shutsNobodyOut(home, lab.board('elm'), newest), {
        isLong: true,
      }),
      onCluster(`switched off and on, ${oldest}`, () => firewall.switchedOff(home, lab.board('elm'), oldest), {
        isLong: true,
      }),
    ],
  },
  {
    title: 'hardening',
    checks: [
      onCluster('variables arrive', () => hardening.variablesArrive(lab)),
      onCluster('what is broken is found', () => hardening.breakageIsFound(lab, home, newest), { isLong: true }),
      onCluster('a lock-out stops at the first board', () => hardening.lockOutStops(lab, home, oldest), {
        isLong: true,
      }),
    ],
  },
  {
    title: 'virtual IP',
    checks: [
      onCluster('a wrong configuration is refused', () => isChecked(lab)),
      onCluster('one owner', () => virtualIp.oneOwner(lab, home)),
      ...Object.keys(virtualIp.failures).map((failure) =>
        onCluster(failure, () => virtualIp.failover(lab, home, failure, full ? 10 : 1)),
      ),
      onCluster('load on all boards', () => virtualIp.load(lab, home, full ? 600 : 30)),
    ],
  },
  {
    title: 'names',
    checks: [
      onCluster(`the boards answer, ${newest}`, async () => {
        const named = await makeHome(lab, names.byBoards);
        await names.answersAtHome(lab, home, named, newest);
      }),
    ],
  },
  {
    title: 'disks',
    beside: 'names',
    checks: [
      withoutBoards('an empty one', disks.emptyDisk),
      withoutBoards('one with data', disks.diskWithData),
      withoutBoards('refused', disks.refused),
      withoutBoards('another in its place', disks.swapped),
      withoutBoards('erased once', disks.erase),
      withoutBoards('not what they were', disks.changed),
      withoutBoards('places that are taken', disks.places),
      withoutBoards('used by pods', disks.inUse),
      withoutBoards('only looked at', disks.onlyLooks),
      withoutBoards('killed in the middle', disks.killed),
      withoutBoards('killed while it is formatted', disks.cutOff),
    ],
  },
  {
    title: 'USB disks',
    checks: [
      onNewBoards('first run formats one and adopts one', makeUsbLab, { isLong: true }),
      withoutBoards('second run changes nothing', () => usb.secondRun(ash), { isLong: true }),
      withoutBoards('pulled out while a service writes', () => usb.yank(ash), { isLong: true }),
      withoutBoards('pulled out while a file is open', () => usb.heldOpen(ash), { isLong: true }),
      withoutBoards('other media in the same adapters', () => usb.swapped(ash), { isLong: true }),
      // The last: a guest takes much of the machine, also while nothing happens.
      withoutBoards('the board starts without them', () => usb.bootWithout(ash).finally(() => ash.guest.powerOff()), {
        isLong: true,
      }),
    ],
  },
  {
    title: 'a cluster that runs',
    checks: [
      onCluster(`the first server replaced, ${newest}`, () => day2.replaces(lab, home, newest), { isLong: true }),
      onCluster(`reboot of all boards, ${newest}`, () => day2.reboots(lab, home, newest), { isLong: true }),
      onCluster(`upgrade by one minor version, ${newest}`, () => day2.upgrades(lab, home, newest), { isLong: true }),
      onCluster('reboot refuses what would harm', () => day2.rebootRefuses(lab, home, oldest), { isLong: true }),
      onCluster('a board that is not new is not replaced', () => day2.replacesNothing(lab, home, oldest), {
        isLong: true,
      }),
      onCluster('reboot of what needs it', () => day2.rebootsWhatNeedsIt(lab, home, oldest), { isLong: true }),
      onCluster('reboot killed', () => day2.rebootKilled(lab, home, newest), { isLong: true }),
      onCluster('two servers leave and come back', () => day2.removesAndAdds(lab, home, newest), { isLong: true }),
      onNewBoards(`one server becomes three, ${newest}`, () => day2.grows(lab, newest), {
        leaves: 'unknown',
        isLong: true,
      }),
      onCluster('a dead server leaves', () => day2.removesDead(lab, home, oldest), { isLong: true }),
    ],
  },
  {
    title: 'repository of the home',
    beside: 'names',
    checks: [onCluster('the board serves it', () => gitRepository.servesGit(lab, home, 'oak', oldest))],
  },
  {
    title: 'Syncthing',
    checks: [
      onCluster('refused without a checksum', async () => {
        sharing = await makeHome(lab, (config) => withDisks(config, sharers));
        await syncthing.refusesWithoutChecksum(lab.board('elm'), sharing, newest);
      }),
      onCluster(`without its disks, ${sharers.join(' and ')}`, () =>
        onSharers((board) => syncthing.withoutDisks(board, sharing, newest)),
      ),
      onCluster(`on its disks, ${sharers.join(' and ')}`, () =>
        onSharers((board) => syncthing.startsOnDisks(board, sharing, oldest)),
      ),
      onCluster(`goes and comes with its disks, ${sharers.join(' and ')}`, () => onSharers(syncthing.followsDisks)),
      onCluster('keeps the settings of a person, elm, and the identity of somebody else, fir', () =>
        allOf([
          ['elm', () => syncthing.keepsSettings(lab.board('elm'), sharing, newest)],
          ['fir', () => syncthing.keepsIdentity(lab.board('fir'), sharing, newest)],
        ]),
      ),
    ],
  },
  {
    title: 'discovery',
    beside: 'Syncthing',
    checks: [
      onCluster(`shares are found, ${newest}`, async () => {
        const announced = await makeHome(lab, discovery.withShares);
        const silent = await makeHome(lab, discovery.withoutDiscovery);
        await discovery.sharesAreFound(lab, announced, silent, newest);
      }),
    ],
  },
  {
    title: 'site, killed',
    checks: [
      onNewBoards(`first run killed again and again, ${oldest}`, () => site.killed(lab, home, oldest), {
        leaves: 'cluster',
        isLong: true,
      }),
      onCluster(`second run changes nothing after that, ${oldest}`, () => site.secondRun(home, oldest), {
        isLong: true,
      }),
      onCluster(`check after that finds nothing, ${oldest}`, () => site.checkAfter(home, oldest), { isLong: true }),
      onCluster(`reset, ${newest}`, () => day2.resets(lab, home, newest), { leaves: 'unknown', isLong: true }),
    ],
  },
  {
    title: 'one server and its agents',
    checks: [
      onOneServer(`second run changes nothing there, ${oldest}`, () => site.secondRun(oneServer, oldest), {
        isLong: true,
      }),
      onOneServer(`verify there, ${oldest}`, () => wellAndIll(lab, oneServer, oldest), { isLong: true }),
    ],
  },
];

const devsec = {
  title: 'the DevSec roles themselves',
  checks: [newest, oldest].map((version) =>
    onNewBoards(`twice, ${version}`, () => hardening.rolesThemselves(lab, home, version), { leaves: 'unknown' }),
  ),
};

const start = performance.now();
const chosen = choose(collections === undefined ? groups : [devsec], { full, only });
if (chosen.length === 0) {
  const names = groups.flatMap(({ title, checks }) => checks.map(({ name }) => `${title}: ${name}`));
  console.error(`no check has the words "${only}"; there are:\n  ${names.join('\n  ')}`);
  process.exit(2);
}

const runner = new Runner({
  new: { name: 'boards get a fresh system', work: freshBoards },
  cluster: { from: 'new', name: `site makes a cluster, ${newest}`, work: () => site.firstRun(lab, home, newest) },
  'one server': { from: 'new', name: `site makes a home of one server, ${newest}`, work: makeOneServer },
});
for (const row of rowsOf(chosen, groups)) {
  console.log(`\n${row.map(({ title }) => title).join(', ')}`);
  if (row.length === 1) for (const check of row[0].checks) await runner.run(check);
  else
    await runner.runBeside(
      row.map(({ title, checks }) => checks.map((check) => ({ ...check, name: `${title}: ${check.name}` }))),
    );
}
console.log(`\n${((performance.now() - start) / 60_000).toFixed(1)} minutes`);
console.log(`${runner.passed} passed, ${runner.failed} failed`);
process.exit(runner.failed > 0 ? 1 : 0);

/**
 * Does it on the boards with disks for shares, beside each other.
 * @param {(board: import('./board.mjs').Board) => Promise<void>} work
 */
async function onSharers(work) {
  await allOf(sharers.map((name) => [name, () => work(lab.board(name))]));
}

/** The boards with disks for shares, each with a version of ansible-core. */
function sharersWith(...versions) {
  return sharers.map((name, index) => ({ board: lab.board(name), version: versions[index] }));
}

async function freshBoards() {
  if (lab !== undefined) return lab.flashAll();
  lab = await makeLab(boards).catch((error) => {
    console.error(error.constructor === Error ? error.message : error.stack);
    process.exit(2);
  });
  const edit = (config) => gitRepository.withRepository(config, lab, 'oak');
  home = await makeHome(lab, collections === undefined ? edit : hardening.ofContainers, { collections });
}

async function makeOneServer() {
  const [server] = lab.boards;
  oneServer = await makeHome(lab, (config) => ({
    ...config,
    boards: config.boards.map((board) => ({ ...board, role: board.name === server.name ? 'server' : 'agent' })),
  }));
  await cluster.oneServer(lab, oneServer, newest);
}

/** The guest has a processor in software: minutes on a machine that does nothing else. */
async function makeUsbLab() {
  ash = await usb.UsbLab.make(lab);
  await usb.firstRun(ash);
}
