// What makes a guest a node of Kubernetes: containerd and the kubelet, and one image that plays those of the dnas.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { tool } from '../tools/install.mjs';
import { run, succeed } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { fileServerRoot } from './file-server-root.mjs';

/** Debian's CNI forwards ports of the node with iptables. */
export const nodePackages = ['containernetworking-plugins', 'iptables', 'runc'];

/** The image, as containerd knows it; the node gives it the names of those that it plays. */
export const playedImage = 'localhost/file-server:1';

/** Where containerd keeps its images. */
const store = 'var/lib/containerd';

/** @returns {Promise<import('../boards/guest-image.mjs').Files>} */
export async function nodeFiles() {
  const [containerd, kubelet, root] = await Promise.all([tool('containerd'), tool('kubelet'), fileServerRoot()]);
  const programs = {
    [containerd]: ['containerd', 'containerd-shim-runc-v2', 'ctr'],
    [kubelet]: ['kubelet'],
  };
  return {
    recipe: JSON.stringify([...Object.keys(programs), root].map((path) => basename(path))),
    async add(guest) {
      for (const [folder, names] of Object.entries(programs)) {
        for (const name of names) copyFileSync(join(folder, name), join(guest, 'usr/local/bin', name));
      }
      await addImage(guest, containerd, root);
    },
  };
}

/**
 * Imports the image here, where it takes seconds: in the guest it would take minutes. Its snapshot is made on a plain file
 * system, for the root of the guest is a layer itself.
 */
async function addImage(guest, programs, root) {
  const folder = newFolder('containerd');
  const archive = await packImage(root);
  const address = join(folder, 'socket');
  const config = join(folder, 'config.toml');
  writeFileSync(config, `version = 3\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n`);
  const daemon = spawn(
    'setpriv',
    [
      ...['--pdeathsig=KILL', join(programs, 'containerd'), '--config', config, '--address', address],
      ...['--root', join(folder, store), '--state', join(folder, 'state'), '--log-level', 'error'],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  try {
    const ctr = (...args) => run(join(programs, 'ctr'), ['--address', address, '--namespace', 'k8s.io', ...args]);
    for (let tries = 0; (await ctr('version')).code !== 0; tries += 1) {
      if (tries > 300) throw new Error('containerd does not answer');
    }
    const { code, stderr } = await ctr('images', 'import', '--snapshotter', 'overlayfs', archive);
    if (code !== 0) throw new Error(stderr);
  } finally {
    const ended = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill('SIGTERM');
    await ended;
  }
  mkdirSync(join(guest, 'var/lib'), { recursive: true });
  await succeed('cp', ['--archive', join(folder, store), join(guest, 'var/lib')]);
}

/** An archive with an image of one layer, as `docker save` writes it. @returns {Promise<string>} */
async function packImage(root) {
  const folder = newFolder('image');
  const layer = join(folder, 'layer.tar');
  const without = ['proc', 'sys', 'dev'].map((name) => `--exclude=./${name}/*`);
  await succeed('tar', [
    '--directory',
    root,
    ...without,
    '--numeric-owner',
    '--xattrs',
    '--create',
    '--file',
    layer,
    '.',
  ]);
  const hash = createHash('sha256');
  await pipeline(createReadStream(layer), hash);
  const json = (name, value) => writeFileSync(join(folder, name), JSON.stringify(value));
  json('config.json', {
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: {
      // Of the sandbox of a pod, which it plays as well.
      Cmd: ['sleep', 'infinity'],
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${hash.digest('hex')}`] },
  });
  json('manifest.json', [{ Config: 'config.json', RepoTags: [playedImage], Layers: ['layer.tar'] }]);
  const archive = join(folder, 'image.tar');
  const parts = ['manifest.json', 'config.json', 'layer.tar'];
  await succeed('tar', ['--directory', folder, '--create', '--file', archive, ...parts]);
  return archive;
}
