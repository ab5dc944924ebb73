// The role `flux` on a real API server, with the real kubectl.
//
// What cannot be had is played: the manifest of Flux (its CRDs are the real ones; it has no controllers), and what
// source-controller and kustomize-controller say, which the test writes into the status as they would.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment } from './ansible.mjs';
import { withCluster } from './cluster.mjs';
import { upstreamCrds } from './crds.mjs';
import { tool } from './install.mjs';
import { describe, run } from './process.mjs';
import { newFolder } from './scratch.mjs';

const namespace = 'flux-system';
const sourceKind = 'gitrepositories.source.toolkit.fluxcd.io';
const kustomizationKind = 'kustomizations.kustomize.toolkit.fluxcd.io';
const unused = 'image-automation-controller';

/**
 * The role starts Flux, changes nothing afterwards, delivers new secrets, says what failed, and leaves a Flux of
 * somebody else alone.
 * @param {string} version of ansible-core
 * @param {import('./homes.mjs').Home} home
 */
export async function fluxRole(version, { dist }) {
  const project = newFolder('flux-role');
  cpSync(dist, join(project, 'dist'), { recursive: true });
  const manifest = join(project, 'manifest');
  mkdirSync(manifest);
  const digest = await writeManifest(join(manifest, 'install.yaml'));
  await withCluster(async (cluster) => {
    const kubectl = [join(await tool('kubectl'), 'kubectl'), `--kubeconfig=${cluster.kubeconfig}`];
    const given = {
      flux_kubectl: kubectl,
      flux_local_folder: manifest,
      flux_digest: digest,
      flux_wait_timeout: 10,
      vault_flux_identity: 'AGE-SECRET-KEY-ONE',
      vault_flux_git_private_key: 'private one',
      vault_flux_git_public_key: 'public one',
    };
    const role = (variables = {}) => start(version, project, { ...given, ...variables });
    const refused = async (variables, says) => {
      const { code, output } = await role(variables);
      const words = output.replace(/\s+/g, ' ');
      if (code === 0 || !says.test(words)) throw new Error(`it should stop with ${says}:\n${output}`);
      if (/AGE-SECRET-KEY|private (one|two)/.test(output)) throw new Error(`it tells a secret:\n${output}`);
    };
    const changes = async (count, variables = {}) => {
      const { code, output } = await role(variables);
      if (code !== 0) throw new Error(output);
      if (/AGE-SECRET-KEY|private (one|two)/.test(output)) throw new Error(`it tells a secret:\n${output}`);
      const [, changed] = /changed=(\d+)/.exec(output) ?? [];
      if (Number(changed) !== count) throw new Error(`${changed} changes, not ${count}:\n${output}`);
    };

    await refused({ flux_digest: '' }, /no digest for Flux .*\/flux_[\d.]+_checksums\.txt/);
    await refused({ flux_digest: `sha256:${'0'.repeat(64)}` }, /is not Flux v[\d.]+: its digest is sha256:\w+/);

    // Nobody fetches the repository: the controllers do not run.
    await refused({}, /Its pods may still be starting.*GitRepository: nothing yet/);
    const kinds = await cluster.kubectl('get', 'crd', '--output=name');
    if (kinds.includes('imagepolicies')) throw new Error(`what a home does not use was installed: ${kinds}`);
    const player = answer(
      cluster,
      'False',
      'ssh: handshake failed: ssh: unable to authenticate, attempted methods [none]',
    );
    await refused({ flux_wait_timeout: 60 }, /does not let Flux in\. Allow the deploy key/);
    await player.stop();

    await sourceSays(cluster, 'True', 'stored artifact');
    await kustomizationSays(
      cluster,
      'False',
      'kustomization path not found: stat /tmp/x/dist: no such file or directory',
    );
    await refused({}, /has no dist\/kubernetes\/clusters\//);
    await kustomizationSays(cluster, 'True', 'Applied revision: main@sha1:1');
    await changes(0);
    await changes(1, { vault_flux_git_private_key: 'private two' });
    const { data } = await cluster.get('secret', 'home-git', `--namespace=${namespace}`);
    const key = Buffer.from(data.identity, 'base64').toString();
    if (key !== 'private two') throw new Error(`the new key was not delivered: ${key}`);
    if (Object.keys(data).sort().join() !== 'identity,identity.pub,known_hosts')
      throw new Error(`it has ${Object.keys(data)}`);

    // Another repository than that of the config, and a Flux of somebody else.
    const patch = (url) =>
      cluster.kubectl(
        'patch',
        sourceKind,
        'home',
        `--namespace=${namespace}`,
        '--type=merge',
        '--patch',
        JSON.stringify({ spec: { url } }),
      );
    const { spec } = await cluster.get(sourceKind, 'home', `--namespace=${namespace}`);
    await patch('https://elsewhere.example.org/home.git');
    await refused({}, /follows another repository .* https:\/\/elsewhere\.example\.org\/home\.git/);
    await patch(spec.url);
    const theirs = await cluster.get(sourceKind, 'home', `--namespace=${namespace}`);
    await cluster.apply([{ ...theirs, metadata: { name: namespace, namespace }, status: undefined }]);
    await cluster.kubectl('delete', sourceKind, 'home', `--namespace=${namespace}`);
    await refused({}, /has a Flux that homecloud did not start\. It follows flux-system\/flux-system/);
  });
}

/** The stand-in for the manifest: the real CRDs, the namespace, and one object that a home does not use. */
async function writeManifest(file) {
  const crds = (await upstreamCrds()).filter(({ spec }) => /^(source|kustomize)\.toolkit/.test(spec.group));
  const objects = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, ...crds];
  // As kustomize writes it: a key a line.
  const name = 'imagepolicies.image.toolkit.fluxcd.io';
  const label = `kind: CustomResourceDefinition\nmetadata:\n  labels:\n    app.kubernetes.io/component: ${unused}\n  name: ${name}\n`;
  const documents = [...objects.map((object) => JSON.stringify(object)), label];
  writeFileSync(file, `${documents.join('\n---\n')}\n`);
  return `sha256:${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
}

/** Runs the role on this machine. */
async function start(version, project, variables) {
  const programs = await tool(version);
  const folder = newFolder('flux-run');
  writeFileSync(join(folder, 'variables.json'), JSON.stringify(variables), { mode: 0o600 });
  const play = [{ hosts: 'servers', gather_facts: false, connection: 'local', roles: ['homecloud.boards.flux'] }];
  writeFileSync(join(folder, 'play.yml'), JSON.stringify(play));
  const args = ['--limit', 'oak', '-e', `@${join(folder, 'variables.json')}`, join(folder, 'play.yml')];
  const outcome = await run(join(programs, 'ansible-playbook'), args, {
    cwd: join(project, 'dist/ansible'),
    env: environment(programs),
  });
  return { code: outcome.code, output: describe('ansible-playbook', args, outcome) };
}

/** Writes what source-controller says, as an answer to the last question. */
function sourceSays(cluster, status, message, handled) {
  return says(cluster, sourceKind, status, message, handled);
}

function kustomizationSays(cluster, status, message) {
  return says(cluster, kustomizationKind, status, message);
}

async function says(cluster, kind, status, message, handled = undefined) {
  const { metadata } = await cluster.get(kind, 'home', `--namespace=${namespace}`);
  const condition = { type: 'Ready', status, reason: 'StandIn', message, lastTransitionTime: '2026-01-01T00:00:00Z' };
  const body = {
    status: {
      observedGeneration: metadata.generation,
      conditions: [condition],
      lastHandledReconcileAt: handled ?? 'before',
    },
  };
  await cluster.kubectl(
    'patch',
    kind,
    'home',
    `--namespace=${namespace}`,
    '--subresource=status',
    '--type=merge',
    '--patch',
    JSON.stringify(body),
  );
}

/** Stands in for a source-controller that answers each question in the same way, until it is stopped. */
function answer(cluster, status, message) {
  let isStopped = false;
  const answering = (async () => {
    while (!isStopped) {
      await sleep(1000);
      const { metadata } = await cluster.get(sourceKind, 'home', `--namespace=${namespace}`).catch(() => ({}));
      const asked = metadata?.annotations?.['reconcile.fluxcd.io/requestedAt'];
      if (asked !== undefined) await sourceSays(cluster, status, message, asked);
    }
  })();
  return {
    stop() {
      isStopped = true;
      return answering;
    },
  };
}
