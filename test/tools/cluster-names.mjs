// CoreDNS on the ConfigMap that k3s mounts beside its own configuration: pods find the home, and all else as before.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { load } from 'js-yaml';
import { ask } from './ask-name-server.mjs';
import { tool } from './install.mjs';
import { newFolder } from './scratch.mjs';

/** What the world outside says of every name. */
const outside = { A: '203.0.113.9', AAAA: '2001:db8::9', TXT: 'of the outside' };

/**
 * Pods find each host name of the home, what is below it outside, and a new name without a restart of CoreDNS.
 * @param {import('./homes.mjs').Home} home
 */
export async function clusterNames({ dist }) {
  const file = join(dist, 'kubernetes/configs/names/configmap-coredns-custom.yaml');
  const records = existsSync(file) ? recordsOf(load(readFileSync(file, 'utf8')).data) : [];
  if (records.length === 0) throw new Error('the home has no host names');
  const [[host]] = records;
  const challenge = `_acme-challenge.${host}`;
  await withCoreDns(load(readFileSync(file, 'utf8')).data, challenge, async (server, change) => {
    for (const [name, address] of records) {
      assert.deepEqual(await ask(server, name, 'A'), [address], `${name}, A`);
      assert.deepEqual(await ask(server, name, 'AAAA'), [], `${name}, AAAA`);
    }
    // An authority of the public asks there, and cert-manager looks first whether it will find what it asks for.
    assert.deepEqual(await ask(server, challenge, 'TXT'), [[outside.TXT]], 'the challenge');
    assert.deepEqual(await ask(server, 'www.example.com', 'A'), [outside.A], 'a name outside, A');
    assert.deepEqual(await ask(server, 'www.example.com', 'AAAA'), [outside.AAAA], 'a name outside, AAAA');
    change((text) => text.replaceAll(host, 'another.example.net'));
    for (let tries = 0; (await ask(server, 'another.example.net', 'A'))?.[0] !== records[0][1]; tries += 1) {
      if (tries > 100) throw new Error('CoreDNS does not read what has changed');
      await sleep(100);
    }
  });
}

/** What CoreDNS does not understand is found. */
export async function clusterNamesRefuse() {
  const wrong = 'a.example.org {\n    hosts {\n        fallthrough\n        192.0.2.1 a.example.org\n    }\n}\n';
  await assert.rejects(
    withCoreDns({ 'home.server': wrong }, 'a.example.org', async () => {}),
    /unknown property '192.0.2.1'/,
  );
}

/** The lines of `hosts`: name and address. */
function recordsOf(data) {
  return Object.values(data).flatMap((text) =>
    [...text.matchAll(/^ +(\d[\d.]+) (\S+)$/gm)].map(([, address, host]) => [host, address]),
  );
}

/**
 * Runs CoreDNS as k3s does (its manifests/coredns.yaml), without the plugins that ask Kubernetes or serve it, while `work`
 * asks it; it looks for changes more often.
 */
async function withCoreDns(data, challenge, work) {
  const folder = newFolder('coredns');
  const [port, outsidePort] = [await freePort(), await freePort()];
  const others = (text) => text.replaceAll('forward . /etc/resolv.conf', `forward . 127.0.0.1:${outsidePort}`);
  mkdirSync(join(folder, 'custom'));
  const write = (change = (text) => text) => {
    for (const [key, text] of Object.entries(data)) writeFileSync(join(folder, 'custom', key), others(change(text)));
  };
  write();
  writeFileSync(join(folder, 'NodeHosts'), '192.0.2.1 oak\n');
  const lines = ['errors', `hosts ${folder}/NodeHosts {\n ttl 60\n reload 15s\n fallthrough\n }`, 'prometheus :0'];
  const plugins = [...lines, others('forward . /etc/resolv.conf'), 'cache 30', 'loop', 'reload 2s 1s', 'loadbalance'];
  const main = `.:${port} {\n${plugins.join('\n')}\nimport ${folder}/custom/*.override\n}\nimport ${folder}/custom/*.server\n`;
  writeFileSync(join(folder, 'Corefile'), main);
  const answers = [`--address=/#/${outside.A}`, `--address=/#/${outside.AAAA}`];
  const programs = [
    start('dnsmasq', [
      ...[
        '--keep-in-foreground',
        '--conf-file=/dev/null',
        '--no-resolv',
        '--no-hosts',
        '--pid-file=',
        '--bind-interfaces',
      ],
      ...[
        '--listen-address=127.0.0.1',
        `--port=${outsidePort}`,
        ...answers,
        `--txt-record=${challenge},${outside.TXT}`,
      ],
    ]),
    start(join(await tool('coredns'), 'coredns'), ['-conf', join(folder, 'Corefile'), '-dns.port', String(port)]),
  ];
  const server = `127.0.0.1:${port}`;
  let isOver = false;
  const asked = async () => {
    while (!isOver && (await ask(server, 'oak', 'A'))?.[0] !== '192.0.2.1') await sleep(100);
    if (!isOver) await work(server, write);
  };
  try {
    await Promise.race([asked(), ...programs.map(({ ended }) => ended)]);
  } finally {
    isOver = true;
    for (const { process } of programs) process.kill('SIGKILL');
  }
}

/** A program that must not end by itself. */
function start(command, args) {
  const started = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = once(started, 'close').then(
    () => Promise.reject(new Error(`${command} ended:\n${output}`)),
    (error) =>
      Promise.reject(
        error.code === 'ENOENT' ? new Error(`${command} is missing: apt-get install ${command}-base`) : error,
      ),
  );
  // It ends when it is told to, too.
  ended.catch(() => {});
  return { process: started, ended };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
