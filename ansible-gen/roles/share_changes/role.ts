import { cloudChanges, cloudMarker } from '../../../model/nextcloud-shares.ts';
import { defineRole } from '../../role.ts';

export const shareChanges = defineRole({
  name: 'share_changes',
  description:
    'Tells Nextcloud in which folders of its shares something changed, by whichever way, only while their disks are there.',
  variables: {
    user: {
      type: 'str',
      description: 'Owner of all files of all shares, and of the process. It exists: the role syncthing makes it.',
      all: ({ dnas }) => dnas.owner.name,
    },
    disks: {
      type: 'list',
      elements: 'dict',
      description: 'Disks with shares whose copy Nextcloud opens. What the role did for others ends.',
      options: {
        name: { type: 'str', description: 'Name of the disk on its board.' },
        mount_point: { type: 'path', description: 'Where it is mounted.' },
        mount_unit: { type: 'str', description: 'Unit that mounts it: what watches it comes and goes with it.' },
        shares: {
          type: 'list',
          elements: 'dict',
          description: 'Those shares.',
          options: {
            name: { type: 'str', description: 'Of the share.' },
            path: { type: 'path', description: 'Folder of the share.' },
          },
        },
      },
      default: [],
      board: ({ dnas }) =>
        dnas === null || dnas.watchedDisks.length === 0
          ? undefined
          : dnas.watchedDisks.map(({ mountPoint, mountUnit, ...disk }) => ({
              ...disk,
              mount_point: mountPoint,
              mount_unit: mountUnit,
            })),
    },
    marker: {
      type: 'str',
      description: 'File in the root of a disk of the home. Where it is missing, the disk is away.',
      all: ({ dnas }) => dnas.marker,
    },
    share_marker: {
      type: 'str',
      description: 'File below the root of each share by which Nextcloud knows its disk: without it nothing is told.',
      default: cloudMarker,
    },
    file: {
      type: 'str',
      description: 'File in the same folder that tells what changed.',
      default: cloudChanges,
    },
  },
});
