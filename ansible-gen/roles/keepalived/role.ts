import { defineRole } from '../../role.ts';

export const keepalived = defineRole({
  name: 'keepalived',
  description: 'Gives the virtual IP of the home to one healthy server at a time (VRRP version 3, unicast).',
  variables: {
    virtual_ip: {
      type: 'str',
      description: 'The address that one board at a time owns.',
      all: ({ virtualIp }) => virtualIp.address,
    },
    virtual_router_id: {
      type: 'int',
      description: 'VRRP identity of the virtual IP, 1 to 255, unique in the network.',
      all: ({ virtualIp }) => virtualIp.routerId,
    },
    address: {
      type: 'str',
      description: "The board's own address. The virtual IP stands on the interface that has it.",
      board: ({ address, virtualIp }) => (virtualIp === null ? undefined : address),
    },
    priority: {
      type: 'int',
      description: 'The highest of the boards that start together gets the virtual IP, 1 to 254.',
      board: ({ virtualIp }) => virtualIp?.priority,
    },
    peers: {
      type: 'list',
      elements: 'str',
      description: 'Addresses of the other boards that can own the virtual IP.',
      board: ({ virtualIp }) => virtualIp?.peers,
    },
    asked_name: {
      type: 'str',
      description:
        'Host name that the owner must have a name server for, which answers, besides the API server and the ingress. Empty: no name server is asked.',
      default: '',
      all: ({ names }) => (names.by === 'boards' ? names.records[0]?.host : undefined),
    },
    advert_interval: {
      type: 'float',
      description:
        'Seconds between the messages of the owner, at least 0.01. The others take over when none came for three times that and, the lower their priority, up to once more: 0.6 to 0.8 seconds with the default (RFC 5798, section 6.1).',
      default: 0.2,
    },
    metrics_folder: {
      type: 'path',
      description:
        'Folder that node-exporter reads, for `virtual-ip.prom`: who owns the address, and how often it came.',
      all: ({ metrics }) => metrics.folder,
    },
  },
});
