import { defineRole } from '../../role.ts';

export const names = defineRole({
  name: 'names',
  description:
    'A small name server (dnsmasq) at the virtual IP: it knows the host names of the home, and asks others about all else.',
  variables: {
    enabled: {
      type: 'bool',
      description: 'Whether the board has the name server. Without it, what the role once did is undone.',
      default: false,
      board: ({ virtualIp }, { names }) => names.by === 'boards' && virtualIp !== null,
    },
    address: {
      type: 'str',
      description: "The board's own address, where it answers, too.",
      board: ({ address }) => address,
    },
    virtual_ip: {
      type: 'str',
      description: 'The address that devices ask: it answers there while the board owns it.',
      all: ({ virtualIp }) => virtualIp.address,
    },
    nameservers: {
      type: 'list',
      elements: 'str',
      description: 'Addresses of the name servers that know all other names.',
      all: ({ network }) => network.nameservers,
    },
    records: {
      type: 'list',
      elements: 'dict',
      description: 'The names that it knows, each with all below it.',
      options: {
        host: { type: 'str', description: 'Host name.' },
        address: { type: 'str', description: 'The address that it leads to.' },
      },
      default: [],
      all: ({ names }) => names.records,
    },
  },
});
