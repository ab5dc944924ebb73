import { defineRole } from '../../role.ts';

export const metrics = defineRole({
  name: 'metrics',
  description:
    "Measures the health of disks and power supply every five minutes, for node-exporter's textfile collector.",
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
  },
});
