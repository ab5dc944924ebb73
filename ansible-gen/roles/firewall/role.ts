import { defineRole } from '../../role.ts';

export const firewall = defineRole({
  name: 'firewall',
  description:
    'Lets in what the home has a use for, and nothing else: a table of nftables of its own, beside those of Kubernetes. New rules stay only when Ansible can still log in.',
  variables: {
    enabled: {
      type: 'bool',
      description: 'Whether the board has the firewall. Without it, what the role once did is undone.',
      default: true,
      all: ({ network }) => network.firewall.enabled,
    },
    ports: {
      type: 'list',
      elements: 'dict',
      description: 'What the board lets in. Everything else is turned away.',
      options: {
        port: { type: 'int', description: 'Port; none for VRRP.', required: false },
        protocol: { type: 'str', description: 'Protocol.', choices: ['tcp', 'udp', 'vrrp'] },
        from: {
          type: 'str',
          description:
            '`home`: machines of the home networks. `boards`: the other boards. `router`: everybody, by IPv4; the router forwards such a port, and may write any address as the source.',
          choices: ['home', 'boards', 'router'],
        },
        purpose: { type: 'str', description: 'What listens there: a comment in the rules.' },
      },
      board: ({ ports }) => ports.map(({ port, ...rest }) => (port === null ? rest : { port, ...rest })),
    },
    home: {
      type: 'list',
      elements: 'str',
      description: 'Networks whose machines are at home.',
      all: ({ network }) => [network.subnet, ...network.firewall.trusted],
    },
    boards: {
      type: 'list',
      elements: 'str',
      description: 'Addresses of the other boards.',
      default: [],
      board: ({ name }, { boards }) => boards.filter((other) => other.name !== name).map(({ address }) => address),
    },
    cluster: {
      type: 'list',
      elements: 'str',
      description: 'Networks of the pods and of the services: only boards and pods send there.',
      all: ({ network }) => [network.pods, network.services],
    },
    pods: {
      type: 'str',
      description: 'Network of the pods.',
      all: ({ network }) => network.pods,
    },
    rollback_after: {
      type: 'int',
      description: 'Seconds after which new rules are taken back, unless Ansible has logged in anew.',
      default: 60,
    },
  },
});
