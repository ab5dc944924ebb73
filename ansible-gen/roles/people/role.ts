import { nextcloudPods } from '../../../model/nextcloud-flows.ts';
import { kubectl } from '../../kubectl.ts';
import { defineRole } from '../../role.ts';

export const people = defineRole({
  name: 'people',
  description:
    'Brings the accounts of Nextcloud to the people of the home: new ones in, quota, e-mail, language and groups as the config says, and who left it disabled.',
  variables: {
    kubectl,
    namespace: {
      type: 'str',
      description: 'Namespace of Nextcloud. Empty: the home has none, and there is nothing to do.',
      default: '',
      all: ({ nextcloud }) => nextcloud?.namespace,
    },
    selector: {
      type: 'str',
      description: 'Label selector of its pod.',
      default: Object.entries(nextcloudPods.labels)
        .map(([label, value]) => `${label}=${value}`)
        .join(','),
    },
    container: {
      type: 'str',
      description: 'Container of the pod that has `occ`.',
      default: 'nextcloud',
    },
    admin: {
      type: 'str',
      description: "Nextcloud's first account, which is nobody's of the home.",
      default: '',
      all: ({ nextcloud }) => nextcloud?.adminUser,
    },
    accounts: {
      type: 'list',
      elements: 'dict',
      description: 'People who have an account.',
      options: {
        name: { type: 'str', description: 'Name of the account.' },
        full_name: { type: 'str', description: 'Name as people write it.' },
        email: { type: 'str', description: 'Without it, the address stays as it is.', required: false },
        quota: { type: 'int', description: 'Bytes. Without it, the quota stays as it is.', required: false },
        language: { type: 'str', description: 'Without it, the language stays as it is.', required: false },
        groups: { type: 'list', elements: 'str', description: 'Groups, which are made where they are missing.' },
      },
      default: [],
      all: ({ nextcloud, people }) =>
        nextcloud === null
          ? undefined
          : people.map(({ name, fullName, email, quota, language, groups }) => ({
              name,
              full_name: fullName,
              ...(email !== null && { email }),
              ...(quota !== null && { quota }),
              ...(language !== null && { language }),
              groups,
            })),
    },
    password: {
      type: 'dict',
      description: 'The first password of each person, for an account that is new.',
      default: {},
      secret: 'person',
    },
    tokens: {
      type: 'list',
      elements: 'dict',
      description:
        'App passwords for programs on boards, as `/etc/homecloud/vdirsyncer/<person>.token`. Made where the file is missing; revoked, with the file, when it stands here no more.',
      options: {
        person: { type: 'str', description: 'Whose account it is for.' },
        board: { type: 'str', description: 'Where it is kept.' },
      },
      default: [],
      all: ({ boards }) => boards.flatMap(({ name, vdirs }) => vdirs.map(({ person }) => ({ person, board: name }))),
    },
    token_owner: {
      type: 'str',
      description: 'Who reads the file of a token, and nobody else.',
      all: ({ dnas }) => dnas.owner.name,
    },
  },
});
