import { defineRole } from '../../role.ts';

export const k3s = defineRole({
  name: 'k3s',
  description: 'Installs k3s from a checked binary and makes the board a server or an agent of the one cluster.',
  variables: {
    version: {
      type: 'str',
      description: 'Exact version, as upstream tags it, for example `v1.37.1+k3s1`.',
      all: ({ pins }) => pins.k3s.version,
    },
    checksums: {
      type: 'dict',
      description:
        "SHA-256 of the binary, one per architecture, from the release's `sha256sum-<architecture>.txt`. Without the one of the board nothing is installed.",
      options: {
        amd64: { type: 'str', description: 'Of the file `k3s`.', required: false },
        arm64: { type: 'str', description: 'Of the file `k3s-arm64`.', required: false },
      },
      default: {},
      all: ({ pins }) => pins.k3s.sha256,
    },
    download_url: {
      type: 'str',
      description: 'Where `<version>/<file>` is downloaded from: the releases of k3s, or a mirror of them.',
      all: ({ pins }) => pins.k3s.source,
    },
    local_folder: {
      type: 'path',
      description:
        'Folder of the controller that holds the binary under its upstream name (`k3s`, `k3s-arm64`), absolute. Then nothing is downloaded.',
      default: '',
    },
    role: {
      type: 'str',
      description: '`server`: runs the API and the database. `agent`: only works for them.',
      choices: ['server', 'agent'],
      board: ({ role }) => role,
    },
    servers: {
      type: 'list',
      elements: 'dict',
      description:
        'All servers of the cluster. The first one starts it, if none of their disks holds it. More than one means embedded etcd.',
      options: {
        name: { type: 'str', description: 'Name of the board in the inventory.' },
        address: { type: 'str', description: 'Address of the board.' },
      },
      all: ({ boards }) =>
        boards.filter(({ role }) => role === 'server').map(({ name, address }) => ({ name, address })),
    },
    url: {
      type: 'str',
      description: 'URL of the API at the virtual IP: agents join there, and the kubeconfig points there.',
      all: (model) => model.k3s.url,
    },
    config: {
      type: 'dict',
      description:
        'Contents of `/etc/rancher/k3s/config.yaml`: options of `k3s server` or `k3s agent` by their names without dashes. How the board joins and its tokens are not among them.',
      board: (board) => board.k3s.config,
    },
    kubelet: {
      type: 'dict',
      description: '`KubeletConfiguration` that is laid over that of k3s, as a file in its `kubelet.conf.d`.',
      default: {},
      board: (board) => board.k3s.kubelet,
    },
    registries: {
      type: 'dict',
      description: 'Contents of `/etc/rancher/k3s/registries.yaml`; empty: no registry is treated in a way of its own.',
      default: {},
      board: (board) => board.k3s.registries ?? undefined,
    },
    join_addresses: {
      type: 'list',
      elements: 'str',
      description: 'Addresses of servers where an agent joins for the first time while the virtual IP does not answer.',
      default: [],
      board: (board) => board.k3s.joinAddresses,
    },
    snapshots: {
      type: 'dict',
      description: 'How often a single server copies its database. More servers have the snapshots of etcd.',
      options: {
        everyHours: { type: 'int', description: 'Hours between two copies, a part of a day.' },
        keep: { type: 'int', description: 'How many are kept.' },
      },
      all: (model) => model.k3s.snapshots,
    },
    token: {
      type: 'str',
      description: 'What servers join with. Whoever has it owns the cluster, so that agents never hold it.',
      secret: true,
    },
    agent_token: {
      type: 'str',
      description: 'What agents join with.',
      secret: true,
    },
    mount_point: {
      type: 'path',
      description:
        'Mount point of the disk that holds the state of k3s. While nothing is mounted there, the board does not start k3s: it would take the absent disk for a new board.',
      default: '',
      board: ({ disks }) => disks.find(({ purpose }) => purpose === 'system')?.mountPoint,
    },
    mount_unit: {
      type: 'str',
      description: 'Unit that mounts it: k3s stops and starts with the disk.',
      default: '',
      board: ({ disks }) => disks.find(({ purpose }) => purpose === 'system')?.mountUnit,
    },
    bootstrap: {
      type: 'bool',
      description:
        'Start a new cluster although a server cannot be asked whether it holds one. If it does, there are two clusters afterwards.',
      default: false,
    },
    restart_without_quorum: {
      type: 'bool',
      description:
        'Restart a server although another is not ready: the cluster stands still until one of the two is back.',
      default: false,
    },
    upgrade: {
      type: 'bool',
      description:
        'Go up to the next minor version of k3s. The playbook `upgrade` says so, which keeps a copy of the database before; no other does.',
      default: false,
    },
    start_timeout: {
      type: 'int',
      description: 'Seconds that k3s may take until it is ready. The first start on a small board takes minutes.',
      default: 600,
    },
    kubeconfig: {
      type: 'path',
      description: 'File of the controller that gets the kubeconfig of the admin, from the first server.',
      all: ({ home }) => `~/.kube/homecloud-${home.name}.yaml`,
    },
    context: {
      type: 'str',
      description: 'Name of the cluster, the user and the context in the kubeconfig.',
      all: ({ home }) => home.name,
    },
  },
});
