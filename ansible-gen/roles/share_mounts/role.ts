import { cloudFolder, cloudMarker, cloudUser } from '../../../model/nextcloud-shares.ts';
import { defineRole } from '../../role.ts';

export const shareMounts = defineRole({
  name: 'share_mounts',
  description:
    'Mounts the shares that Nextcloud shows, by SMB, on every board that may run it. A share that is away is unmounted at once, and mounted again when it is back; what runs on the board never waits for it.',
  variables: {
    shares: {
      type: 'list',
      elements: 'dict',
      description: 'The shares. Without any, what the role once did is undone.',
      options: {
        name: { type: 'str', description: 'Name of the share, and of its folder.' },
        source: { type: 'str', description: 'Where it is: `//<address>/<share of Samba>`.' },
      },
      default: [],
      all: ({ nextcloud }) => (nextcloud?.shares.list ?? []).map(({ name, source }) => ({ name, source })),
    },
    folder: {
      type: 'path',
      description: 'Folder below which they are mounted.',
      default: cloudFolder,
    },
    marker: {
      type: 'str',
      description: 'File below the root of each by which its disk is known: without it the share is away.',
      default: cloudMarker,
    },
    user: {
      type: 'str',
      description: 'Account of the file servers.',
      default: cloudUser.name,
    },
    password: {
      type: 'str',
      description: 'Its password.',
      default: '',
      secret: true,
    },
  },
});
