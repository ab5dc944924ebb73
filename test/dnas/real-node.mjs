// Checks of the pod of a board on a real node: what its kubelet makes of it, and of disks that go and come.
import { UsbDisk } from '../boards/guest.mjs';
import { run } from '../tools/process.mjs';
import { same } from '../tools/secret-home.mjs';
import { sleep } from '../tools/sleep.mjs';
import { refused } from './clients.mjs';
import { owner } from './file-server.mjs';
import { medium, Node } from './node.mjs';
import { SharedHome } from './shared-home.mjs';
import { until } from './until.mjs';

/** The processor of the node is played by software, some ten times slower than a board's. */
const patience = 300;

/** The server answers, and refuses the share. */
const isOfTheShare = /NT_STATUS_(?!CONNECTION)/;

const shown = (seconds) => `${seconds.toFixed(0)} s`;

/** Bits of the capabilities that our pods have (linux/capability.h). */
const bits = { DAC_READ_SEARCH: 2, SETGID: 6, SETUID: 7, NET_BIND_SERVICE: 10 };

/** @param {Node} node */
async function starts(node) {
  const { spec } = await node.pod();
  same('its node', spec.nodeName, 'oak');
  for (const { name, securityContext } of node.deployment.spec.template.spec.containers) {
    const status = await node.guest.sudo(`cat /proc/${await node.processOf(name)}/status`);
    const field = (key) => new RegExp(`^${key}:\\s+(\\S+)`, 'm').exec(status)?.[1];
    const granted = securityContext.capabilities.add.reduce((sum, it) => sum | (1n << BigInt(bits[it])), 0n);
    same(`${name}: what it may ever do`, BigInt(`0x${field('CapBnd')}`), granted);
    // What is allowed of system calls (2: a filter), and that no program has more rights than who starts it.
    same(`${name}: Seccomp, NoNewPrivs`, [field('Seccomp'), field('NoNewPrivs')], ['2', '1']);
  }
  return `ready after ${shown(node.start)}`;
}

/** @param {Node} node */
async function serves(node) {
  const smb = node.smb('photos');
  await until('SMB writes', () => smb.write('by-smb', 'one'), patience);
  const nfs = node.nfs();
  await until('NFS reads it', async () => (await nfs.do('read', '/photos/by-smb')) === 'one', patience);
  await nfs.do('write', '/photos/by-nfs', 'two');
  same('SMB reads what NFS wrote', await smb.read('by-nfs'), 'two');
  nfs.end();
  const modes = 'stat --format "%u:%g %a" /srv/dnas/data/shares/photos/by-smb /srv/dnas/data/shares/photos/by-nfs';
  const ofOwner = `${owner}:${owner} 664`;
  same('owners and modes on the disk', (await node.guest.sudo(modes)).trim().split('\n'), [ofOwner, ofOwner]);
  // By its own address: behind that of the node, it would be let in as everybody.
  const stranger = node.nfs(node.console);
  await refused('a machine that NFS is not for', stranger.do('read', '/photos/by-smb'), /NOENT|ACCESS|PERM|WRONGSEC/);
  stranger.end();
}

/** @param {Node} node */
async function oneDiskPulled(node) {
  const before = await node.restarts();
  await node.smb('photos').write('before', 'kept');
  await node.smb('films').write('film', 'moving');
  await node.pull('data');
  const gone = await until(
    'SMB refuses the share',
    () =>
      node
        .smb('photos')
        .names()
        .then(
          () => 'listed',
          ({ message }) => (/CONNECTION/.test(message) ? message : true),
        ),
    patience,
  );
  await refused('a write while it is away', node.smb('photos').write('lost', 'x'), isOfTheShare);
  same('the other share', await node.smb('films').read('film'), 'moving');
  same('what stands in its place', (await node.underneath('data')).trim(), '/srv/dnas/data is not a mountpoint');
  await node.plug('data');
  const back = await until(
    'SMB serves it again',
    async () => (await node.smb('photos').read('before')) === 'kept',
    patience,
  );
  const nfs = node.nfs();
  await until('NFS serves it again', async () => (await nfs.do('read', '/photos/before')) === 'kept', patience);
  nfs.end();
  same('restarts of containers', await node.restarts(), before);
  return `refused after ${shown(gone)}, back after ${shown(back)}`;
}

/** @param {Node} node */
async function allDisksPulled(node) {
  const before = await node.restarts();
  for (const disk of Object.keys(node.disks)) await node.pull(disk);
  await node.untilReady(false);
  // Longer than the probes of life take to give up.
  await sleep(70);
  same('restarts of containers that wait', await node.restarts(), before);
  for (const disk of ['data', 'more']) {
    same(
      `what stands in the place of ${disk}`,
      (await node.underneath(disk)).trim(),
      `/srv/dnas/${disk} is not a mountpoint`,
    );
  }
  await node.plugAll();
  await node.untilReady(true);
}

/** @param {Node} node */
async function emptyDiskInPlace(node) {
  const { data } = node.disks;
  await node.smb('photos').write('full', 'kept');
  await node.smb('films').write('film', 'moving');
  const empty = new UsbDisk('data', await medium(), data.serial);
  await node.pull('data');
  await node.withForeignDisk(empty, async () => {
    await until(
      'the adapter has its name',
      async () => void (await node.guest.sudo(`test -e ${data.device}`)),
      patience,
    );
    await refused('the share', node.smb('photos').names(), isOfTheShare);
    await refused('a write', node.smb('photos').write('lost', 'x'), isOfTheShare);
    same('the other share', await node.smb('films').read('film'), 'moving');
    same('what stands in its place', (await node.underneath('data')).trim(), '/srv/dnas/data is not a mountpoint');
  });
  same(
    'what was written to the empty one',
    (await run('cmp', ['--bytes=335544320', empty.file, '/dev/zero'])).stdout,
    '',
  );
  await node.plug('data');
  await until('the right one is served', async () => (await node.smb('photos').read('full')) === 'kept', patience);
}

const shared = new SharedHome(Node.make);
const checks = {
  'the pod starts with the rights of its manifest': starts,
  'SMB and NFS at the ports of the board': serves,
  'a USB disk is pulled, the other goes on': oneDiskPulled,
  'all USB disks are pulled': allDisksPulled,
  'an empty USB disk in the place of a full one': emptyDiskInPlace,
};

/** Behind `--full`: all of it is done by a processor in software. */
export const realNode = {
  title: 'real node',
  checks: Object.entries(checks).map(([name, work]) => ({
    name: `real node: ${name}`,
    work: async () => {
      const node = await shared.get();
      try {
        return await work(node);
      } finally {
        // Also when a check ends in between: the next one finds all disks there.
        await node.plugAll();
      }
    },
  })),
  end: () => shared.end(),
};
