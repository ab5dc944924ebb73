// The name server of the home: every server answers, at its own address and, where it owns it, at the virtual IP.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { ask } from '../tools/ask-name-server.mjs';
import { sleep } from '../tools/sleep.mjs';
import { gateway } from './network.mjs';
import { found } from './verify.mjs';
import { oneOwner } from './virtual-ip.mjs';

/** @typedef {import('./lab.mjs').Lab} Lab */
/** @typedef {import('./home.mjs').LabHome} Home */

const unit = 'homecloud-names.service';

/** What the name server of the provider says of every name. */
const outside = '203.0.113.9';

/** Seconds in which the virtual IP has another owner, and dnsmasq has noticed. */
const patience = 20;

/** The config of a home whose boards answer for its names. */
export function byBoards(config) {
  return { ...config, names: { by: 'boards' } };
}

/**
 * Devices find the home at each server and at the virtual IP, also when its owner is lost, and all other names; `verify`
 * tells what is broken; a home that goes back to its router has none of it.
 * @param {Lab} lab
 * @param {Home} home of the lab, whose router answers; @param {Home} named the same, whose boards answer
 * @param {string} version of ansible-core
 */
export async function answersAtHome(lab, home, named, version) {
  const provider = await startProvider(lab.network.address(gateway));
  try {
    // The firewall, too: it lets the questions in.
    await run(lab, named, version, true);
    await run(lab, named, version, false);
    const host = 'traefik.lab.example.org';
    for (const { name, address } of lab.boards) {
      await expect(`${name}, the home`, address, host, named.virtualIp);
      await expect(`${name}, another name`, address, 'www.example.com', outside);
    }
    const owner = lab.board(await oneOwner(lab, named));
    await expect('the virtual IP', named.virtualIp, host, named.virtualIp);
    await owner.sudo('systemctl stop keepalived');
    try {
      await expect('the virtual IP at its heir', named.virtualIp, host, named.virtualIp);
    } finally {
      await owner.sudo('systemctl start keepalived');
    }
    await oneOwner(lab, named);
    await isVerified(lab, named, version);
    await run(lab, home, version, true);
    for (const { name, address } of lab.boards) {
      if ((await ask(address, host, 'A')) !== undefined) throw new Error(`${name} still answers`);
    }
  } finally {
    provider.close();
  }
}

/** `verify` finds nothing wrong with the names, and what is, when a name server ends. */
async function isVerified(lab, named, version) {
  const ofNames = (all) => all.filter(({ what }) => what.includes('names'));
  const well = ofNames(await found(lab, named, version));
  // The service, the names and the others of each board, and the names at the virtual IP.
  const isWell = well.length === 3 * lab.boards.length + 1 && well.every(({ state }) => state === 'ok');
  if (!isWell) throw new Error(`verify says of names that are well: ${JSON.stringify(well, null, 1)}`);
  const [ill] = lab.boards;
  await ill.sudo(`systemctl stop ${unit}`);
  try {
    const wrong = ofNames(await found(lab, named, version)).filter(({ state }) => state === 'wrong');
    const isFound = (what) => wrong.some((it) => it.board === ill.name && it.what === what);
    if (!isFound(unit) || !isFound(`names at ${ill.address}`)) {
      throw new Error(`verify does not find that ${unit} of ${ill.name} is stopped: ${JSON.stringify(wrong, null, 1)}`);
    }
  } finally {
    await ill.sudo(`systemctl start ${unit}`);
  }
}

/** Runs the roles that make a name server reachable, which change something on every board, or nothing on any. */
async function run(lab, home, version, changes) {
  const boards = lab.boards.map(({ name }) => name);
  const { code, output, changed } = await home.roles(boards.join(), ['firewall', 'names'], version);
  const isRight = code === 0 && boards.every((name) => (changes ? changed[name] > 0 : changed[name] === 0));
  if (!isRight) throw new Error(`it should change ${changes ? 'something' : 'nothing'} on each board:\n${output}`);
}

/** Asks until the answer is right. */
async function expect(what, server, name, address) {
  const end = Date.now() + patience * 1000;
  for (;;) {
    const answer = await ask(server, name, 'A');
    if (answer?.length === 1 && answer[0] === address) return;
    if (Date.now() > end) throw new Error(`${what}: ${server} says that ${name} is ${answer}, not ${address}`);
    await sleep(0.5);
  }
}

/** The name server of the provider, at the gateway of the boards: all names have one address. */
async function startProvider(address) {
  const socket = createSocket('udp4');
  socket.on('message', (question, { port, address: asker }) => {
    // A question has one name, from the 13th byte on, and 4 bytes after its end (RFC 1035, section 4.1).
    const end = question.indexOf(0, 12) + 5;
    const isAddress = question.readUInt16BE(end - 4) === 1;
    const header = Buffer.from(question.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(isAddress ? 1 : 0, 6);
    header.fill(0, 8);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...outside.split('.').map(Number)]);
    socket.send(Buffer.concat([header, question.subarray(12, end), ...(isAddress ? [record] : [])]), port, asker);
  });
  socket.bind(53, address);
  await once(socket, 'listening');
  return socket;
}
