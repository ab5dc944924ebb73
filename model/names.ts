import * as z from 'zod';
import type { Config } from './config.ts';
import type { Names } from './facts/names.ts';
import type { HostName } from './model.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';

export const namesOptions = z.strictObject({
  by: z
    .enum(['router', 'boards'])
    .default('router')
    .describe(
      'Who answers devices at home when they ask for a host name. `router`: your router, or another name server that you have; you write the records into it, and `homecloud report names` lists them. `boards`: a small name server on the servers, at the virtual IP; you tell the router once to give that address to all devices.',
    ),
});

const namesOutliveABoard = rule({
  code: 'DNS002',
  severity: 'warning',
  title: 'the name server of the home outlives a board',
  reason: 'while the one server is down or restarts, no device at home finds anything, the internet included',
  reads: ['names.by'],
  readsAll: ['boards[].role'],
  *check({ names, boards }) {
    const servers = boards.filter(({ role }) => role === 'server').length;
    // A home without a server is another mistake.
    if (names.by !== 'boards' || servers !== 1) return;
    yield {
      path: ['names', 'by'],
      other: ['boards'],
      message: 'is boards, and one server alone would answer for all devices at home',
      hint: "write by: 'router', or have three servers",
    };
  },
});

/** Every host name leads to the virtual IP, whoever owns it. */
export function planNames({ names, network }: Config, hostNames: readonly HostName[]): Names {
  const hosts = new Set(hostNames.map(({ host }) => host));
  return { by: names.by, records: [...hosts].sort().map((host) => ({ host, address: network.virtualIp })) };
}

export const names: Slice = {
  name: 'names',
  rules: [namesOutliveABoard],
  requirements: ({ names }, board) =>
    names.by === 'boards' && board.role === 'server'
      ? {
          ports: [
            { port: 53, protocol: 'tcp', from: 'home', purpose: 'names of the home, long answers (dnsmasq)' },
            { port: 53, protocol: 'udp', from: 'home', purpose: 'names of the home (dnsmasq)' },
          ],
        }
      : {},
};
