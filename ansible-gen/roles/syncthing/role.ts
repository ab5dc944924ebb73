import { defineRole } from '../../role.ts';

export const syncthing = defineRole({
  name: 'syncthing',
  description:
    'Runs Syncthing on a board with disks for shares, known to its peers by the identity that was made at home, only while the disks are there.',
  variables: {
    version: {
      type: 'str',
      description:
        'Exact version, as upstream tags it, for example `v2.1.3`: for boards whose distribution has one before 1.24.',
      all: ({ pins }) => pins.syncthing.version,
    },
    checksums: {
      type: 'dict',
      description:
        "SHA-256 of the archive, one per architecture, from the release's `sha256sum.txt.asc`. Without the one of the board nothing is installed from upstream.",
      options: {
        amd64: { type: 'str', description: 'Of `syncthing-linux-amd64-<version>.tar.gz`.', required: false },
        arm64: { type: 'str', description: 'Of `syncthing-linux-arm64-<version>.tar.gz`.', required: false },
      },
      default: {},
      all: ({ pins }) => pins.syncthing.sha256,
    },
    download_url: {
      type: 'str',
      description: 'Where `<version>/<archive>` is downloaded from: the releases of Syncthing, or a mirror of them.',
      all: ({ pins }) => pins.syncthing.source,
    },
    local_folder: {
      type: 'path',
      description:
        'Folder of the controller that holds the archive under its upstream name, absolute. Then nothing is downloaded from upstream.',
      default: '',
    },
    user: {
      type: 'str',
      description: 'Owner of all files of all shares, and of the process.',
      all: ({ dnas }) => dnas.owner.name,
    },
    uid: {
      type: 'int',
      description: 'Its number, the same on every board.',
      all: ({ dnas }) => dnas.owner.uid,
    },
    gid: {
      type: 'int',
      description: 'The number of its group, the same on every board.',
      all: ({ dnas }) => dnas.owner.gid,
    },
    mount_points: {
      type: 'list',
      elements: 'path',
      description:
        'Mount points of all disks for shares of the board. Its index is on one of them, and Syncthing runs only while that is mounted.',
      board: ({ disks }) => {
        const mountPoints = disks.filter(({ purpose }) => purpose === 'dnas').map(({ mountPoint }) => mountPoint);
        return mountPoints.length > 0 ? mountPoints : undefined;
      },
    },
    mount_units: {
      type: 'list',
      elements: 'str',
      description: 'Units that mount them, in the same order: Syncthing stops and starts with the one of its index.',
      board: ({ disks }) => {
        const units = disks.filter(({ purpose }) => purpose === 'dnas').map(({ mountUnit }) => mountUnit);
        return units.length > 0 ? units : undefined;
      },
    },
    marker: {
      type: 'str',
      description: 'File in the root of a disk of the home. Where it is missing, the disk is away.',
      all: ({ dnas }) => dnas.marker,
    },
    certificate: {
      type: 'str',
      description: 'The certificate of the board, which its device ID is made of.',
      secret: 'board',
    },
    key: {
      type: 'str',
      description: 'The private key of the certificate.',
      secret: 'board',
    },
    replace_identity: {
      type: 'bool',
      description:
        'Overwrite another identity that the board has. Its device ID changes, and every device that syncs with it must be told.',
      default: false,
    },
    options: {
      type: 'dict',
      description:
        'Options of Syncthing by their names in its REST API, over those of homecloud. All others stay as they are on the board.',
      default: {},
    },
    relays: {
      type: 'bool',
      description: 'Whether devices sync through the public relays of the Syncthing project.',
      default: false,
      all: (model) => model.syncthing.relays || undefined,
    },
    global_discovery: {
      type: 'bool',
      description: 'Whether the discovery servers of the Syncthing project are told and asked.',
      default: false,
      all: (model) => model.syncthing.globalDiscovery || undefined,
    },
    nat_traversal: {
      type: 'bool',
      description: 'Whether ports of the router are opened by UPnP and NAT-PMP, and STUN servers are asked.',
      default: false,
      all: (model) => model.syncthing.natTraversal || undefined,
    },
    unknown: {
      type: 'str',
      description: 'What becomes of folders and devices that somebody added by hand. Files stay in any case.',
      choices: ['report', 'keep', 'remove'],
      default: 'report',
      all: (model) => model.syncthing.unknown,
    },
    devices: {
      type: 'list',
      elements: 'dict',
      description: 'The peers of the board.',
      options: {
        id: { type: 'str', description: 'Device ID.' },
        name: { type: 'str', description: 'What the board calls it.' },
        kind: {
          type: 'str',
          description: '`board`, `person`, or `offsite`, which is not trusted and has what is encrypted only.',
          choices: ['board', 'person', 'offsite'],
        },
        addresses: {
          type: 'list',
          elements: 'str',
          description: 'Where it is reached: `tcp://192.168.1.11:22000`, or `dynamic`, where discovery finds it.',
        },
      },
      default: [],
      board: ({ syncthing }) => syncthing?.devices,
    },
    folders: {
      type: 'list',
      elements: 'dict',
      description: 'The shares that the board syncs. One whose disk is away is left as it is.',
      options: {
        id: { type: 'str', description: 'The same on every device.' },
        name: { type: 'str', description: 'Of the share.' },
        mount_point: { type: 'path', description: 'Of the disk that holds it.' },
        path: { type: 'path', description: 'Folder of the share.' },
        type: {
          type: 'str',
          description: 'What the board does.',
          choices: ['send-receive', 'send-only', 'receive-only'],
        },
        devices: {
          type: 'list',
          elements: 'dict',
          description: 'Its peers.',
          options: {
            id: { type: 'str', description: 'Device ID.' },
            is_encrypted: { type: 'bool', description: 'Whether the peer gets what is encrypted only.' },
          },
        },
        versioning: {
          type: 'dict',
          description: 'What is kept of files that a peer overwrote or deleted.',
          options: {
            kind: { type: 'str', description: 'How many versions.', choices: ['staggered', 'trash-can', 'none'] },
            days: { type: 'int', description: 'For how many days.' },
          },
        },
        ignore: { type: 'list', elements: 'str', description: 'Patterns of files that are not synced.' },
        max_conflicts: { type: 'int', description: 'Conflict copies of one file that are kept.' },
      },
      default: [],
      board: ({ syncthing }) =>
        syncthing?.folders.map(({ mountPoint, maxConflicts, devices, ...folder }) => ({
          ...folder,
          mount_point: mountPoint,
          devices: devices.map(({ id, isEncrypted }) => ({ id, is_encrypted: isEncrypted })),
          max_conflicts: maxConflicts,
        })),
    },
    offsite_password: {
      type: 'str',
      description: 'What peers elsewhere keep shares encrypted with.',
      default: '',
      secret: true,
    },
    metrics_folder: {
      type: 'path',
      description: "Folder that node-exporter's textfile collector reads.",
      all: (model) => model.metrics.folder,
    },
  },
});
