// A real node: a guest whose kubelet runs the pod of its board as `dist/` has it, in a cluster of a real API server,
// scheduler and controller-manager, with USB disks that the role has set up. The images alone are played, by one of Debian.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORE_SCHEMA, defineScalarTag, load } from 'js-yaml';
import { makeGuest, UsbDisk } from '../boards/guest.mjs';
import { makeHome } from '../boards/home.mjs';
import { withCluster } from '../tools/cluster.mjs';
import { tool } from '../tools/install.mjs';
import { succeed } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { Nfs, Smb } from './clients.mjs';
import { Machine } from './machine.mjs';
import { nodeFiles, nodePackages, playedImage } from './node-image.mjs';
import { until } from './until.mjs';

const name = 'oak';

/** YAML with texts that Ansible takes for no template. */
const ansible = CORE_SCHEMA.withTags(defineScalarTag('!unsafe', { resolve: (text) => text }));

/** As k3s has it: cgroups of systemd, and pods on a bridge, whose ports CNI forwards from the node. */
const containerd = (sandbox) => `version = 3
[plugins."io.containerd.cri.v1.images"]
  snapshotter = "overlayfs"
  [plugins."io.containerd.cri.v1.images".pinned_images]
    sandbox = "${sandbox}"
[plugins."io.containerd.cri.v1.runtime".cni]
  bin_dirs = ["/usr/lib/cni"]
  conf_dir = "/etc/cni/net.d"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
    SystemdCgroup = true
`;

const cni = {
  cniVersion: '1.0.0',
  name: 'pods',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      ipMasq: true,
      hairpinMode: true,
      ipam: { type: 'host-local', ranges: [[{ subnet: '10.42.0.0/24' }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
};

const unit = (command, more = '') =>
  `[Unit]\nAfter=network.target\n\n[Service]\nExecStart=${command}\nRestart=always\n${more}\n[Install]\nWantedBy=multi-user.target\n`;

export class Node {
  /** @type {Record<string, UsbDisk>} by the name of the disk */
  disks = {};
  /** Names of those that are pulled. @type {Set<string>} */
  #away = new Set();

  /** @param {import('../boards/lab.mjs').Lab} lab */
  static async make(lab) {
    const node = new Node();
    node.lab = lab;
    node.address = lab.network.address(40);
    node.laptop = new Machine(lab, 'laptop', lab.network.address(50));
    // At home, and not among those that NFS is for.
    node.console = new Machine(lab, 'console', lab.network.address(51));
    for (const machine of [node.laptop, node.console]) await machine.plugIn();
    node.guest = await makeGuest(lab, {
      ...{ name, address: node.address, packages: nodePackages, files: await nodeFiles(), memory: '3G' },
    });
    for (const [disk, serial] of Object.entries({ data: 'DATA0001', more: 'MORE0001' })) {
      node.disks[disk] = new UsbDisk(disk, await medium(), serial);
    }
    await node.guest.start(Object.values(node.disks));
    await node.#makeHome();
    await node.guest.ready(900);
    const { code, output } = await node.home.playbook('disks', 'ansible-newest', ['--timeout', '60']);
    if (code !== 0) throw new Error(output);
    await node.#startCluster();
    await node.#join();
    await node.#apply();
    /** Seconds until its pod was ready. */
    node.start = await node.untilReady(true, 600);
    return node;
  }

  async #makeHome() {
    const { lab, guest, laptop } = this;
    const only = [`${laptop.address}/32`];
    this.home = await makeHome(
      { network: lab.network, boards: [guest], key: lab.key, hostKey: (board) => lab.hostKey(board) },
      (config) => ({
        ...config,
        people: [{ name: 'alice', uid: 2001 }],
        boards: config.boards.map((board) => ({
          ...board,
          disks: Object.values(this.disks).map(({ id, device }) => ({ name: id, device, purpose: 'dnas' })),
        })),
        shares: [
          { name: 'photos', on: [`${name}/data`], people: ['alice'], nfs: { clients: only } },
          { name: 'films', on: [`${name}/more`], people: ['alice'], nfs: { clients: only } },
        ],
      }),
    );
    this.password = (await this.home.openSops('secrets/kubernetes/dnas/dnas-users.sops.yaml')).stringData.alice;
  }

  /** Starts what the servers of a home run, on this machine. */
  async #startCluster() {
    const end = new Promise((resolve) => {
      this.endCluster = resolve;
    });
    this.cluster = await new Promise((resolve, reject) => {
      this.clusterEnded = withCluster((cluster) => {
        resolve(cluster);
        return end;
      });
      this.clusterEnded.catch(reject);
    });
    const common = ['--leader-elect=false', '--secure-port=0', `--kubeconfig=${this.cluster.kubeconfig}`];
    const path = async (program) => join(await tool(program), program);
    this.cluster.start(await path('kube-controller-manager'), [
      ...common,
      `--service-account-private-key-file=${join(this.cluster.folder, 'accounts.key')}`,
      `--root-ca-file=${join(this.cluster.folder, 'certificates/apiserver.crt')}`,
    ]);
    this.cluster.start(await path('kube-scheduler'), common);
  }

  /** Makes the guest a node of the cluster. */
  async #join() {
    const { guest, cluster, lab } = this;
    const config = JSON.parse(readFileSync(cluster.kubeconfig, 'utf8'));
    const [{ cluster: server }] = config.clusters;
    const port = new URL(server.server).port;
    const authority = readFileSync(server['certificate-authority']).toString('base64');
    config.clusters[0].cluster = { server: server.server, 'certificate-authority-data': authority };
    // The API server listens on the loopback of this machine: the guest has it on its own.
    const tunnel = spawn(
      'setpriv',
      [
        ...['--pdeathsig=KILL', 'ssh', ...lab.sshOptions, '-o', 'ExitOnForwardFailure=yes', '-N'],
        ...['-R', `127.0.0.1:${port}:127.0.0.1:${port}`, `admin@${guest.address}`],
      ],
      { stdio: 'ignore' },
    );
    lab.atEnd(() => tunnel.kill('SIGKILL'));
    const vars = load(readFileSync(join(this.home.project, `inventory/host_vars/${name}.yml`), 'utf8'), {
      schema: ansible,
    });
    const kubelet = {
      // That of the board, which k3s has beside its own.
      ...vars.k3s_kubelet,
      cgroupDriver: 'systemd',
      containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
      failSwapOn: false,
      authentication: { anonymous: { enabled: false }, webhook: { enabled: false } },
      authorization: { mode: 'AlwaysAllow' },
      // What is slow in software: an answer of the runtime.
      runtimeRequestTimeout: '10m',
    };
    const files = {
      '/etc/containerd/config.toml': containerd(playedImage),
      '/etc/cni/net.d/10-pods.conflist': JSON.stringify(cni),
      '/etc/kubelet.yaml': JSON.stringify(kubelet),
      '/etc/kubeconfig': JSON.stringify(config),
      '/etc/systemd/system/containerd.service': unit(
        '/usr/local/bin/containerd',
        'Delegate=yes\nKillMode=process\nOOMScoreAdjust=-999\n',
      ),
      '/etc/systemd/system/kubelet.service': unit(
        `/usr/local/bin/kubelet --config=/etc/kubelet.yaml --kubeconfig=/etc/kubeconfig --hostname-override=${name} --node-ip=${guest.address}`,
      ),
    };
    for (const [file, text] of Object.entries(files)) {
      const { code, stderr } = await guest.ssh(`sudo sh -c 'umask 077; mkdir -p $(dirname ${file}) && cat > ${file}'`, {
        input: text,
      });
      if (code !== 0) throw new Error(stderr);
    }
    await guest.sudo('sysctl --quiet net.ipv4.ip_forward=1 && systemctl enable --now --quiet containerd kubelet');
    await until(
      'the node is ready',
      async () => {
        const { status } = await cluster.get('node', name);
        const ready = status.conditions.find(({ type }) => type === 'Ready');
        return ready.status === 'True' || ready.message;
      },
      300,
    ).catch(async (error) => {
      throw new Error(`${error.message}\n${await guest.sudo('journalctl --unit=kubelet --no-pager --lines=30')}`);
    });
    for (const image of this.#images()) await guest.sudo(`ctr --namespace k8s.io images tag ${playedImage} ${image}`);
  }

  #folder(...rest) {
    return join(this.home.project, '../kubernetes', ...rest);
  }

  get deployment() {
    return load(readFileSync(this.#folder('apps/dnas', name, `deployment-dnas-${name}.yaml`), 'utf8'));
  }

  /** Those that the pod wants. */
  #images() {
    return new Set(this.deployment.spec.template.spec.containers.map(({ image }) => image));
  }

  /** Applies what Flux would: the folders of the dnas, with the passwords in clear text. */
  async #apply() {
    const read = (...path) => load(readFileSync(this.#folder(...path), 'utf8'));
    await this.cluster.apply([read('controllers/dnas/namespace-dnas.yaml')]);
    await this.cluster.until(
      60,
      'the namespace has its account',
      async () =>
        (await this.cluster.get('serviceaccounts', '--namespace=dnas')).items.some(
          (it) => it.metadata.name === 'default',
        ) || undefined,
    );
    await this.cluster.apply([
      {
        ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'dnas-users', namespace: 'dnas' } },
        stringData: { alice: this.password },
      },
      ...['configmap', 'service', 'deployment'].map((kind) => read('apps/dnas', name, `${kind}-dnas-${name}.yaml`)),
    ]);
  }

  /** The pod that runs, or waits. */
  async pod() {
    const { items } = await this.cluster.get('pods', '--namespace=dnas');
    if (items.length !== 1) throw new Error(`there are ${items.length} pods`);
    return items[0];
  }

  /** Waits until the pod is ready, or is not. @param {boolean} ready */
  async untilReady(ready, seconds = 300) {
    return until(
      `the pod is ${ready ? 'ready' : 'unready'}`,
      async () => {
        const { status } = await this.pod();
        const condition = (status.conditions ?? []).find(({ type }) => type === 'Ready');
        return condition?.status === (ready ? 'True' : 'False') || JSON.stringify(status.containerStatuses ?? status);
      },
      seconds,
    );
  }

  /** How often each container was started again. */
  async restarts() {
    return (await this.pod()).status.containerStatuses.map((it) => `${it.name} ${it.restartCount}`).sort();
  }

  /** The process of a container that Kubernetes started. @param {string} container */
  async processOf(container) {
    const { containerID } = (await this.pod()).status.containerStatuses.find((it) => it.name === container);
    const id = containerID.replace('containerd://', '');
    return (await this.guest.sudo(`ctr --namespace k8s.io tasks list`))
      .split('\n')
      .map((line) => line.split(/\s+/))
      .find(([task]) => task === id)?.[1];
  }

  /** alice at the laptop. */
  smb(share) {
    return new Smb(this.laptop, { address: this.address, share, user: 'alice', password: this.password });
  }

  nfs(machine = this.laptop) {
    return new Nfs(machine, this.address);
  }

  /** Pulls a disk that has had the time to write. */
  async pull(disk) {
    await this.guest.sudo(`sync --file-system /srv/dnas/${disk}`);
    await this.guest.yank(this.disks[disk]);
    this.#away.add(disk);
  }

  async plug(disk) {
    await this.guest.plug(this.disks[disk]);
    this.#away.delete(disk);
  }

  /** Plugs in what is away. */
  async plugAll() {
    for (const disk of [...this.#away]) await this.plug(disk);
  }

  /** Does something while a disk that is none of the home's is plugged in. @param {UsbDisk} disk */
  async withForeignDisk(disk, work) {
    await this.guest.plug(disk);
    try {
      await work();
    } catch (error) {
      error.message += `\n${(await this.guest.ssh('sudo dmesg | tail -n 30; ls -l /dev/disk/by-id')).stdout}`;
      throw error;
    } finally {
      await this.guest.yank(disk);
    }
  }

  /** What stands below the place of a disk that is away. */
  async underneath(disk) {
    return this.guest.sudo(
      `mount --bind /srv/dnas /mnt && find /mnt/${disk} -mindepth 1; umount /mnt; mountpoint /srv/dnas/${disk} || true`,
    );
  }

  async stop() {
    this.endCluster?.();
    await this.clusterEnded?.catch(() => {});
    await this.guest?.powerOff();
  }
}

/** An empty medium. */
export async function medium() {
  const file = join(newFolder('medium'), 'image');
  await succeed('truncate', ['--size=320M', file]);
  return file;
}
