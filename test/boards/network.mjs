// The network of a lab: one bridge, in a subnet that nothing else on this machine uses.
import { spawnSync } from 'node:child_process';
import { succeed } from '../tools/process.mjs';

/**
 * @typedef {object} Network
 * @property {string} bridge
 * @property {string} subnet as `10.100.7.0/24`
 * @property {(host: number) => string} address the address that ends with a number
 */

/** The end of the address that this machine has on the bridge: the gateway of the boards. */
export const gateway = 1;

/** The bridge of the lab of a process. At most 15 characters (IFNAMSIZ), also with a pid of 7 digits. */
export const bridgeOf = (pid) => `hclab${pid}`;

/**
 * Makes the bridge of a lab.
 * @param {number} pid of the lab
 * @returns {Promise<Network>}
 */
export async function makeNetwork(pid) {
  const used = await usedSubnets();
  // 10.64.0.0 to 10.127.255.0; other labs begin to look at another place.
  const candidates = Array.from({ length: 64 * 256 }, (_, index) => (pid + index) % (64 * 256));
  const free = candidates
    .map((index) => `10.${64 + Math.floor(index / 256)}.${index % 256}`)
    .find((prefix) => !used.some(({ address, bits }) => overlaps(toNumber(`${prefix}.0`), 24, address, bits)));
  if (free === undefined) throw new Error('this machine uses all of 10.64.0.0/10: no subnet is left for a lab');
  const bridge = bridgeOf(pid);
  await succeed('ip', ['link', 'add', bridge, 'type', 'bridge']);
  await succeed('ip', ['address', 'add', `${free}.${gateway}/24`, 'dev', bridge]);
  await succeed('ip', ['link', 'set', bridge, 'up']);
  return { bridge, subnet: `${free}.0/24`, address: (host) => `${free}.${host}` };
}

/** Removes a bridge, at once. */
export function removeBridge(bridge) {
  spawnSync('ip', ['link', 'delete', bridge], { stdio: 'ignore' });
}

/** The bridges of labs that are there, with the pids of their labs. */
export async function bridges() {
  const { stdout } = await succeed('ip', ['-json', 'link', 'show', 'type', 'bridge']);
  return JSON.parse(stdout || '[]').flatMap(({ ifname }) => {
    const pid = /^hclab(\d+)$/.exec(ifname ?? '')?.[1];
    return pid === undefined ? [] : [{ bridge: ifname, pid: Number(pid) }];
  });
}

/** All subnets that this machine routes, in any table. */
async function usedSubnets() {
  const { stdout } = await succeed('ip', ['-json', '-4', 'route', 'show', 'table', 'all']);
  return (
    JSON.parse(stdout || '[]')
      .filter(({ dst }) => dst !== 'default')
      .map(({ dst }) => {
        const [address, bits = '32'] = dst.split('/');
        return { address: toNumber(address), bits: Number(bits) };
      })
      // Halves of everything are a default route, as VPNs write it.
      .filter(({ bits }) => bits > 1)
  );
}

function toNumber(address) {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function overlaps(one, oneBits, other, otherBits) {
  const size = 2 ** (32 - Math.min(oneBits, otherBits));
  return Math.floor(one / size) === Math.floor(other / size);
}
