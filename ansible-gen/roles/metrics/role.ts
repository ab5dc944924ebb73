import { defineRole } from '../../role.ts';

export const metrics = defineRole({
  name: 'metrics',
  description:
    "Measures the health of disks and power supply, and whether shares are served and watched, every five minutes, for node-exporter's textfile collector.",
  variables: {
    folder: {
      type: 'path',
      description: 'Folder that the textfile collector reads.',
      all: (model) => model.metrics.folder,
    },
    marker: {
      type: 'str',
      description: 'Name of the file in the root of each disk that says which disk it is.',
      all: ({ dnas }) => dnas.marker,
    },
    disks: {
      type: 'list',
      elements: 'dict',
      description: 'The disks that should be there.',
      options: {
        name: { type: 'str', description: 'Name of the disk on its board.' },
        mount_point: { type: 'path', description: 'Where it is mounted.' },
      },
      default: [],
      board: ({ disks }) => disks.map(({ name, mountPoint }) => ({ name, mount_point: mountPoint })),
    },
    share_servers: {
      type: 'list',
      elements: 'dict',
      description: 'The servers of shares that should answer.',
      options: {
        protocol: { type: 'str', choices: ['smb', 'nfs'], description: 'What it speaks.' },
        address: { type: 'str', description: 'The address at which computers at home ask it.' },
        port: { type: 'int', description: 'Its port there.' },
      },
      default: [],
      board: (board, { dnas: { ports } }) => {
        const servers = (['smb', 'nfs'] as const)
          .filter((protocol) => board.dnas?.shares.some((share) => share[protocol] !== null))
          .map((protocol) => ({ protocol, address: board.address, port: ports[protocol] }));
        return servers.length > 0 ? servers : undefined;
      },
    },
    watched_shares: {
      type: 'list',
      elements: 'dict',
      description: 'Shares of which Nextcloud should be told what changes (role `share_changes`).',
      options: {
        name: { type: 'str', description: 'Of the share.' },
        disk: { type: 'str', description: 'Name of its disk on the board.' },
      },
      default: [],
      board: ({ dnas }) => {
        const shares = (dnas?.watchedDisks ?? []).flatMap(({ name: disk, shares }) =>
          shares.map(({ name }) => ({ name, disk })),
        );
        return shares.length > 0 ? shares : undefined;
      },
    },
  },
});
