import { createHash } from 'node:crypto';
import { defineConfig } from 'homecloud';
import { formatDeviceId } from '../../model/syncthing-id.ts';
import { Noticeboard } from './noticeboard.ts';

const subnet = '10.20.0.0/22';

/** A public key of the form of OpenSSH, which belongs to nobody. */
const publicKey = (name: string) => {
  const blob = ['ssh-ed25519', createHash('sha256').update(name).digest()].map((part) => {
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return `ssh-ed25519 ${Buffer.concat(blob).toString('base64')}`;
};

/** Arm and Intel, servers and agents: `name` at the address that ends with `number`. */
const board = (name: string, number: number, role: 'server' | 'agent') => ({
  name,
  address: `10.20.1.${number}`,
  hardware: number % 2 === 0 ? ('amd64' as const) : ('raspberry-pi-5' as const),
  memory: number % 2 === 0 ? '16GiB' : '8GiB',
  role,
  boot: 'ssd' as const,
  ssh: { user: 'operator', port: 2222, hostKeys: [publicKey(name)] },
  disks: [
    { name: 'data', device: `/dev/disk/by-id/usb-Full_Data_${number}-0:0`, purpose: 'dnas' as const },
    { name: 'archive', device: `/dev/disk/by-id/usb-Full_Archive_${number}-0:0`, purpose: 'dnas' as const },
    {
      name: 'blocks',
      device: `/dev/disk/by-id/nvme-Full_Blocks_${number}`,
      purpose: 'longhorn' as const,
      erase: `S${number}`,
    },
  ],
});

const names = ['alder', 'birch', 'cedar', 'ebony', 'hazel', 'larch', 'maple', 'pine', 'rowan', 'yew'];

/** Ten boards, every option in use. */
export default defineConfig({
  home: {
    name: 'manor',
    domain: 'manor.example.net',
    timeZone: 'America/New_York',
    admin: { email: 'ops@manor.example.net', sshKeys: [`${publicKey('ops')} ops@desk`, publicKey('guest')] },
  },
  network: {
    subnet,
    gateway: '10.20.0.1',
    nameservers: ['10.20.0.1', '9.9.9.9'],
    dhcp: '10.20.2.1-10.20.3.254',
    virtualIp: '10.20.1.200',
    virtualRouterId: 77,
    pods: '10.60.0.0/16',
    services: '10.61.0.0/20',
    others: ['10.8.0.0/24', '172.30.0.0/16'],
    firewall: { enabled: true, trusted: ['10.8.0.0/24'] },
    discovery: true,
  },
  people: ['anna', 'ben', 'chloe', 'dan', 'eve', 'finn'].map((name, index) => ({
    name,
    uid: 3001 + index,
    fullName: `${name} "O'Neil" {{ yes }}`,
    email: `${name}@example.net`,
    quota: '1.5TiB',
    language: 'pt_BR',
    groups: index === 0 ? ['family', 'admin'] : ['family'],
    devices: [
      { name: `${name}-phone`, syncthing: formatDeviceId(createHash('sha256').update(name).digest()) },
      ...(name === 'finn'
        ? [{ name: 'laptop', syncthing: formatDeviceId(createHash('sha256').update('laptop').digest()), camera: false }]
        : []),
    ],
    ...((name === 'chloe' || name === 'dan') && { photos: { share: 'everywhere', by: 'nextcloud' as const } }),
    ...(name === 'finn' && { photos: { share: 'camera-of-finn', by: 'syncthing' as const } }),
    ...(name === 'anna' && { vdir: { share: 'of-anna', board: 'alder' } }),
  })),
  boards: names.map((name, index) => board(name, 11 + index, index < 5 ? 'server' : 'agent')),
  git: {
    url: 'ssh://git@git.example.net:2222/ops/manor.git',
    branch: 'release/home',
    knownHosts:
      '[git.example.net]:2222 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEX',
    interval: '5m',
  },
  k3s: {
    flannelBackend: 'wireguard-native',
    kubeletArgs: ['max-pods=60'],
    snapshots: { everyHours: 24, keep: 14 },
    shareImages: false,
  },
  hardening: {
    enabled: true,
    sysctls: { 'kernel.sysrq': 176 },
    variables: { os_auth_retries: 10, ssh_allow_users: 'operator', os_env_extra_user_paths: ['/opt/bin {{ no }}'] },
  },
  versions: {
    k3s: { sha256: { arm64: 'a'.repeat(64), amd64: 'b'.repeat(64) } },
    syncthing: { sha256: { arm64: 'd'.repeat(64), amd64: 'e'.repeat(64) } },
    flux: { digest: `sha256:${'f'.repeat(64)}` },
    samba: { digest: `sha256:${'c'.repeat(64)}` },
  },
  apps: [
    {
      name: 'wiki',
      image: 'ghcr.io/example/wiki',
      version: '1.2.3',
      digest: `sha256:${'1'.repeat(64)}`,
      command: ['/wiki', '--data=/var/lib/wiki'],
      environment: { WIKI_TITLE: 'The "O\'Neil" {{ wiki }}', WIKI_COLOUR: 'yes' },
      port: 3000,
      health: '/healthz',
      host: 'knowledge',
      exposures: ['lan', 'internet'],
      user: 1500,
      priority: 'low',
      resources: { cpu: '20m', memory: '128MiB', memoryLimit: '256MiB' },
      storage: [
        { name: 'pages', path: '/var/lib/wiki', size: '5GiB' },
        {
          name: 'cache',
          path: '/var/cache/wiki',
          size: '1GiB',
          storageClass: 'longhorn-single',
          noBackup: 'it is made anew from the pages',
        },
      ],
      secrets: [
        { name: 'session', what: 'the key of its sessions', random: true, environment: 'WIKI_SESSION_KEY' },
        { name: 'weather', what: 'the key of the weather service', file: '/run/secrets/weather' },
      ],
      metrics: { port: 9200, path: '/figures' },
      writable: ['/tmp', '/run'],
      reaches: [{ network: '0.0.0.0/0', ports: [443, 80], reason: 'it fetches previews of links' }],
    },
    {
      name: 'hello',
      image: 'docker.io/example/hello',
      version: 'v2',
      port: 8080,
      replicas: 2,
      resources: { memoryLimit: '64MiB' },
    },
  ],
  kustomize: {
    patches: [
      {
        folder: 'apps/app-wiki',
        target: { kind: 'Ingress', name: 'wiki' },
        patch: [
          {
            op: 'add',
            path: '/metadata/annotations/traefik.ingress.kubernetes.io~1router.middlewares',
            value: 'app-wiki-compress@kubernetescrd',
          },
        ],
      },
      {
        folder: 'apps/app-hello',
        target: { kind: 'Deployment' },
        patch: { spec: { template: { spec: { terminationGracePeriodSeconds: 5 } } } },
      },
    ],
    resources: [
      {
        name: 'wiki',
        layer: 'configs',
        objects: [
          {
            apiVersion: 'traefik.io/v1alpha1',
            kind: 'Middleware',
            metadata: { name: 'compress', namespace: 'app-wiki' },
            spec: { compress: {} },
          },
        ],
      },
    ],
  },
  charts: [
    {
      name: 'noticeboard',
      layer: 'apps',
      chart: (scope) => new Noticeboard(scope, 'noticeboard'),
      app: { page: { service: 'noticeboard', port: 80, podPort: 8080 } },
    },
  ],
  releases: [
    {
      name: 'forge',
      repository: 'oci://registry.example.org/charts',
      chart: 'forge',
      version: '12.4.0',
      values: {
        existingSecret: 'app-secrets',
        persistence: { existingClaim: 'repositories' },
        database: { persistence: { existingClaim: 'database' } },
      },
      resources: { cpu: '100m', memory: '192MiB', pods: 2, memoryLimit: '256MiB' },
      app: {
        podSecurity: 'baseline',
        page: { host: 'git', exposures: ['lan', 'internet'], service: 'forge-http', port: 80, podPort: 3000 },
        metrics: { port: 9100, path: '/figures' },
        secrets: [
          { name: 'admin-password', key: 'ADMIN_PASSWORD', what: 'the password of its admin', random: true },
          { name: 'mail-password', what: 'the password of its mailbox' },
        ],
        storage: [
          { name: 'repositories', size: '5GiB' },
          {
            name: 'database',
            size: '1GiB',
            storageClass: 'longhorn-single',
            noBackup: 'it is made anew from the repositories',
          },
        ],
        apiServer: true,
        reaches: [{ network: '0.0.0.0/0', ports: [465], reason: 'it sends mail' }],
      },
    },
  ],
  traefik: {
    dashboard: true,
    accessLog: 'all',
    rateLimits: { lan: { average: 500, burst: 2000 }, internet: { average: 20, burst: 200 } },
    values: { resources: { limits: { memory: '256Mi' } } },
  },
  certificates: {
    mode: 'acme-dns',
    staging: false,
    dns: {
      route53: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', region: 'eu-west-3', hostedZoneId: 'Z0123456789ABC' },
    },
    resolvers: ['9.9.9.10', '1.0.0.1'],
    values: { replicaCount: 2 },
  },
  names: { by: 'boards' },
  observability: {
    enabled: true,
    receivers: {
      email: [
        {
          name: 'ops',
          least: 'warning',
          to: 'oncall@example.net',
          from: 'home@example.net',
          server: 'mail.example.net:465',
          user: 'home',
        },
      ],
      ntfy: [{ name: 'phones', least: 'critical', token: true }],
      telegram: [{ name: 'family', least: 'critical', chat: -1001234567890 }],
      webhook: [{ name: 'bridge', least: 'warning', token: true }],
    },
    watcher: true,
    retentionDays: 30,
    disk: '20GiB',
    logs: { enabled: true, retentionDays: 30, disk: '10GiB' },
    values: { prometheus: { prometheusSpec: { resources: { limits: { memory: '1536Mi' } } } } },
  },
  longhorn: {
    enabled: true,
    replicas: 3,
    snapshots: { schedule: '30 */6 * * *', keep: 12 },
    trim: '0 5 * * 6',
    backup: {
      target: 's3://manor-volumes@eu-west/home/',
      endpoint: true,
      schedule: '0 2 * * *',
      keep: 30,
      fullEvery: 7,
    },
    values: { longhornUI: { replicas: 2 } },
  },
  management: {
    headlamp: { enabled: true, values: { config: { sessionTTL: 3600 } } },
    portainer: { enabled: true, size: '2GiB', values: { resources: { limits: { memory: '512Mi' } } } },
    dashboard: { enabled: true, values: { metricsScraper: { enabled: false } } },
  },
  nextcloud: {
    enabled: true,
    exposures: ['lan', 'internet'],
    filesSize: '200GiB',
    databaseSize: '10GiB',
    phoneRegion: 'US',
    maintenanceHour: 7,
    uploadLimit: '32GiB',
    mail: { from: 'cloud@example.net', server: 'mail.example.net:465', user: 'cloud' },
    internet: false,
    links: { enabled: true, password: false, days: 7, uploads: false },
    gallery: true,
    secondFactor: 'everybody',
    backup: { schedule: '30 0 * * *', keep: 5 },
  },
  acknowledge: [
    { code: 'MGT001', reason: 'every option is in use here' },
    { code: 'NC016', reason: 'every option is in use here' },
  ],
  shares: [
    ...names.map((name) => ({ name: `home-of-${name}`, on: [`${name}/data`], people: ['anna', 'ben'] })),
    {
      name: 'everywhere',
      on: names.map((name) => `${name}/archive`),
      groups: ['family'],
      guests: true,
      recycleBin: { days: 90 },
      nextcloud: true,
      nextcloudBoard: 'rowan',
      nfs: { clients: ['10.20.1.60/32'] },
      sync: {
        enabled: true,
        devices: ['anna/anna-phone', 'ben/ben-phone'],
        types: { yew: 'receive-only', rowan: 'send-only' },
        versioning: { kind: 'trash-can', days: 30 },
        ignore: ['/cache', '(?i)*.{{ tmp }}', 'a "quoted" \\ name'],
        maxConflicts: 100,
        offsite: ['cabin'],
      },
    },
    { name: 'of-anna', on: ['yew/data', 'alder/data'], people: ['anna'] },
    {
      name: 'camera-of-finn',
      on: ['pine/data'],
      people: ['finn', 'eve'],
      sync: { devices: ['finn/finn-phone', 'finn/laptop', 'eve/eve-phone'] },
    },
    { name: 'macs', on: ['yew/archive'], people: ['eve'], timeMachine: { size: '1TiB' } },
    {
      name: 'films',
      on: ['pine/data'],
      smb: false,
      nfs: { clients: ['10.20.1.61/32', '10.20.2.7/32'], readOnly: true, exportId: 7 },
    },
  ],
  syncthing: {
    relays: true,
    globalDiscovery: true,
    natTraversal: true,
    fromOutside: true,
    unknown: 'remove',
    offsite: [
      {
        name: 'cabin',
        device: formatDeviceId(createHash('sha256').update('cabin').digest()),
        address: 'tcp://cabin.example.net:22000',
      },
    ],
  },
});
