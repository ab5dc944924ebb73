import type { Model } from '../../../model/model.ts';
import { defineRole } from '../../role.ts';

export const preflight = defineRole({
  name: 'preflight',
  description: 'Looks at all boards and changes nothing: what is wrong is told at once, before anything else begins.',
  variables: {
    accept: {
      type: 'list',
      elements: 'str',
      description:
        'Findings that do not matter here, by their code (`memory`), or only at one board (`oak:memory`). A finding tells its code, and whether it can be accepted.',
      default: [],
    },
    clock_seconds: {
      type: 'int',
      description: 'How many seconds the clock of a board may differ from that of the controller.',
      default: 5,
    },
    address: {
      type: 'str',
      description: 'The fixed address of the board.',
      board: ({ address }) => address,
    },
    architecture: {
      type: 'str',
      description: 'The processor of the board, as Debian calls it.',
      choices: ['amd64', 'arm64'],
      board: ({ architecture }) => architecture,
    },
    memory: {
      type: 'int',
      description: 'Memory of the board in bytes. A tenth may be missing: firmware and kernel keep some.',
      board: ({ memory }) => memory,
    },
    ports: {
      type: 'list',
      elements: 'dict',
      description: 'Ports that must be free, or held by a service of homecloud.',
      options: {
        port: { type: 'int', description: 'Its number.' },
        protocol: { type: 'str', description: 'Its protocol.', choices: ['tcp', 'udp'] },
        purpose: { type: 'str', description: 'What will listen there.' },
      },
      board: ({ ports }) =>
        ports.flatMap(({ port, protocol, purpose }) => (port === null ? [] : [{ port, protocol, purpose }])),
    },
    packages: {
      type: 'list',
      elements: 'str',
      description: 'Packages that the board needs. Where one is missing, the servers of packages must answer.',
      board: ({ packages }) => packages,
    },
    gateway: {
      type: 'str',
      description: 'Address of the router, which must answer.',
      all: ({ network }) => network.gateway,
    },
    virtual_ip: {
      type: 'str',
      description: 'The address that no other machine may have.',
      all: ({ virtualIp }) => virtualIp.address,
    },
    boards: {
      type: 'list',
      elements: 'str',
      description: 'Addresses of all boards, also of those that `--limit` leaves out: one may have the virtual IP.',
      all: ({ boards }) => boards.map(({ address }) => address).sort(),
    },
    git_server: {
      type: 'str',
      description:
        'Host and port of the Git server, `<host>:<port>`, which must answer. Empty where a board serves it.',
      default: '',
      all: gitServer,
    },
  },
});

function gitServer({ git, boards, virtualIp }: Model): string | undefined {
  const { protocol, hostname, port } = new URL(git.url);
  const own = [virtualIp.address, ...boards.flatMap(({ name, address }) => [name, address])];
  if (own.includes(hostname)) return undefined;
  return `${hostname}:${port || (protocol === 'ssh:' ? '22' : '443')}`;
}
