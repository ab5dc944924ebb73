// Boards with shares are found by computers that look for file servers.
import { fileURLToPath } from 'node:url';
import { succeed } from '../tools/process.mjs';
import { sleep } from '../tools/sleep.mjs';
import { withDisks } from './folder-disks.mjs';
import { accepted } from './home.mjs';
import { gateway } from './network.mjs';
import { oneOwner } from './virtual-ip.mjs';

/** @typedef {import('./lab.mjs').Lab} Lab */
/** @typedef {import('./home.mjs').LabHome} Home */

const program = fileURLToPath(new URL('discover.py', import.meta.url));

/** The board with shares. */
export const board = 'oak';

/** The config of a home whose board has a share of each kind. */
export function withShares(config) {
  return {
    ...withDisks(config, [board]),
    people: [{ name: 'alice', uid: 2001 }],
    shares: [
      { name: 'photos', on: [`${board}/data`], people: ['alice'] },
      { name: 'macs', on: [`${board}/data`], people: ['alice'], timeMachine: { size: '1GiB' } },
      { name: 'games', on: [`${board}/archive`], smb: false, nfs: { clients: [config.network.subnet] } },
    ],
  };
}

/** The same home, which keeps silent. */
export function withoutDiscovery(config) {
  const shared = withShares(config);
  return { ...shared, network: { ...shared.network, discovery: false } };
}

/**
 * A board is found by mDNS and by WS-Discovery with what it serves; a second run changes nothing; a home that does not
 * want it is silent.
 * @param {Lab} lab @param {Home} home with shares; @param {Home} silent the same, which does not announce them
 * @param {string} version of ansible-core
 */
export async function sharesAreFound(lab, home, silent, version) {
  const { name, address } = lab.board(board);
  // Of its two addresses, only its own is announced.
  const others = lab.boards.filter((it) => it.name !== name);
  for (const it of others) await it.sudo('systemctl stop keepalived');
  try {
    const owner = await oneOwner(lab, home);
    if (owner !== name) throw new Error(`${owner} has the virtual IP, and its keepalived is stopped`);
    await isHeard(lab, home, name, address, version);
  } finally {
    for (const it of others) await it.sudo('systemctl start keepalived');
  }
  await run(silent, name, version, /changed=[1-9]/);
  const heard = Object.values(await listen(lab)).flat();
  if (heard.length > 0) throw new Error(`${heard.map(([from]) => from).join(', ')} still announce themselves`);
}

/** A board is found that has the virtual IP, by the address that is its own. */
async function isHeard(lab, home, name, address, version) {
  await run(home, name, version, /changed=[1-9]/);
  await run(home, name, version, /changed=0 /);
  // What announces shares is no stranger to the look before the next run. The disks of this home are not there.
  const accept = JSON.stringify({ preflight_accept: accepted, usb_storage_disks: [] });
  const looked = await home.roles(name, ['preflight'], version, ['-e', accept]);
  if (looked.code !== 0) throw new Error(`preflight refuses the board:\n${looked.output}`);
  const expected = {
    '_smb._tcp': [name, addressBytes(address)],
    '_device-info._tcp': ['model=MacSamba'],
    '_adisk._tcp': ['dk0=adVN=macs,adVF=0x82'],
    '_nfs._tcp': ['path=/games'],
    wsd: ['ProbeMatches'],
  };
  const missing = await eventually(async () => {
    const heard = await listen(lab);
    return Object.entries(expected).flatMap(([type, texts]) => {
      // The owner of the virtual IP may answer from it.
      const answers = heard[type].map(([, text]) => text);
      return texts.filter((text) => !answers.some((answer) => answer.includes(text))).map((text) => `${type}: ${text}`);
    });
  });
  if (missing.length > 0) throw new Error(`${name} does not announce ${missing.join(', ')}`);
  const [[, told]] = (await listen(lab))['_smb._tcp'];
  if (told.includes(addressBytes(home.virtualIp))) throw new Error(`${name} has the virtual IP for its own address`);
}

/** An address, as it stands in an answer of DNS. */
function addressBytes(address) {
  return String.fromCharCode(...address.split('.').map(Number));
}

/** What a computer hears that has the address of the gateway. */
async function listen(lab) {
  return JSON.parse((await succeed('python3', [program, lab.network.address(gateway)])).stdout);
}

/** Until nothing is missing any more; Avahi takes some seconds to be sure that its names are free. */
async function eventually(missing) {
  for (let tries = 1; ; tries += 1) {
    const left = await missing();
    if (left.length === 0 || tries === 4) return left;
    await sleep(2);
  }
}

/** Runs the roles that make a board heard. */
async function run(home, name, version, wanted) {
  const { code, output } = await home.roles(name, ['firewall', 'discovery'], version);
  if (code !== 0 || !wanted.test(output)) throw new Error(`${wanted} is not in\n${output}`);
}
