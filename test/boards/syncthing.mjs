// Syncthing on the boards: the real one, on folders in the place of disks.
import { expect } from '../tools/expect.mjs';
import { addDisk, disks, plug, pull } from './folder-disks.mjs';
import * as roles from './roles.mjs';

/** @typedef {import('./board.mjs').Board} Board */
/** @typedef {import('./home.mjs').LabHome} Home */

const unit = 'homecloud-syncthing.service';
const folder = '/var/lib/homecloud-syncthing';

/**
 * A disk that is away is told, and nothing is made below its mount point.
 * @param {Board} board a new one with disks in the config; @param {Home} home; @param {string} version of ansible-core
 */
export async function withoutDisks(board, home, version) {
  const { output } = await run(home, board, version);
  expect(/does not run on .* the disk is away/s.test(output), `it does not say that the disks are away:\n${output}`);
  expect((await board.sudo('find /srv/dnas 2>/dev/null || true')) === '', 'something was made below /srv/dnas');
  expect((await state(board)) === 'inactive', 'it runs without its disks');
}

/** It starts on its disks, with the identity that the home knows, private, and a second run changes nothing. */
export async function startsOnDisks(board, home, version) {
  for (const disk of disks) {
    await addDisk(board, disk);
    await plug(board, disk);
  }
  await run(home, board, version);
  const { myID } = JSON.parse(await api(board, 'system/status'));
  expect(home.publicFacts.includes(myID), `its device ID is ${myID}, and homecloud says:\n${home.publicFacts}`);
  const options = JSON.parse(await api(board, 'config/options'));
  const told = ['globalAnnounceEnabled', 'relaysEnabled', 'natEnabled', 'crashReportingEnabled'];
  for (const option of told) expect(options[option] === false, `${option} is ${options[option]}`);
  expect(options.urAccepted === -1, `urAccepted is ${options.urAccepted}`);
  const listens = await board.sudo('ss -Htulnp | grep syncthing | tr -s " " | cut -d " " -f 1,5 | sort -u');
  const wanted = ['tcp *:22000', 'tcp 127.0.0.1:8384', 'udp *:21027', 'udp *:22000'];
  const ours = [...new Set(listens.trim().split('\n').map(anywhere))].filter((line) => !isSender(line)).sort();
  expect(ours.join() === wanted.join(), `it listens on ${ours.join(', ')}`);
  const modes = await board.sudo(`cd ${folder} && stat -c "%n %a %U" . cert.pem key.pem config.xml`);
  const right = '. 700 dnas\ncert.pem 600 dnas\nkey.pem 600 dnas\nconfig.xml 600 dnas\n';
  expect(modes === right, `its files are:\n${modes}`);
  await changesNothing(home, board, version);
}

/** It goes with the disk of its index and comes back with it, sees the other go and come, and is back after a crash. */
export async function followsDisks(board) {
  const [index, other] = disks;
  for (const disk of disks) {
    await pull(board, disk);
    expect((await state(board)) === (disk === index ? 'inactive' : 'active'), `without ${disk} it is otherwise`);
    expect((await board.sudo(`ls -A /srv/dnas/${disk}`)) === '', `there is something below the mount point of ${disk}`);
    await plug(board, disk);
    await answers(board);
  }
  const seen = 'nsenter --mount --target $(systemctl show --property=MainPID --value homecloud-syncthing) ls -A';
  for (const move of [pull, plug]) {
    await move(board, other);
    const names = await board.sudo(`${seen} /srv/dnas/${other}`);
    expect(names.includes('.homecloud-disk') === (move === plug), `after ${move.name} it sees there: ${names}`);
  }
  // A disk that is not of the home: mounted, without the marker.
  await board.sudo(
    `systemctl stop srv-dnas-${index}.mount && mv /disks/${index}/.homecloud-disk /marker && systemctl start srv-dnas-${index}.mount`,
  );
  expect((await state(board)) !== 'active', 'it runs on a disk without the marker');
  await board.sudo(`mv /marker /disks/${index}/.homecloud-disk && systemctl restart srv-dnas-${index}.mount`);
  await answers(board);
  const pid = await board.sudo(`systemctl show --property=MainPID --value ${unit}`);
  await board.sudo(`kill -9 ${pid}`);
  await answers(board);
}

/** What a person has changed stays, but for what homecloud decides. */
export async function keepsSettings(board, home, version) {
  const own = { id: 'own', label: 'Own', path: '/srv/dnas/data/own' };
  await api(board, 'config/folders', `--request POST --data '${JSON.stringify(own)}'`);
  await api(board, 'config/options', `--request PATCH --data '{"relaysEnabled":true,"maxSendKbps":77}'`);
  const { changed } = await run(home, board, version);
  expect(changed[board.name] > 0, 'relays are on, and nothing was changed');
  const { options, folders } = JSON.parse(await api(board, 'config'));
  expect(options.relaysEnabled === false, 'relays stayed on');
  expect(options.maxSendKbps === 77, 'an option of the admin is lost');
  expect(folders[0]?.id === 'own', 'a folder of the admin is lost');
  await changesNothing(home, board, version);
}

/** An identity of somebody else stays until it is asked to go. */
export async function keepsIdentity(board, home, version) {
  const before = await board.sudo(`cd ${folder} && sha256sum cert.pem key.pem`);
  await board.sudo(`cd ${folder} && sed -i "2s/./x/" cert.pem`);
  const other = await board.sudo(`cd ${folder} && sha256sum cert.pem key.pem`);
  const outcome = await home.roles(board.name, ['syncthing'], version);
  expect(outcome.code !== 0 && outcome.output.includes('by another identity'), `it should stop:\n${outcome.output}`);
  expect(
    (await board.sudo(`cd ${folder} && sha256sum cert.pem key.pem`)) === other,
    'another identity was overwritten',
  );
  await run(home, board, version, ['-e', 'syncthing_replace_identity=true']);
  expect(
    (await board.sudo(`cd ${folder} && sha256sum cert.pem key.pem`)) === before,
    'the identity is not the one asked',
  );
  await changesNothing(home, board, version);
}

/** Where the distribution's is too old, the pinned archive is needed, with its checksum. */
export async function refusesWithoutChecksum(board, home, version) {
  const refused = await home.roles(board.name, ['syncthing'], version, ['-e', '{"syncthing_checksums": {}}']);
  expect(
    refused.code !== 0 && /no SHA-256 checksum .* Look it up in\s+\S+\/sha256sum\.txt\.asc/s.test(refused.output),
    `without a checksum it should stop:\n${refused.output}`,
  );
  const wrong = JSON.stringify({ syncthing_checksums: { amd64: '0'.repeat(64), arm64: '0'.repeat(64) } });
  const other = await home.roles(board.name, ['syncthing'], version, ['-e', wrong]);
  expect(
    other.code !== 0 && /is not Syncthing/.test(other.output),
    `a wrong checksum should stop it:\n${other.output}`,
  );
  const installed = await board.sudo('find /usr/local/lib/homecloud -type f 2>/dev/null || true');
  expect(installed === '', `something was installed: ${installed}`);
}

function run(home, board, version, options) {
  return roles.runRole(home, board, 'syncthing', version, options);
}

function changesNothing(home, board, version) {
  return roles.changesNothing(home, board, 'syncthing', version);
}

async function state(board) {
  return (await board.sudo(`systemctl is-active ${unit} || true`)).trim();
}

/** Waits until its API answers. */
async function answers(board) {
  await board.sudo(
    'for i in $(seq 100); do curl --silent --fail http://127.0.0.1:8384/rest/noauth/health && exit; sleep 0.2; done; exit 1',
  );
}

/** What the REST API answers, with the key that stands on the board. */
function api(board, path, options = '') {
  const key = `$(sed -n "s/.*<apikey>\\(.*\\)<.apikey>.*/\\1/p" ${folder}/config.xml)`;
  return board.sudo(`curl --silent --fail -H "X-API-Key: ${key}" ${options} http://127.0.0.1:8384/rest/${path}`);
}

/** An address of all interfaces is written in several ways. */
function anywhere(line) {
  return line.replace(/(0\.0\.0\.0|\[::\])(?=:\d+$)/, '*');
}

/** The ports that it sends its own announcements from: the kernel chooses them. */
function isSender(line) {
  const port = Number(/^udp .*:(\d+)$/.exec(line)?.[1] ?? 0);
  return port >= 32768;
}
