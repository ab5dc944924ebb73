import { defineRole } from '../../role.ts';

export const verify = defineRole({
  name: 'verify',
  description: 'Says what is wrong with the running home, all of it at once, and changes nothing.',
  variables: {
    version: {
      type: 'str',
      description: 'Version of k3s that all boards run.',
      all: ({ pins }) => pins.k3s.version,
    },
    servers: {
      type: 'list',
      elements: 'str',
      description: 'Names of the servers of the cluster.',
      all: ({ boards }) => boards.filter(({ role }) => role === 'server').map(({ name }) => name),
    },
    nodes: {
      type: 'list',
      elements: 'str',
      description: 'Names of all boards: the nodes that the cluster has.',
      all: ({ boards }) => boards.map(({ name }) => name),
    },
    virtual_ip: {
      type: 'str',
      description: 'The address that exactly one board owns.',
      all: ({ virtualIp }) => virtualIp.address,
    },
    may_own_virtual_ip: {
      type: 'bool',
      description: 'Whether the board can own the virtual IP.',
      default: false,
      board: ({ virtualIp }) => (virtualIp === null ? undefined : true),
    },
    address: {
      type: 'str',
      description: "The board's own address.",
      board: ({ address }) => address,
    },
    names: {
      type: 'dict',
      description: 'Host names that the name server of the board knows, each with the address that it leads to.',
      default: {},
      board: ({ virtualIp }, { names }) =>
        names.by !== 'boards' || virtualIp === null
          ? undefined
          : Object.fromEntries(names.records.map(({ host, address }) => [host, address])),
    },
    mount_points: {
      type: 'dict',
      description:
        'Mount points of the disks of the board, each with the marker of the disk: the file that proves that it is the right one.',
      default: {},
      board: ({ disks }, { dnas }) =>
        disks.length === 0 ? undefined : Object.fromEntries(disks.map(({ mountPoint }) => [mountPoint, dnas.marker])),
    },
    snapshot_hours: {
      type: 'int',
      description: "Hours after which a server must have a newer copy of the cluster's database.",
      default: 24,
      all: ({ k3s }) => Math.max(24, 2 * k3s.snapshots.everyHours),
    },
    json: {
      type: 'path',
      description: 'File of the controller that gets all that was found, as JSON.',
      default: '',
    },
  },
});
