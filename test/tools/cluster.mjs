// A Kubernetes API server for one check: the real kube-apiserver on the real etcd, on this machine's loopback.
//
// There is no kubelet, no scheduler and no controller-manager unless a check starts them: objects are validated, admitted
// and stored, and nothing else happens to them. Pods cannot be made, for nobody makes the service accounts that they need.
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { constants } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tool } from './install.mjs';
import { run, succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

const loopback = '127.0.0.1';

/**
 * @typedef {object} Cluster
 * @property {string} folder of this cluster alone, gone when it ends
 * @property {string} kubeconfig the file of an administrator
 * @property {(...args: string[]) => Promise<string>} kubectl what it prints; throws when it fails
 * @property {(...args: string[]) => Promise<any>} get what `kubectl get ... -o json` prints, parsed
 * @property {(objects: readonly object[], ...args: string[]) => Promise<string>} apply server-side; throws for what the
 *   server refuses
 * @property {(objects: readonly object[], ...args: string[]) => Promise<import('./process.mjs').Outcome>} tryApply as
 *   `apply`, with all that the server said: warnings, and why it refuses
 * @property {(command: string, args: string[], env?: NodeJS.ProcessEnv) => { stop: () => Promise<void> }} start a program
 *   that runs until it is stopped, at the latest until the cluster ends
 * @property {<T>(seconds: number, what: string, ask: () => Promise<T | undefined>) => Promise<T>} until asks again and
 *   again until there is an answer; throws after so many seconds, or when a program of the cluster has ended
 */

/**
 * Starts a cluster, works with it, and ends it with all that it started, also when the work throws.
 * @template T
 * @param {(cluster: Cluster) => Promise<T>} work
 * @param {{ apiserver?: string, args?: readonly string[] }} [options] which of the tools is the API server, and options
 *   that it gets besides ours
 * @returns {Promise<T>}
 */
export async function withCluster(work, { apiserver = 'kube-apiserver', args: apiserverArgs = [] } = {}) {
  const folder = newFolder('cluster');
  const programs = [];
  const kubeconfig = join(folder, 'kubeconfig');
  const kubectlPath = join(await tool('kubectl'), 'kubectl');
  const env = { ...cleanEnvironment(), KUBECONFIG: kubeconfig, KUBECACHEDIR: join(folder, 'kubectl'), TMPDIR: folder };
  const kubectl = async (...args) => (await succeed(kubectlPath, args, { env })).stdout;
  let applied = 0;
  const applyArgs = (objects, args) => {
    applied += 1;
    const file = join(folder, `apply-${applied}.json`);
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }), { mode: 0o600 });
    return ['apply', '--server-side', ...args, `--filename=${file}`];
  };
  /** @type {Cluster} */
  const cluster = {
    folder,
    kubeconfig,
    kubectl,
    get: async (...args) => JSON.parse(await kubectl('get', '--output=json', ...args)),
    apply: (objects, ...args) => kubectl(...applyArgs(objects, args)),
    tryApply: (objects, ...args) => run(kubectlPath, applyArgs(objects, args), { env }),
    start: (command, args, more = {}) => {
      const program = startProgram(command, args, folder, { ...env, ...more });
      programs.push(program);
      return {
        async stop() {
          // From here on its end is nothing to complain about.
          programs.splice(programs.indexOf(program), 1);
          await program.stop();
        },
      };
    },
    async until(seconds, what, ask) {
      const end = performance.now() + seconds * 1000;
      for (;;) {
        const answer = await ask();
        if (answer !== undefined) return answer;
        if (performance.now() > end) throw new Error(`${what}: not after ${seconds} s`);
        if (programs.some(({ outcome }) => outcome() !== undefined))
          throw new Error(`${what}: a program of the cluster has ended`);
        await sleep(1000);
      }
    },
  };
  try {
    await startServers(cluster, apiserver, apiserverArgs);
    return await work(cluster);
  } catch (error) {
    const ended = programs.filter(({ outcome }) => outcome() !== undefined);
    if (ended.length === 0) throw error;
    const last = ended.map(({ name, outcome, lastLines }) => `${name} ended: ${outcome()}\n${lastLines()}`);
    throw new Error([error.message, ...last].join('\n'), { cause: error });
  } finally {
    for (const program of programs.reverse()) await program.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts etcd and kube-apiserver, and waits until the latter is ready. */
async function startServers({ folder, kubeconfig, kubectl, start, until }, apiserverTool, args) {
  const apiserver = join(await tool(apiserverTool), 'kube-apiserver');
  const [client, peer, secure] = await freePorts(3);
  const etcd = `http://${loopback}:${client}`;
  const peers = `http://${loopback}:${peer}`;
  const path = (name) => join(folder, name);

  start('etcd', [
    '--name=test',
    `--data-dir=${path('etcd')}`,
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=test=${peers}`,
  ]);

  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const secret = { mode: 0o600 };
  writeFileSync(path('accounts.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), secret);
  writeFileSync(path('accounts.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  const token = randomBytes(32).toString('base64url');
  writeFileSync(path('tokens.csv'), `${token},admin,admin,system:masters\n`, secret);
  start(apiserver, [
    `--etcd-servers=${etcd}`,
    `--bind-address=${loopback}`,
    `--advertise-address=${loopback}`,
    `--secure-port=${secure}`,
    // It makes its own certificate there, for the address that it advertises.
    `--cert-dir=${path('certificates')}`,
    `--token-auth-file=${path('tokens.csv')}`,
    '--authorization-mode=RBAC',
    // The default of k3s.
    '--service-cluster-ip-range=10.43.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-signing-key-file=${path('accounts.key')}`,
    `--service-account-key-file=${path('accounts.pub')}`,
    // A loopback address is none for the endpoints of the service kubernetes.
    '--endpoint-reconciler-type=none',
    '--allow-privileged=true',
    // The etcd of Debian 12 does not answer how far a watch is: an error in the log each second, and a watch that begins with
    // what is there, as kwok's do, ends at once (apiserver, pkg/storage/cacher/cacher.go, Watch).
    '--feature-gates=SizeBasedListCostEstimate=false,WatchList=false',
    ...args,
  ]);

  const server = {
    server: `https://${loopback}:${secure}`,
    'certificate-authority': path('certificates/apiserver.crt'),
  };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: server }],
    users: [{ name: 'test', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  };
  writeFileSync(kubeconfig, JSON.stringify(config), secret);
  await until(120, 'kube-apiserver is ready', () =>
    kubectl('get', '--raw=/readyz').then(
      (answer) => answer === 'ok' || undefined,
      () => undefined,
    ),
  );
}

/** Programs that run now. */
const running = new Set();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
// A signal ends Node without the event `exit`, and what it started would stay.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

/** Starts a program that runs until it is stopped; what it says goes into a file of its name. */
function startProgram(command, args, folder, env) {
  const name = basename(command);
  const log = join(folder, `${name}.log`);
  const output = openSync(log, 'a', 0o600);
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', output, output] });
  closeSync(output);
  running.add(child);
  let outcome;
  const ended = new Promise((resolve) => {
    child.on('error', (error) => {
      outcome = error.code === 'ENOENT' ? `${name} is missing: apt-get install ${name}-server` : error.message;
      resolve();
    });
    child.on('exit', (code, signal) => {
      outcome = signal === null ? `exit code ${code}` : `ended by ${signal}`;
      resolve();
    });
  }).then(() => running.delete(child));
  return {
    name,
    /** How it ended; undefined while it runs. */
    outcome: () => outcome,
    lastLines: () => readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15).join('\n'),
    /** At once: all that it knows is thrown away. */
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The environment without what would lead etcd or Kubernetes elsewhere. */
function cleanEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(ETCD|KUBE)/.test(name)));
}

/** Ports of the loopback that nobody listens on: all are held until the last is found, so that no two are the same. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve, reject) => {
          const server = createServer().once('error', reject);
          server.listen(0, loopback, () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
