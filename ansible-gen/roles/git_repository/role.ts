import { defineRole } from '../../role.ts';

export const gitRepository = defineRole({
  name: 'git_repository',
  description: 'Holds the Git repository of a home without a Git server: the admin pushes to it, and Flux reads it.',
  variables: {
    path: {
      type: 'path',
      description: 'Folder of the bare repository, in a folder that holds nothing but repositories.',
      all: ({ git }) => git.repository?.path,
    },
    branch: {
      type: 'str',
      description: 'Branch that Flux applies, and that a clone begins with.',
      all: ({ git }) => git.branch,
    },
    push_keys: {
      type: 'list',
      elements: 'str',
      description: 'Public keys that may read and push.',
      all: ({ home }) => home.admin.sshKeys,
    },
    deploy_key: {
      type: 'str',
      description: 'Public key that may only read.',
      secret: true,
    },
  },
});
