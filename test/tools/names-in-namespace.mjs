// Runs dnsmasq on one configuration in an empty network namespace, which it is started in, and asks it. Ends with an error
// that says what it answered wrongly.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { succeed } from './process.mjs';

const [file] = process.argv.slice(2);
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
const outside = dnsmasq([
  '--conf-file=/dev/null',
  '--no-resolv',
  '--no-hosts',
  '--bind-interfaces',
  `--listen-address=${nameserver}`,
  '--address=/#/203.0.113.9',
  '--address=/#/2001:db8::9',
]);
const home = dnsmasq([`--conf-file=${file}`]);
try {
  await waitFor(own);
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
  await ip('address', 'delete', `${virtualIp}/32`, 'dev', 'home');
  assert.equal(await ask(virtualIp, host, 'A'), undefined, 'the virtual IP is away again');
  assert.deepEqual(await ask(own, host, 'A'), [address], 'the board still answers');
} finally {
  for (const { process } of [home, outside]) process.kill('SIGKILL');
}
assert.equal(home.process.exitCode, null, home.said());

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
  return { process: started, said: () => output };
}

/** What a name server answers; `undefined` where nobody answers. */
async function ask(server, name, type) {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([server]);
  try {
    return await resolver.resolve(name, type);
  } catch ({ code }) {
    if (code === 'ENODATA') return [];
    if (['ETIMEOUT', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH'].includes(code)) return undefined;
    return [code];
  }
}

/** Waits until a name server answers at an address, 10 seconds at most. */
async function waitFor(address) {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await ask(address, records[0][0], 'A')) !== undefined) return;
    await sleep(100);
  }
  throw new Error(`nobody answers at ${address}: ${home.said()}`);
}
