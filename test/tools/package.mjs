// homecloud as others get it: a home that depends on the npm package.
import { cpSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { filesOf, root } from './homes.mjs';
import { run, succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

/**
 * The packed program, installed into a home of its own, writes the tree that it writes here.
 * @param {import('./homes.mjs').Home} sample
 */
export async function packed({ config, dist }) {
  const home = newFolder('package');
  // The program is built: `prepare` would build it anew, below the feet of the other checks.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', home];
  const [{ filename }] = JSON.parse((await succeed('npm', pack, { cwd: root })).stdout);
  writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const install = ['install', '--no-audit', '--no-fund', '--loglevel=error', join(home, filename)];
  await succeed('npm', install, { cwd: home });
  cpSync(config, join(home, 'homecloud.config.ts'));
  const env = { ...process.env, HOMECLOUD_IDENTITY: join(newFolder('identity'), 'home.agekey') };
  await succeed('npx', ['homecloud', 'secrets', 'init'], { cwd: home, env });
  const lacking = await run('npx', ['homecloud', 'secrets', 'add'], { cwd: home, env });
  if (lacking.code !== 1) throw new Error(`${lacking.stdout}${lacking.stderr}`);
  // What only the admin knows.
  for (const [, name] of lacking.stdout.matchAll(/^\? (\S+):/gm)) {
    const input = `what-is-supplied-for-${name}-6f1c2e\n`;
    await succeed('npx', ['homecloud', 'secrets', 'add', name], { cwd: home, env, input });
  }
  await succeed('npx', ['homecloud', 'synth'], { cwd: home });
  const password = await succeed('npx', ['homecloud-vault-password'], { cwd: join(home, 'dist/ansible'), env });
  if (password.stdout.trim().length < 20) throw new Error('homecloud-vault-password gives no password');
  // Each home has secrets, an authority and identities of its own, and pages that show them.
  const ours = ([path]) =>
    !basename(path).startsWith('secret-') &&
    !/^pages\/(trust\/|people\/|devices\.html$)/.test(path) &&
    path !== 'SHA256SUMS';
  // Syncthing's identities, certificates, and the sums of Secrets by which their pods are started anew.
  const ofItsOwn =
    /\b[A-Z2-7]{7}(-[A-Z2-7]{7}){7}\b|-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----|\b[0-9a-f]{64}\b/g;
  const [tree, other] = [dist, join(home, 'dist')].map(
    (folder) =>
      new Map([...filesOf(folder)].filter(ours).map(([path, bytes]) => [path, `${bytes}`.replace(ofItsOwn, 'OWN')])),
  );
  const differing = [...new Set([...tree.keys(), ...other.keys()])].filter(
    (path) => tree.get(path) !== other.get(path),
  );
  if (differing.length > 0) throw new Error(`the package writes other files:\n  ${differing.join('\n  ')}`);
}
