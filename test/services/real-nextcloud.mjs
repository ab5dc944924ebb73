// With `--nextcloud FOLDER`: the real program, unpacked there and untouched by this, is installed by our scripts with a real
// database and a real cache, and says itself what it thinks of its settings. No registry of packages has it.
import { readFileSync } from 'node:fs';
import { Cache } from './cache.mjs';
import { Nextcloud } from './install.mjs';
import { expect, runAsAccount } from './service.mjs';

const commands = JSON.parse(readFileSync(new URL('occ-commands.json', import.meta.url), 'utf8'));

/** What this machine has otherwise than a pod: no web server, no mail, another PHP, and no way to the page. */
const notOfOurs =
  /webserver|web server|\.well-known|JavaScript|MIME|email|data directory|Internet|opcache|module|font|header|PHP|serve|app store/i;

/** @param {{ nextcloud: string, entrypoint?: string }} real @returns {import('../boards/checks.mjs').Group} */
export const realNextcloud = (real) => ({
  title: 'A real Nextcloud',
  checks: [{ name: 'real: installed, configured, looked at', work: () => isInstalled(real) }],
});

async function isInstalled(real) {
  const cache = await Cache.make();
  const cloud = await Nextcloud.make(real, {
    '"host": "cache"': '"host": "127.0.0.1"',
    '"port": 6379': `"port": ${cache.port}`,
  });
  const occ = async (...words) => {
    const { code, stdout, stderr } = await runAsAccount(['php', `${cloud.html}/occ`, '--no-interaction', ...words], {
      env: cloud.start.env,
    });
    expect(code === 0, `occ ${words.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
    return stdout.trim();
  };
  try {
    await Promise.all([cloud.database.start(), cache.start()]);
    const first = performance.now();
    await cloud.installs({}, 8);
    const firstSeconds = ((performance.now() - first) / 1000).toFixed(0);
    const again = performance.now();
    const { stdout } = await cloud.installs({}, 8);
    const seconds = ((performance.now() - again) / 1000).toFixed(0);

    // Of every command that the stand-in knows, the real one has the same options.
    const list = JSON.parse(await occ('list', '--format=json'));
    for (const [name, { options }] of Object.entries(commands)) {
      // Gone once it was used.
      if (name === 'maintenance:install') continue;
      const known = list.commands.find((one) => one.name === name);
      expect(known !== undefined, `there is no command ${name}`);
      for (const option of Object.keys(options))
        expect(option in known.definition.options, `${name} has no option --${option}`);
    }

    const status = JSON.parse(await occ('status', '--output=json'));
    expect(status.installed && !status.maintenance && !status.needsDbUpgrade, JSON.stringify(status));
    for (const [key, value] of Object.entries({
      overwritehost: 'nextcloud.cloud.example.org',
      'trusted_proxies 0': '10.42.0.0/16',
      default_phone_region: 'FR',
      twofactor_enforced: 'true',
    }))
      expect((await occ('config:system:get', ...key.split(' '))) === value, `${key} is not ${value}`);
    expect(
      /^yes$/.test(await occ('config:app:get', 'core', 'shareapi_enforce_links_password')),
      'links need no password',
    );
    expect((await occ('background-job:list', '--output=json')).startsWith('['), 'there are no jobs');
    expect(/enforced for members of the group\(s\) admin/.test(await occ('twofactorauth:enforce')), 'no second factor');

    const checks = JSON.parse(
      await occ('setupchecks', '--output=json').catch(({ message }) => message.slice(message.indexOf('\n') + 1)),
    );
    const bad = Object.values(checks)
      .flatMap((group) => Object.values(group))
      .filter(({ severity }) => severity === 'warning' || severity === 'error')
      .map(({ name, description }) => `${name}: ${description ?? ''}`);
    const ours = bad.filter((line) => !notOfOurs.test(line));
    expect(ours.length === 0, `it warns of:\n${ours.join('\n')}`);
    return `${status.versionstring}, ${firstSeconds} s at first, ${seconds} s again; ${bad.length} warnings about this machine\n${bad.join('\n')}\n${stdout}`;
  } finally {
    await cloud.remove();
    await cache.remove();
  }
}
