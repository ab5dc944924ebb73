// The cache with our configuration, our start script and our probe. Debian has Valkey from release 13 on; before, its Redis
// 7, which Valkey was made of, stands in its place under its names.
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../dnas/until.mjs';
import { run } from '../tools/process.mjs';
import { sleep } from '../tools/sleep.mjs';
import {
  bytesOf,
  containerOf,
  expect,
  filesOf,
  freePort,
  needPrograms,
  runAsAccount,
  Sandbox,
  Service,
  withOne,
} from './service.mjs';

export const password = 'cafe0123456789abcdef';

/** The cache as the pod has it. */
export class Cache {
  /** @type {Service | undefined} */
  service;

  static async make() {
    const cache = new Cache();
    cache.port = await freePort();
    cache.sandbox = new Sandbox({
      'port 6379': `port ${cache.port}`,
      '-p 6379': `-p ${cache.port}`,
      'bind 0.0.0.0': 'bind 127.0.0.1',
    });
    const { sandbox } = cache;
    for (const path of ['/etc/homecloud', '/run/cache', '/run/secrets/cache']) sandbox.folder(path);
    sandbox.write(filesOf('cache'), '/etc/homecloud');
    sandbox.secret('/run/secrets/cache/cache-password', password);
    cache.env = { PATH: `${await programs(sandbox)}:${process.env.PATH}` };
    return cache;
  }

  start() {
    const { command } = containerOf('cache', 'valkey');
    this.service = new Service(
      command.map((word) => this.sandbox.text(word)),
      this.env,
    );
    return until('the probe succeeds', async () => (await this.probe()).code === 0 || this.service.output, 20);
  }

  probe() {
    const { exec } = containerOf('cache', 'valkey').readinessProbe;
    return runAsAccount(
      exec.command.map((word) => this.sandbox.text(word)),
      { env: this.env },
    );
  }

  async ask(words, secret = password) {
    const env = { ...process.env, ...this.env, ...(secret && { REDISCLI_AUTH: secret, VALKEYCLI_AUTH: secret }) };
    const { stdout, stderr } = await run('valkey-cli', ['--no-auth-warning', '-p', `${this.port}`, ...words], { env });
    return `${stdout}${stderr}`.trim();
  }

  async remove() {
    await this.service?.kill();
    this.sandbox.remove();
  }
}

/** A folder with the programs of the image, for the front of PATH. */
async function programs(sandbox) {
  const folder = join(sandbox.root, 'bin');
  mkdirSync(folder);
  if ((await run('sh', ['-c', 'command -v valkey-server'])).code === 0) return folder;
  // The server, its client and its tools are one program each that goes by its name.
  await needPrograms({ 'redis-cli': 'redis-tools', 'redis-check-rdb': 'redis-tools' });
  symlinkSync('/usr/bin/redis-check-rdb', join(folder, 'valkey-server'));
  symlinkSync('/usr/bin/redis-cli', join(folder, 'valkey-cli'));
  return folder;
}

const withCache = withOne(Cache);

async function starts(cache) {
  expect((await cache.probe()).code !== 0, 'the probe succeeds before it is started');
  await cache.start();
  expect((await cache.ask(['set', 'a', '1'])) === 'OK', 'it takes no value');
  expect(/NOAUTH/.test(await cache.ask(['get', 'a'], '')), 'it gives a value without a password');
  expect(/WRONGPASS|NOAUTH/.test(await cache.ask(['get', 'a'], 'wrong')), 'it gives a value with a wrong password');
  const seen = `${await cache.service.processes()}${cache.service.output}`;
  expect(!seen.includes(password), `the password is seen:\n${seen}`);
  cache.sandbox.secret('/run/secrets/cache/cache-password', 'another0123');
  expect((await cache.probe()).code !== 0, 'the probe succeeds with a wrong password');
  return /(redis|valkey)_version:\S+/.exec(await cache.ask(['info', 'server']))?.[0];
}

/** What has an end goes, the longest unused first; nothing is refused, and a lock that was just taken stays. */
async function isFull(cache) {
  await cache.start();
  const limit = bytesOf(containerOf('cache', 'valkey').resources.limits.memory);
  const script = `for i = 1, 2000 do redis.call('set', 'old' .. ARGV[1] .. ':' .. i, string.rep('x', 1000), 'EX', 3600) end`;
  const write = async (round) => {
    const answer = await cache.ask(['eval', script, '0', `${round}`]);
    expect(answer === '', `it refuses to write: ${answer}`);
  };
  for (let round = 0; round < 50; round += 1) await write(round);
  // How long something is unused is counted in whole seconds.
  await sleep(3);
  for (let round = 50; round < 60; round += 1) {
    expect((await cache.ask(['set', 'lock', '1', 'EX', '3600'])) === 'OK', 'the lock is refused');
    await write(round);
    expect((await cache.ask(['get', 'lock'])) === '1', 'the lock is gone');
  }
  const evicted = Number(/evicted_keys:(\d+)/.exec(await cache.ask(['info', 'stats']))?.[1]);
  expect(evicted > 0, 'it was not full');
  const used = cache.service.memory();
  expect(used < limit, `it uses ${used} bytes, and may use ${limit}`);
  return `${evicted} values went, ${Math.round(used / 2 ** 20)} of ${limit / 2 ** 20} MiB`;
}

async function isKilled(cache) {
  await cache.start();
  await cache.ask(['set', 'a', '1']);
  await cache.service.kill();
  await cache.start();
  expect((await cache.ask(['get', 'a'])) === '', 'an old value is there: it writes to a disk');
  const begin = performance.now();
  const code = await Promise.race([cache.service.end(), sleep(10).then(() => 'nothing')]);
  expect(code === 0, `it ended with ${code}`);
  return `${((performance.now() - begin) / 1000).toFixed(1)} s to its end`;
}

/** @type {import('../boards/checks.mjs').Group} */
export const cache = {
  title: 'Cache of Nextcloud',
  checks: [
    { name: 'the cache starts', work: withCache(starts) },
    { name: 'the cache is full', work: withCache(isFull) },
    { name: 'the cache is killed', work: withCache(isKilled) },
  ],
};
