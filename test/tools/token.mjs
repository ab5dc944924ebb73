// The tasks that give the cluster a new token, on two machines of this machine's loopback: a server of the cluster, and one
// that only says that it is.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { dirname, join } from 'node:path';
import { runTasks } from './ansible.mjs';
import { newFolder } from './scratch.mjs';
import { certificate, makeAuthority, network } from './tls.mjs';

const [real, stranger] = [`${network}.1`, `${network}.2`];
const [before, after] = ['token-of-before', 'token-of-after'];

/**
 * The server gets the new token; whoever cannot prove that it is one gets neither of the two.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function tokenIsKept(version, home) {
  await withServers(async (data, server, impostor) => {
    const all = newServers();
    server.onPut = () => all.notes.map((note) => noteOf(note));
    const { code, output } = await giveToken(version, home, data, all);
    if (code !== 0) throw new Error(output);
    const heard = impostor.heard.filter(({ authorization }) => authorization !== undefined);
    if (heard.length > 0) throw new Error(`it told a stranger a token: ${JSON.stringify(heard)}`);
    const changes = server.changes().map(({ body, noted }) => ({ ...JSON.parse(body), noted }));
    // Every server has it on its disk before the cluster has it.
    const note = `600 ${after}`;
    if (JSON.stringify(changes) !== JSON.stringify([{ newToken: after, noted: [note, note] }]))
      throw new Error(`the server was told ${JSON.stringify(changes)}:\n${output}`);
    const without = await giveToken(version, home, data, newServers(), { k3s_board: { has_ca: false, files: {} } });
    if (without.code === 0 || !/Nothing was sent/.test(without.output)) throw new Error(without.output);
  });
}

/**
 * The cluster gets no token that a server would not get, and is found again after a run that was killed and a power cut.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function tokenReachesAll(version, home) {
  const hash = (token) => createHash('sha256').update(`${token}\n`).digest('hex');
  await withServers(async (data, server) => {
    const refused = async (says, files, variables, options) => {
      const servers = newServers();
      const board = { has_ca: true, files: Object.fromEntries(servers.notes.map((note) => [note, files])) };
      const { code, output } = await giveToken(
        version,
        home,
        data,
        servers,
        { k3s_board: board, ...variables },
        options,
      );
      const said = output.replace(/\s+/g, ' ');
      if (says === undefined ? code !== 0 : code === 0 || !says.test(said)) throw new Error(`not ${says}:\n${output}`);
      if (says !== undefined && servers.notes.some((note) => existsSync(note))) throw new Error('it left a note');
      if (server.changes().length > 0) throw new Error(`the cluster was told a token:\n${output}`);
    };
    await refused(
      /elm would not get it in this run: .* run the playbook site without --limit/,
      '',
      {},
      { hosts: 'oak' },
    );
    await refused(/was changed twice: .*Nothing was changed/, hash('another token'));
    // After the power cut nobody answers.
    const away = { k3s_servers: [{ name: 'oak', address: `${network}.3` }] };
    const silent = { programs: journalctl('exit 1') };
    const speaking = { programs: journalctl("echo 'bootstrap data already found and encrypted with different token'") };
    await refused(/no server answers that knows either/, hash(after), away, silent);
    await refused(/no server answers that knows either/, '', away, speaking);
    await refused(undefined, hash(after), away, speaking);
  });
}

/** A stand-in for what k3s wrote down. @returns {string} its folder */
function journalctl(script) {
  const folder = newFolder('journalctl');
  const only =
    '[ "$*" = "--unit=k3s --since=-10min --lines=1 --quiet --output=cat --grep=encrypted with different token" ]';
  writeFileSync(join(folder, 'journalctl'), `#!/bin/sh\n${only} || exit 2\n${script}\n`, { mode: 0o755 });
  return folder;
}

/** A server of the cluster, and one that only says so. */
async function withServers(work) {
  const data = newFolder('token');
  const ca = join(data, 'server/tls/server-ca.crt');
  mkdirSync(dirname(ca), { recursive: true });
  await makeAuthority(ca);
  await makeAuthority(join(data, 'other.crt'));
  const server = await listen(real, await certificate(ca, real));
  const impostor = await listen(stranger, await certificate(join(data, 'other.crt'), stranger));
  try {
    await work(data, server, impostor);
  } finally {
    for (const { stop } of [server, impostor]) stop();
  }
}

/** Knows the token of before, and keeps what it hears. */
async function listen(address, tls) {
  const heard = [];
  const it = { heard, onPut: () => [], changes: () => heard.filter(({ method }) => method === 'PUT') };
  const server = createServer(tls, async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, headers } = request;
    const noted = method === 'PUT' ? it.onPut() : [];
    heard.push({ method, authorization: headers.authorization, body: Buffer.concat(chunks).toString(), noted });
    const known = `Basic ${Buffer.from(`server:${before}`).toString('base64')}`;
    response.writeHead(headers.authorization === known ? 200 : 401, { connection: 'close' }).end('{}');
  });
  server.listen(6443, address);
  await once(server, 'listening');
  return Object.assign(it, { stop: () => server.close() });
}

/** Two servers with the token of before. @returns {{ path: string, notes: string[] }} `path`: for Ansible */
function newServers() {
  const folder = newFolder('token');
  const paths = ['elm', 'oak'].map((name) => join(folder, name));
  for (const path of paths) writeFileSync(path, `${before}\n`);
  return { path: join(folder, '{{ inventory_hostname }}'), notes: paths.map((path) => `${path}.new`) };
}

/** A note, with its rights. */
function noteOf(path) {
  return existsSync(path)
    ? `${(statSync(path).mode & 0o777).toString(8)} ${readFileSync(path, 'utf8').trim()}`
    : 'none';
}

/** Runs the tasks on servers whose state is in a folder. */
function giveToken(version, home, data, { path }, more = {}, options = {}) {
  const variables = {
    k3s_data: data,
    k3s_board: { has_ca: true, files: {} },
    k3s_token_file: { path, content: `${after}\n` },
    k3s_token: after,
    k3s_servers: [
      { name: 'elm', address: stranger },
      { name: 'oak', address: real },
    ],
    ...more,
  };
  return runTasks(version, home, 'k3s', 'token', variables, { hosts: 'elm:oak', ...options });
}
