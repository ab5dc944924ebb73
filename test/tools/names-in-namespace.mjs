// Runs dnsmasq on one configuration in an empty network namespace, which it is started in, and asks it, and lets the program
// of the role verify look at it, where it is told which. Ends with an error that says what was answered wrongly.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask-name-server.mjs';
import { run, succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

const [file, check, look] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const values = (key) => [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value);
const [own, virtualIp] = values('listen-address');
const [nameserver] = values('server');
const records = values('address').map((value) => value.split('/').slice(1));
assert.ok(own && virtualIp && nameserver && records.length > 0, text);

const ip = (...args) => succeed('ip', args);
await ip('link', 'set', 'lo', 'up');
await ip('link', 'add', 'home', 'type', 'veth', 'peer', 'name', 'wire');
for (const link of ['home', 'wire']) await ip('link', 'set', link, 'up');
await ip('address', 'add', `${own}/32`, 'dev', 'home');
await ip('address', 'add', `${nameserver}/32`, 'dev', 'lo');
for (const address of [own, virtualIp]) await ip('route', 'replace', `${address}/32`, 'dev', 'home').catch(() => {});

/** The world outside: it has another answer for every name. */
let outside = dnsmasqOutside(['--address=/#/203.0.113.9', '--address=/#/2001:db8::9']);
let home = dnsmasq([`--conf-file=${file}`]);
try {
  for (const address of [nameserver, own]) await waitFor(address);
  for (const [host, address] of records) {
    assert.deepEqual(await ask(own, host, 'A'), [address], `${host}, A`);
    // Else a phone with IPv6 goes past the home, to what the public zone says.
    assert.deepEqual(await ask(own, host, 'AAAA'), [], `${host}, AAAA`);
    assert.deepEqual(await ask(own, `below.${host}`, 'A'), [address], `below.${host}, A`);
  }
  assert.deepEqual(await ask(own, 'www.example.com', 'A'), ['203.0.113.9'], 'a name outside, A');
  assert.deepEqual(await ask(own, 'www.example.com', 'AAAA'), ['2001:db8::9'], 'a name outside, AAAA');

  const [[host, address]] = records;
  assert.equal(await ask(virtualIp, host, 'A'), undefined, 'the virtual IP is away');
  await ip('address', 'add', `${virtualIp}/32`, 'dev', 'home');
  await waitFor(virtualIp);
  assert.deepEqual(await ask(virtualIp, host, 'A'), [address], 'the virtual IP is here');
  if (look !== undefined) await verifyBoth();
  await ip('address', 'delete', `${virtualIp}/32`, 'dev', 'home');
  assert.equal(await ask(virtualIp, host, 'A'), undefined, 'the virtual IP is away again');
  assert.deepEqual(await ask(own, host, 'A'), [address], 'the board still answers');

  await frozen();
  if (look !== undefined) await verifyWithoutOthers();
  assert.equal(home.process.exitCode, null, home.said());
} finally {
  for (const one of [home, outside]) one?.process.kill('SIGKILL');
}

/** The role verify sees that both addresses answer, and a name that leads elsewhere. */
async function verifyBoth() {
  const [[host, address]] = records;
  const fine = [own, virtualIp].map((server) => ['ok', `names at ${server}`, `${records.length} lead to the home`]);
  assert.deepEqual(await verify(), [...fine, ['ok', 'other names', 'are asked of others']], 'verify, all is well');
  const moved = { ...Object.fromEntries(records), [host]: '203.0.113.1' };
  const [[state, , text]] = await verify(moved);
  assert.deepEqual([state, text], ['wrong', `${host} leads to ${address}`], 'verify, a name that leads elsewhere');
}

/** What keepalived asks before a board owns the virtual IP tells a name server that is frozen from one that works. */
async function frozen() {
  // The function alone: there is no API server here.
  const [body] = /^names_answer\(\) \{$.*?^\}$/ms.exec(readFileSync(check, 'utf8')) ?? [];
  const answers = async () => (await run('sh', ['-c', `${body}\nnames_answer ${own}`])).code === 0;
  assert.equal(await answers(), true, 'keepalived, the name server answers');
  home.process.kill('SIGSTOP');
  assert.equal(await answers(), false, 'keepalived, the name server is frozen');
  home.process.kill('SIGCONT');
  assert.equal(await answers(), true, 'keepalived, the name server goes on');
}

/** It sees a name server that asks the home back, and one that is away. */
async function verifyWithoutOthers() {
  await again(() => dnsmasqOutside([`--server=${own}`]));
  await says(home, 'query loop detected');
  const [, looping] = await verify();
  assert.match(looping.join(' '), new RegExp(`^wrong other names ${nameserver} asks this name server back: `));

  await again(() => undefined);
  const [answers, silent] = await verify();
  assert.equal(answers[0], 'ok', 'verify, the home answers without the others');
  assert.match(silent.join(' '), /^wrong other names none of network.nameservers answers/);
}

/** The name server of others, in the place of the router's. */
function dnsmasqOutside(args) {
  const listen = ['--bind-interfaces', `--listen-address=${nameserver}`];
  return dnsmasq(['--conf-file=/dev/null', '--no-resolv', '--no-hosts', ...listen, ...args]);
}

/** Another name server of others, or none; that of the home starts after it, and so asks whether they ask it back. */
async function again(start) {
  for (const one of [home, outside]) {
    one.process.kill('SIGKILL');
    await one.ended;
  }
  outside = start();
  if (outside !== undefined) await says(outside, 'started');
  home = dnsmasq([`--conf-file=${file}`]);
  await waitFor(own);
}

/** What the program of the role verify says of names, on a board whose systemd says that all services run. */
async function verify(names = Object.fromEntries(records)) {
  const folder = newFolder('verify');
  const standIn = (name, output) =>
    writeFileSync(join(folder, name), `#!/bin/sh\ncat <<'END'\n${output}\nEND\n`, { mode: 0o755 });
  standIn('systemctl', 'active');
  standIn('journalctl', home.said());
  const wanted = { name: 'oak', version: '', servers: [], nodes: [], mount_points: {}, snapshot_hours: 24 };
  const input = { ...wanted, address: own, virtual_ip: virtualIp, may_own_virtual_ip: true, names };
  const { stdout } = await succeed('python3', [look], {
    input: JSON.stringify(input),
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
  });
  return JSON.parse(stdout).seen.filter(([, what]) => /names/.test(what) && !what.endsWith('.service'));
}

/** Starts dnsmasq as the unit of the role does. */
function dnsmasq(args) {
  // The account that it changes to is that of root here, the only one of the namespace. The last one counts.
  const all = ['--keep-in-foreground', ...args, '--pid-file=', '--log-facility=-', '--user=root', '--group='];
  const started = spawn('dnsmasq', all, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => (output += chunk));
  started.on('error', (error) => {
    console.error(error.code === 'ENOENT' ? 'dnsmasq is missing: apt-get install dnsmasq-base' : error);
    process.exit(1);
  });
  return { process: started, said: () => output, ended: once(started, 'exit') };
}

/** Waits until a dnsmasq says something, 10 seconds at most. */
async function says({ said }, text) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (said().includes(text)) return;
    await sleep(100);
  }
  throw new Error(`dnsmasq does not say "${text}": ${said()}`);
}

/** Waits until a name server answers at an address, 10 seconds at most. */
async function waitFor(address) {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await ask(address, records[0][0], 'A')) !== undefined) return;
    await sleep(100);
  }
  throw new Error(`nobody answers at ${address}: ${home.said()}`);
}
