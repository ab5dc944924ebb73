// cloud-init and netplan of Debian, on the files that set up a freshly flashed board.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { load } from 'js-yaml';
import { cache } from './install.mjs';
import { describe, run, succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

/**
 * cloud-init reads a seed as that of its data source NoCloud, its account and its keys are of its schema, and netplan makes
 * of the network what both of its renderers take. One board stands for all: they differ in name and address.
 * @param {import('./homes.mjs').Home} home
 */
export async function seedsRead({ dist }) {
  const [board] = readdirSync(join(dist, 'cloud-init'));
  const folder = join(dist, 'cloud-init', board);
  const [user, meta, network] = ['user-data', 'meta-data', 'network-config'].map((name) =>
    readFileSync(join(folder, name), 'utf8'),
  );
  const seed = await readSeed(folder);
  if (seed.id !== load(meta)['instance-id'] || seed.user !== user || !isDeepStrictEqual(seed.network, load(network))) {
    throw new Error(`cloud-init reads the seed of ${board} as ${JSON.stringify(seed)}`);
  }
  const outcome = await schema(join(folder, 'user-data'));
  if (outcome.code !== 0 || /deprecat|warn/i.test(outcome.stdout)) {
    throw new Error(describe('cloud-init', ['schema', board], outcome));
  }
  const [address] = seed.network.ethernets.wired.addresses;
  const expected = {
    networkd: [`Address=${address}`, 'Name=e*'],
    NetworkManager: [`address1=${address}`, 'interface-name=e*;'],
  };
  for (const [renderer, lines] of Object.entries(expected)) {
    const made = await netplan({ ...seed.network, renderer });
    const missing = lines.filter((line) => !made.split('\n').includes(line));
    if (missing.length > 0) throw new Error(`${renderer} does not get ${missing}:\n${made}`);
  }
}

/** cloud-init and netplan refuse what is wrong: they look at what they are given. */
export async function seedsRefused() {
  const file = join(newFolder('seed'), 'user-data');
  writeFileSync(file, '#cloud-config\nuser:\n  name: [admin]\nrunsomething: true\nssh_pwauth: {}\n');
  const outcome = await schema(file);
  if (outcome.code === 0 || !/user/.test(outcome.stderr + outcome.stdout))
    throw new Error(describe('cloud-init', ['schema'], outcome));
  const made = await netplan({ version: 2, ethernets: { wired: { addresses: ['nowhere'] } } }).catch(
    ({ message }) => message,
  );
  if (!/malformed|Error|invalid/i.test(made)) throw new Error(`netplan takes an address that is none:\n${made}`);
}

/** What the data source NoCloud finds in a folder. */
async function readSeed(folder) {
  const script = `
import json, sys
from cloudinit import helpers
from cloudinit.sources.DataSourceNoCloud import DataSourceNoCloud
place = sys.argv[1]
paths = helpers.Paths({"cloud_dir": place, "run_dir": place})
source = DataSourceNoCloud({"datasource": {"NoCloud": {"fs_label": None}}}, None, paths)
assert source._get_data()
print(json.dumps({"id": source.metadata["instance-id"], "user": source.userdata_raw.decode(), "network": source.network_config}))
`;
  const place = newFolder('cloud');
  mkdirSync(join(place, 'seed/nocloud'), { recursive: true });
  for (const name of readdirSync(folder)) {
    writeFileSync(join(place, 'seed/nocloud', name), readFileSync(join(folder, name)));
  }
  const { stdout } = await python(['-c', script, place], succeed);
  return JSON.parse(stdout);
}

function schema(file) {
  return python(['-m', 'cloudinit.cmd.main', 'schema', '--config-file', file], run);
}

/** What netplan makes of a network, as cloud-init hands it over. */
async function netplan(network) {
  const root = newFolder('netplan');
  const file = join(root, 'etc/netplan/50-cloud-init.yaml');
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, JSON.stringify({ network }), { mode: 0o600 });
  const folder = await programs();
  const libraries = readdirSync(join(folder, 'usr/lib'))
    .filter((name) => name.endsWith('-linux-gnu'))
    .map((name) => join(folder, 'usr/lib', name));
  const env = { ...process.env, LD_LIBRARY_PATH: libraries.join(':') };
  await succeed(join(folder, 'usr/libexec/netplan/generate'), ['--root-dir', root], { env });
  return readdirSync(join(root, 'run'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

/** Runs the Python of the system, which Debian's cloud-init is for. */
async function python(args, start) {
  const folder = await programs();
  const env = { ...process.env, PYTHONPATH: join(folder, 'usr/lib/python3/dist-packages'), LC_ALL: 'C.UTF-8' };
  return start('/usr/bin/python3', args, { env });
}

/** @type {Promise<string> | undefined} */
let unpacked;

/**
 * The packages, unpacked into the cache and not installed: an installed cloud-init would set up this machine.
 * @returns {Promise<string>} the folder
 */
function programs() {
  unpacked ??= unpack();
  return unpacked;
}

async function unpack() {
  const { stdout } = await succeed('apt-cache', ['show', '--no-all-versions', 'cloud-init']);
  const version = /^Version: ([\w.+~-]+)$/m.exec(stdout)?.[1];
  const place = join(cache, `cloud-init-${version}`);
  if (existsSync(place)) return place;
  console.log(`unpacking cloud-init ${version} into ${cache}`);
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(`${place}.`);
  try {
    const archives = join(folder, 'archives');
    mkdirSync(join(archives, 'partial'), { recursive: true });
    const options = [`Dir::Cache::archives=${archives}`, 'Debug::NoLocking=true', 'APT::Sandbox::User=root'];
    await succeed('apt-get', [
      ...['install', '--quiet', '--yes', '--no-install-recommends', '--download-only', '--reinstall'],
      ...options.flatMap((option) => ['-o', option]),
      ...['cloud-init', 'netplan.io'],
    ]);
    for (const name of readdirSync(archives).filter((file) => file.endsWith('.deb'))) {
      await succeed('dpkg', ['--extract', join(archives, name), folder]);
    }
    rmSync(archives, { recursive: true });
    renameSync(folder, place);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (existsSync(place)) return place;
    throw error;
  }
  return place;
}
