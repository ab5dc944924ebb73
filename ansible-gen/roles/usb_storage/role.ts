import { defineRole } from '../../role.ts';

export const usbStorage = defineRole({
  name: 'usb_storage',
  description:
    'Mounts the disks of the board, each only ever at its own place, and comes to terms with disks that go and return. Formats empty disks, adopts disks with data, and refuses all others.',
  variables: {
    home: {
      type: 'dict',
      description: 'The home that the disks belong to, as the marker on each of them says.',
      options: {
        name: { type: 'str', description: 'Name of the home.' },
        domain: { type: 'str', description: 'Domain of the home.' },
      },
      all: ({ home: { name, domain } }) => ({ name, domain }),
    },
    marker: {
      type: 'str',
      description:
        'Name of the file in the root of each disk that says which disk of which board it is. It is made once, when the disk is formatted or adopted.',
      all: ({ dnas }) => dnas.marker,
    },
    disks: {
      type: 'list',
      elements: 'dict',
      description: 'The disks of the board that homecloud may use. Any other is not touched.',
      options: {
        name: { type: 'str', description: 'Name of the disk on its board.' },
        device: {
          type: 'path',
          description: 'Stable path of the device, by which the disk is found at its first setup.',
        },
        mount_point: { type: 'path', description: 'Where it is mounted.' },
        unit: {
          type: 'str',
          description: 'Name of the unit that mounts it, as systemd derives it from the mount point.',
        },
        file_systems: {
          type: 'list',
          elements: 'str',
          description: 'File systems that it may have.',
        },
        options: { type: 'list', elements: 'str', description: 'Mount options.' },
        owner: {
          type: 'dict',
          description: 'Owner of its root folder.',
          options: {
            uid: { type: 'int', description: 'Number of the user.' },
            gid: { type: 'int', description: 'Number of the group.' },
            mode: { type: 'str', description: 'Rights, in octal digits.' },
          },
        },
        erase: {
          type: 'str',
          description:
            'Serial number of the disk, if what is on it may be erased. It is done once: a disk that was set up is never erased.',
          default: '',
        },
      },
      default: [],
      board: ({ disks }) =>
        disks.map(({ name, device, mountPoint, mountUnit, fileSystems, mountOptions, owner, erase }) => ({
          name,
          device,
          mount_point: mountPoint,
          unit: mountUnit,
          file_systems: fileSystems,
          options: mountOptions,
          owner,
          erase: erase ?? '',
        })),
    },
  },
});
