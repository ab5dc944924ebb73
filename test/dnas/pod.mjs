// A stand-in for the kubelet: runs the containers of a deployment by runc, with the rights, limits, mounts and probes that
// its manifest gives them. The images are one root of Debian; everything else is what `dist/` has.
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { run, succeed } from '../tools/process.mjs';
import { sleep } from '../tools/sleep.mjs';

/** Containers that run: they would outlive this process. @type {Set<string>} */
const running = new Set();
process.prependListener('exit', () => {
  for (const id of running) spawnSync('runc', ['delete', '--force', id], { stdio: 'ignore' });
});

/** @typedef {{ deployment: string, configMap: string, secrets: Record<string, Record<string, string>> }} Manifests */

export class Pod {
  /** @type {Map<string, Container>} */
  containers = new Map();

  /**
   * @param {object} options
   * @param {Manifests} options.manifests files of the deployment and of its config map; secrets in clear text
   * @param {string} options.root of a Debian that has the programs of the images
   * @param {string} options.folder of its own
   * @param {string} options.board folder that is the root of the board: what `hostPath` is below
   * @param {string} options.network name of its network namespace
   */
  constructor({ manifests, root, folder, board, network }) {
    this.spec = load(readFileSync(manifests.deployment, 'utf8')).spec.template.spec;
    this.config = load(readFileSync(manifests.configMap, 'utf8')).data;
    this.secrets = manifests.secrets;
    Object.assign(this, { root, folder, board, network });
  }

  async start() {
    for (const volume of this.spec.volumes) await this.#makeVolume(volume);
    for (const spec of this.spec.containers) {
      const container = new Container(this, spec);
      this.containers.set(spec.name, container);
      await container.start();
    }
  }

  /** @param {string} name of a container */
  container(name) {
    const container = this.containers.get(name);
    if (container === undefined) throw new Error(`the pod has no container ${name}`);
    return container;
  }

  /** As the kubelet ends a pod: asks, waits for its time of grace, kills. */
  async stop() {
    await Promise.all([...this.containers.values()].map((container) => container.stop()));
  }

  volumeFolder(name) {
    const volume = this.spec.volumes.find((it) => it.name === name);
    return volume.hostPath ? join(this.board, volume.hostPath.path) : join(this.folder, 'volumes', name);
  }

  async #makeVolume({ name, configMap, secret, emptyDir, hostPath }) {
    if (hostPath) return;
    const folder = this.volumeFolder(name);
    mkdirSync(folder, { recursive: true });
    if (configMap) for (const [file, text] of Object.entries(this.config)) writeFileSync(join(folder, file), text);
    if (secret) {
      for (const { key, path } of secret.items) {
        writeFileSync(join(folder, path), this.secrets[secret.secretName][key], { mode: secret.defaultMode });
      }
    }
    if (emptyDir) {
      const size = emptyDir.sizeLimit.replace('i', '');
      if (emptyDir.medium === 'Memory') {
        await succeed('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0777`, 'tmpfs', folder]);
      } else await succeed('chmod', ['0777', folder]);
    }
  }
}

class Container {
  restarts = 0;
  ready = false;
  #ended = Promise.resolve();
  #wanted = false;

  constructor(pod, spec) {
    this.pod = pod;
    this.spec = spec;
    this.name = spec.name;
    this.id = `hcdnas-${process.pid}-${pod.network}-${spec.name}`;
    this.folder = join(pod.folder, 'containers', spec.name);
    this.logFile = join(this.folder, 'log');
  }

  get log() {
    return readFileSync(this.logFile, 'utf8');
  }

  async start() {
    const part = (name) => join(this.folder, name);
    for (const name of ['changes', 'work', 'rootfs']) mkdirSync(part(name), { recursive: true });
    const layers = `lowerdir=${this.pod.root},upperdir=${part('changes')},workdir=${part('work')}`;
    await succeed('mount', ['-t', 'overlay', 'overlay', '-o', layers, part('rootfs')]);
    // The runtime of a node makes them in the image's layer, too; a file is a mount point for a file.
    for (const { mountPath, subPath } of this.spec.volumeMounts) {
      const target = join(part('rootfs'), mountPath);
      mkdirSync(subPath === undefined ? target : dirname(target), { recursive: true });
    }
    writeFileSync(part('config.json'), JSON.stringify(this.#bundle()));
    this.#wanted = true;
    this.#run();
    void this.#probe();
  }

  #run() {
    const log = createWriteStream(this.logFile, { flags: 'a' });
    running.add(this.id);
    const child = spawn('runc', ['run', '--bundle', this.folder, this.id], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.#ended = new Promise((resolve) => {
      child.on('close', async () => {
        this.ready = false;
        await run('runc', ['delete', '--force', this.id]);
        running.delete(this.id);
        resolve();
        if (!this.#wanted) return;
        this.restarts += 1;
        this.#run();
      });
    });
  }

  async stop() {
    this.#wanted = false;
    await run('runc', ['kill', this.id, 'TERM']);
    const end = this.#ended.then(() => true);
    const grace = sleep(this.pod.spec.terminationGracePeriodSeconds);
    if ((await Promise.race([end, grace])) !== true) await run('runc', ['kill', this.id, 'KILL']);
    await end;
  }

  /** Ends a process of the container as if it had crashed. @param {string} name of the program */
  async crash(name) {
    await succeed('nsenter', ['--target', `${await this.#pid()}`, '--pid', '--mount', 'pkill', '-KILL', '-x', name]);
  }

  /** Bytes of memory that it has had at most, with what the kernel keeps of its files for it. */
  get peakMemory() {
    const paths = ['memory/homecloud-dnas', 'homecloud-dnas'].flatMap((group) =>
      ['memory.max_usage_in_bytes', 'memory.peak'].map((file) => `/sys/fs/cgroup/${group}/${this.id}/${file}`),
    );
    return Number(readFileSync(paths.find(existsSync) ?? '', 'utf8'));
  }

  /** Stops all of its processes, or lets them go on: as if it hung. @param {boolean} yes */
  async freeze(yes) {
    const pids = (await succeed('runc', ['ps', '--format', 'json', this.id])).stdout;
    for (const pid of JSON.parse(pids)) {
      try {
        process.kill(pid, yes ? 'SIGSTOP' : 'SIGCONT');
      } catch (error) {
        // A probe, or a visitor's server, that has ended since.
        if (error.code !== 'ESRCH') throw error;
      }
    }
  }

  async #pid() {
    return JSON.parse((await succeed('runc', ['state', this.id])).stdout).pid;
  }

  /** Runs a command in it, as `kubectl exec`. @param {readonly string[]} command */
  exec(command, options) {
    return run('runc', ['exec', this.id, ...command], options);
  }

  async #probe() {
    const { startupProbe, readinessProbe, livenessProbe } = this.spec;
    const passes = async ({ exec, timeoutSeconds }) =>
      (await run('timeout', [`${timeoutSeconds}`, 'runc', 'exec', this.id, ...exec.command])).code === 0;
    let started = false;
    let failures = 0;
    let nextLiveness = 0;
    while (this.#wanted) {
      const restarts = this.restarts;
      if (!started) {
        // More often than on a node: the test need not wait.
        await sleep(0.5);
        started = await passes(startupProbe);
        continue;
      }
      const now = Date.now();
      this.ready = (await passes(readinessProbe)) && this.restarts === restarts;
      if (now >= nextLiveness) {
        failures = (await passes(livenessProbe)) ? 0 : failures + 1;
        nextLiveness = now + livenessProbe.periodSeconds * 1000;
      }
      if (failures >= livenessProbe.failureThreshold && this.#wanted) {
        await run('runc', ['kill', this.id, 'KILL']);
        failures = 0;
      }
      if (this.restarts !== restarts) started = false;
      await sleep(1);
    }
  }

  /** What containerd makes of the manifest (config.json of the OCI runtime specification). */
  #bundle() {
    const { spec, pod } = this;
    const { capabilities, allowPrivilegeEscalation, readOnlyRootFilesystem, runAsUser, runAsGroup } =
      spec.securityContext;
    const granted = (capabilities.add ?? []).map((name) => `CAP_${name}`);
    const held = runAsUser === 0 ? granted : [];
    return {
      ociVersion: '1.0.2',
      process: {
        terminal: false,
        user: { uid: runAsUser, gid: runAsGroup, additionalGids: pod.spec.securityContext.supplementalGroups ?? [] },
        args: spec.command,
        env: [
          'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
          ...(spec.env ?? []).map(({ name, value }) => `${name}=${value}`),
        ],
        cwd: '/',
        capabilities: { bounding: granted, effective: held, permitted: held, inheritable: [], ambient: [] },
        noNewPrivileges: !allowPrivilegeEscalation,
      },
      root: { path: 'rootfs', readonly: readOnlyRootFilesystem },
      hostname: 'pod',
      mounts: [
        { destination: '/proc', type: 'proc', source: 'proc' },
        { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
        {
          destination: '/dev',
          type: 'tmpfs',
          source: 'tmpfs',
          options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
        },
        {
          destination: '/dev/pts',
          type: 'devpts',
          source: 'devpts',
          options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
        },
        {
          destination: '/dev/shm',
          type: 'tmpfs',
          source: 'shm',
          options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'],
        },
        ...spec.volumeMounts.map(({ name, mountPath, subPath, readOnly, mountPropagation }) => ({
          destination: mountPath,
          type: 'bind',
          source: join(pod.volumeFolder(name), subPath ?? ''),
          options: [
            'rbind',
            mountPropagation === 'HostToContainer' ? 'rslave' : 'rprivate',
            ...(readOnly ? ['ro'] : []),
          ],
        })),
      ],
      linux: {
        cgroupsPath: `/homecloud-dnas/${this.id}`,
        resources: { memory: { limit: megabytes(spec.resources.limits.memory) } },
        namespaces: [
          ...['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
          { type: 'network', path: `/run/netns/${pod.network}` },
        ],
        maskedPaths: ['/proc/kcore', '/proc/keys', '/proc/timer_list', '/sys/firmware'],
        readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
      },
    };
  }
}

function megabytes(quantity) {
  return Number.parseInt(quantity, 10) * 1024 * 1024;
}
