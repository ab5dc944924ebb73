// How a board has the shares that Nextcloud shows: the role share_mounts by Ansible, on a machine with a kernel and a systemd
// of its own. Its CIFS mounts the share of a board; what writes there is the account of Nextcloud in its image.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { environment } from '../tools/ansible.mjs';
import { tool } from '../tools/install.mjs';
import { describe, run } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { same } from '../tools/secret-home.mjs';
import { owner } from './file-server.mjs';
import { until } from './until.mjs';

/** @typedef {import('./two-boards.mjs').TwoBoards} TwoBoards */

const share = 'films';
const place = `/srv/nextcloud-shares/${share}`;
/** `www-data` of the image. */
const wwwData = 33;
/** Seconds: the longest that a write may wait, and a share may take to go and to come, on a machine ten times slower. */
const patience = 120;

/** What the playbook verify runs on each board. */
const verify = '/usr/local/libexec/homecloud/verify.d/share_mounts';

/** Writes as Nextcloud does: not without the marker, and told as written when the disk has it. */
const writer = `
import json, os, time
number, slowest = 0, 0
while True:
    begun = time.monotonic()
    try:
        with open("${place}/.stfolder/homecloud-disk") as marker: marker.read(1)
        with open("${place}/written", "a") as file:
            file.write(f"{number}\\n")
            file.flush()
            os.fsync(file.fileno())
        number += 1
    except OSError: pass
    slowest = max(slowest, time.monotonic() - begun)
    with open("/run/cloud/state.new", "w") as state: json.dump({"written": number, "slowest": slowest}, state)
    os.rename("/run/cloud/state.new", "/run/cloud/state")
    time.sleep(0.2)
`;

/** Runs the role on the computer, as the playbook site does on boards. */
async function play(home, computer, version, { shares, options = [] }) {
  const { lab, folder } = home.dnas;
  const programs = await tool(version);
  const scratch = newFolder('cloud-mount');
  const file = (name, value) => {
    writeFileSync(join(scratch, name), JSON.stringify(value), { mode: 0o600 });
    return join(scratch, name);
  };
  const variables = { share_mounts_shares: shares, share_mounts_password: home.dnas.passwords._nextcloud };
  const role = 'homecloud.boards.share_mounts';
  const args = [
    ...['-i', `${computer.address},`, '-u', 'admin', '-vvv', '-e', `@${file('variables.json', variables)}`, ...options],
    file('play.yml', [{ hosts: 'all', become: true, gather_facts: false, roles: [role] }]),
  ];
  const outcome = await run(join(programs, 'ansible-playbook'), args, {
    cwd: join(folder, 'dist/ansible'),
    env: {
      ...environment(programs),
      ANSIBLE_SSH_ARGS: [...lab.sshOptions, '-o', 'ControlMaster=auto', '-o', 'ControlPersist=60'].join(' '),
      ANSIBLE_SSH_COMMON_ARGS: '',
    },
    minutes: 10,
  });
  const output = describe('ansible-playbook', args, outcome);
  if (output.includes(variables.share_mounts_password)) throw new Error('it tells the password');
  if (outcome.code !== 0) throw new Error(output);
  return Number(/changed=(\d+)/.exec(output)?.[1]);
}

/** By the kernel's list: to look at the place itself fails as well where the share is away, and mounted. */
async function isMounted(computer) {
  return (await computer.sudo('cat /proc/self/mounts')).includes(` ${place} `);
}

/** Kinds of trouble, and their end. @param {TwoBoards} home */
const troublesOf = (home) => ({
  'a pulled disk': [() => home.pull('oak'), () => home.plug('oak')],
  'a cable': [() => home.cable('oak', 'down'), () => home.cable('oak', 'up')],
  'the servers': [() => home.oak.stopPod(), () => home.oak.startPod()],
});

/**
 * The share comes, goes with the disk, the cable and the servers, and comes again; nobody waits for it longer than a while,
 * nothing is written in its place, and what was told as written is on the board.
 * @param {TwoBoards} home
 */
export async function cloudMountsShares(home) {
  const computer = await home.computer();
  const values = readFileSync(join(home.dnas.folder, 'dist/ansible/inventory/group_vars/all/share_mounts.yml'), 'utf8');
  const { share_mounts_shares: shares } = load(values);
  const source = (name) => `//${home.oak.address}/${name}.nextcloud`;
  same(
    'what Ansible is told',
    shares,
    ['films', 'photos'].map((name) => ({ name, source: source(name) })),
  );
  await play(home, computer, 'ansible-oldest', { shares, options: ['--check'] });
  await play(home, computer, 'ansible-oldest', { shares });
  same('changes of a second run', await play(home, computer, 'ansible-newest', { shares }), 0);

  const isThere = async () => {
    const { code, stdout, stderr } = await computer.guest.ssh(
      `sudo timeout 60 head -c 1 ${place}/.stfolder/homecloud-disk`,
    );
    return (code === 0 && stdout !== '') || `exit code ${code}: ${stderr}`;
  };
  await until('the share is there', isThere, patience);
  await computer.sudo('mkdir -m 777 /run/cloud');
  const python = `/usr/bin/python3 -c '${writer.replaceAll("'", "'\\''")}'`;
  await computer.sudo(`systemd-run --quiet --unit=writer --uid=${wwwData} --gid=${wwwData} ${python}`);
  const state = async () => JSON.parse(await computer.sudo('cat /run/cloud/state'));
  const writesMore = async () => {
    const { written } = await state().catch(() => ({ written: 0 }));
    await until('it writes', async () => (await state()).written > written, patience);
  };
  await writesMore();
  const { uid, gid } = statSync(home.oak.share('data', share, 'written'));
  same('the owner on the board', [uid, gid], [owner, owner]);

  const told = [];
  for (const [name, [begin, end]] of Object.entries(troublesOf(home))) {
    await begin();
    const gone = await until(`the share goes with ${name}`, async () => !(await isMounted(computer)), patience);
    same('what verify says', (await computer.sudo(verify)).split('\t')[0], 'wrong');
    same('what is in its place', await computer.sudo(`ls -A ${place}`), '');
    same('root may write there', (await computer.guest.ssh(`sudo touch ${place}/lost`)).code === 0, false);
    await end();
    if (name === 'the servers') await home.oak.until(true);
    const back = await until(`the share is back after ${name}`, isThere, patience);
    await writesMore();
    same('what verify says', (await computer.sudo(verify)).split('\t')[0], 'ok');
    told.push(`${name} gone after ${gone.toFixed(0)} s, back after ${back.toFixed(0)} s`);
  }
  await computer.sudo('systemctl stop writer');
  const { written, slowest } = await state();
  if (slowest > patience) throw new Error(`a write waited for ${slowest.toFixed(0)} s`);
  const lines = new Set(readFileSync(home.oak.share('data', share, 'written'), 'utf8').split('\n'));
  const lost = Array.from({ length: written }, (_, number) => `${number}`).filter((line) => !lines.has(line));
  same('lines that were told as written, and are not there', lost, []);

  await play(home, computer, 'ansible-newest', { shares: [] });
  same('what is left mounted', await isMounted(computer), false);
  same('the settings', (await computer.guest.ssh('sudo ls /etc/homecloud/share-mounts')).code === 0, false);
  return `${told.join('; ')}; the slowest of ${written} writes ${slowest.toFixed(1)} s`;
}
