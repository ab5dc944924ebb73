import { defineRole } from '../../role.ts';

export const discovery = defineRole({
  name: 'discovery',
  description: 'Announces the shares of the board at home: Avahi for Mac, iPhone and Linux, wsdd2 for Windows.',
  variables: {
    enabled: {
      type: 'bool',
      description: 'Whether the board announces its shares. Where it does not, what the role once did is undone.',
      default: false,
      board: ({ dnas }, { network }) => network.discovery && dnas !== null,
    },
    address: {
      type: 'str',
      description: "The board's own address. It announces itself on the interface that has it, and on no other.",
      board: ({ address }) => address,
    },
    smb: {
      type: 'bool',
      description: 'Whether it has shares that are served by SMB.',
      default: false,
      board: ({ dnas }) => (dnas?.shares.some(({ smb }) => smb !== null) ? true : undefined),
    },
    time_machines: {
      type: 'list',
      elements: 'str',
      description: 'Names of its shares for backups of Macs.',
      default: [],
      board: ({ dnas }) => {
        const names = dnas?.shares.flatMap(({ name, smb }) => ((smb?.timeMachineSize ?? null) === null ? [] : [name]));
        return names?.length ? names : undefined;
      },
    },
    exports: {
      type: 'list',
      elements: 'str',
      description: 'Names of its shares that are served by NFS.',
      default: [],
      board: ({ dnas }) => {
        const names = dnas?.shares.flatMap(({ name, nfs }) => (nfs === null ? [] : [name]));
        return names?.length ? names : undefined;
      },
    },
  },
});
