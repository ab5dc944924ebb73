import type { Model } from '../../../model/model.ts';
import { defineRole } from '../../role.ts';

export const maintenance = defineRole({
  name: 'maintenance',
  description:
    'The steps of the playbooks for a cluster that runs: asks the cluster, empties a board, waits until it is well again, takes it out, cleans it.',
  variables: {
    servers: {
      type: 'list',
      elements: 'dict',
      description: 'All servers of the cluster.',
      options: {
        name: { type: 'str', description: 'Name of the board in the inventory.' },
        address: { type: 'str', description: 'Address of the board.' },
      },
      all: ({ boards }) =>
        boards.filter(({ role }) => role === 'server').map(({ name, address }) => ({ name, address })),
    },
    boards: {
      type: 'list',
      elements: 'str',
      description: 'Names of all boards of the home.',
      all: ({ boards }) => boards.map(({ name }) => name),
    },
    owns_virtual_ip: {
      type: 'bool',
      description: 'Whether the board can own the virtual IP.',
      default: false,
      board: ({ virtualIp }) => (virtualIp === null ? undefined : true),
    },
    shares: {
      type: 'list',
      elements: 'dict',
      description: 'All shares of the home.',
      options: {
        name: { type: 'str', description: 'Name of the share.' },
        boards: { type: 'list', elements: 'str', description: 'Boards that hold it.' },
      },
      default: [],
      all: sharePlaces,
    },
    system_disk: {
      type: 'str',
      description: 'Device of the disk that holds the state of k3s.',
      default: '',
      board: ({ disks }) => disks.find(({ purpose }) => purpose === 'system')?.device,
    },
    home: {
      type: 'str',
      description: 'Name of the home, which a reset asks for.',
      all: ({ home }) => home.name,
    },
    home_to_reset: {
      type: 'str',
      description: 'Name that the admin typed for a reset.',
      default: '',
    },
    k3s_version: {
      type: 'str',
      description: 'Version of k3s that the home shall have, for example `v1.37.1+k3s1`.',
      all: ({ pins }) => pins.k3s.version,
    },
    drain_timeout: {
      type: 'int',
      description: 'Seconds that the pods of a board may take to leave it.',
      default: 300,
    },
    storage_timeout: {
      type: 'int',
      description: "Seconds that Longhorn's volumes may take to be healthy, or to leave a board.",
      default: 900,
    },
    reboot_timeout: {
      type: 'int',
      description: 'Seconds that a board may take to come back from a reboot.',
      default: 900,
    },
    ready_timeout: {
      type: 'int',
      description: 'Seconds that a board may take to be ready in the cluster.',
      default: 600,
    },
    reboot_all: {
      type: 'bool',
      description: 'Reboot boards that do not need it, too.',
      default: false,
    },
    leaving: {
      type: 'list',
      elements: 'str',
      description: 'Boards that leave the cluster, or that another machine takes the place of.',
      default: [],
    },
    dead: {
      type: 'bool',
      description: 'The boards that leave are dead and never come back.',
      default: false,
    },
    even_servers: {
      type: 'bool',
      description: 'Accept an even number of servers for a while.',
      default: false,
    },
    forget_shares: {
      type: 'bool',
      description: 'Let a board leave although it holds the only copy of a share. Its disk keeps the files.',
      default: false,
    },
    forget_volumes: {
      type: 'bool',
      description:
        'Let a board leave, or a new machine take its place, although volumes stand on it alone, such as those of the class `local-path`. It keeps their files.',
      default: false,
    },
  },
});

function sharePlaces({ boards }: Model): { name: string; boards: string[] }[] {
  const places = new Map<string, string[]>();
  for (const board of boards) {
    for (const { name } of board.dnas?.shares ?? []) places.set(name, [...(places.get(name) ?? []), board.name]);
  }
  return [...places].map(([name, holders]) => ({ name, boards: holders }));
}
