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
        'Mount points of all disks for shares of the board. Syncthing runs only while all of them are mounted.',
      board: ({ disks }) => {
        const mountPoints = disks.filter(({ purpose }) => purpose === 'dnas').map(({ mountPoint }) => mountPoint);
        return mountPoints.length > 0 ? mountPoints : undefined;
      },
    },
    mount_units: {
      type: 'list',
      elements: 'str',
      description: 'Units that mount them: Syncthing stops and starts with each.',
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
        'Options of Syncthing by their names in its REST API, over those of homecloud. All others, folders and devices stay as they are on the board.',
      default: {},
    },
  },
});
