import { defineRole } from '../../role.ts';

export const vdirsyncer = defineRole({
  name: 'vdirsyncer',
  description:
    'Keeps contacts and calendars of people the same as files of a share and in Nextcloud, by vdirsyncer, only while the disk of the share is there.',
  variables: {
    user: {
      type: 'str',
      description: 'Owner of all files of all shares, and of the process. It exists: the role syncthing makes it.',
      all: ({ dnas }) => dnas.owner.name,
    },
    url: {
      type: 'str',
      description: 'Where the server of contacts and calendars is asked who is who. Empty: there is none.',
      default: '',
      all: ({ nextcloud }) => (nextcloud === null ? undefined : `${nextcloud.url}/remote.php/dav/`),
    },
    hosts: {
      type: 'dict',
      description:
        'Addresses by host name, for the process alone: the way to the server stays at home, whatever the name servers of the board say.',
      default: {},
      all: ({ nextcloud, virtualIp }) => (nextcloud === null ? undefined : { [nextcloud.host]: virtualIp.address }),
    },
    authority: {
      type: 'str',
      description:
        'Certificate in PEM of the authority that signs the server. Empty: one of those that the system knows.',
      default: '',
      all: ({ nextcloud, certificates }) =>
        nextcloud === null || certificates?.authority.kind !== 'private-ca'
          ? undefined
          : (certificates.authority.root ?? undefined),
    },
    people: {
      type: 'list',
      elements: 'dict',
      description: 'Whose contacts and calendars the board syncs. What it did for others ends; their files stay.',
      options: {
        name: { type: 'str', description: 'Account on the server.' },
        folder: { type: 'path', description: 'Folder of a share of this person alone.' },
        mount_point: { type: 'path', description: 'Of the disk that holds it.' },
        mount_unit: { type: 'str', description: 'Unit that mounts it.' },
      },
      default: [],
      board: ({ vdirs }) =>
        vdirs.length === 0
          ? undefined
          : vdirs.map(({ person, folder, mountPoint, mountUnit }) => ({
              name: person,
              folder,
              mount_point: mountPoint,
              mount_unit: mountUnit,
            })),
    },
    marker: {
      type: 'str',
      description: 'File in the root of a disk of the home. Where it is missing, the disk is away.',
      all: ({ dnas }) => dnas.marker,
    },
    metrics_folder: {
      type: 'path',
      description: "Folder that node-exporter's textfile collector reads.",
      all: (model) => model.metrics.folder,
    },
  },
});
