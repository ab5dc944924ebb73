// The tasks that keep the quorum, with servers of this machine's loopback that say whether they are ready.
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { runTasks } from './ansible.mjs';
import { newFolder } from './scratch.mjs';
import { certificate, makeAuthority, network } from './tls.mjs';

/**
 * A server restarts where all are ready, also where there are but two, and not while it is missed.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function quorumIsKept(version, home) {
  const data = newFolder('quorum');
  const tls = join(data, 'server/tls');
  mkdirSync(tls, { recursive: true });
  const ca = join(tls, 'server-ca.crt');
  await makeAuthority(ca);
  const address = (name) => `${network}.${['oak', 'elm', 'fir'].indexOf(name) + 1}`;
  const client = await certificate(ca, address('oak'));
  writeFileSync(join(tls, 'client-admin.crt'), client.cert);
  writeFileSync(join(tls, 'client-admin.key'), client.key);
  const servers = [];
  const restart = (names) =>
    runTasks(version, home, 'k3s', 'quorum', {
      k3s_data: data,
      k3s_members: names.map((name) => ({ name, address: address(name) })),
    });
  try {
    for (const name of ['oak', 'elm']) {
      const server = createServer(await certificate(ca, address(name)), (_, response) => response.end('ok'));
      servers.push(server);
      server.listen(6443, address(name));
      await once(server, 'listening');
    }
    const two = await restart(['oak', 'elm']);
    if (two.code !== 0) throw new Error(`one of two that are ready should restart:\n${two.output}`);
    const three = await restart(['oak', 'elm', 'fir']);
    if (three.code === 0 || !/oak must restart k3s, and fir is not ready/.test(three.output.replace(/\s+/g, ' ')))
      throw new Error(`it should be missed:\n${three.output}`);
  } finally {
    for (const server of servers) server.close();
  }
}
