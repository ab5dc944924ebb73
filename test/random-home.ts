import { createHash } from 'node:crypto';
import { ApiObject, Chart } from 'cdk8s';
import fc from 'fast-check';
import type { WrittenConfig } from '../model/config.ts';
import { formatDeviceId } from '../model/syncthing-id.ts';
import { pageOf } from './page-chart.ts';

/** Names that begin with a letter and end with one, with a hyphen now and then; some look like numbers of YAML. */
const label = fc
  .oneof(
    fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/),
    fc.constantFrom('e1', 'yes', 'null', 'off', 'n', 'o7', 'a-name-as-long-as-can-be-here'),
  )
  .filter(
    (name) => !['global', 'homes', 'printers', 'print', 'ipc', 'admin', 'con', 'nul', 'aux', 'prn'].includes(name),
  );

/** Of the form of OpenSSH, and nobody's. */
const publicKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'B'.repeat(43)}`;

/** A Syncthing ID of nobody. */
const deviceId = (of: string) => formatDeviceId(createHash('sha256').update(of).digest());

/** Each way to have certificates, and each provider. */
const certificates: readonly NonNullable<WrittenConfig['certificates']>[] = [
  {},
  { mode: 'none' },
  { mode: 'private-ca' },
  { mode: 'acme-http' },
  { mode: 'acme-dns', dns: { cloudflare: {} } },
  { mode: 'acme-dns', dns: { digitalocean: {} } },
  { mode: 'acme-dns', dns: { route53: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } } },
  { mode: 'acme-dns', dns: { rfc2136: { nameserver: '192.0.2.53', keyName: 'home.' } } },
  { mode: 'acme-dns', dns: { acmeDns: { server: 'https://auth.example.org' } } },
];

/** Valid configs of homes with 1 to 12 boards, to hold the laws against. fast-check prints the seed of a failure. */
export const randomHome: fc.Arbitrary<WrittenConfig> = fc
  .record({
    boards: fc.uniqueArray(fc.record({ name: label, number: fc.integer({ min: 20, max: 90 }) }), {
      minLength: 1,
      maxLength: 12,
      selector: ({ number }) => number,
    }),
    people: fc.uniqueArray(label, { maxLength: 5 }),
    servers: fc.constantFrom(1, 3, 5),
    third: fc.integer({ min: 0, max: 250 }),
    domain: fc.constantFrom('example.org', 'cloud.example.org', 'a.very.long.domain.of.a.home.example.com'),
    backend: fc.constantFrom('vxlan', 'host-gw', 'wireguard-native'),
    everyHours: fc.constantFrom(1, 6, 24),
    shareImages: fc.boolean(),
    repository: fc.constantFrom('https', 'ssh', 'board'),
    dashboard: fc.boolean(),
    certificates: fc.constantFrom(...certificates),
    accessLog: fc.constantFrom('off', 'errors', 'all'),
    namesOnBoards: fc.boolean(),
    observability: fc.constantFrom('off', 'silent', 'email', 'all'),
    longhorn: fc.constantFrom('off', 'alone', 'everywhere'),
    backupTarget: fc.constantFrom(
      null,
      'nfs://nas.example.org:/v',
      'cifs://nas.example.org/v',
      's3://volumes@eu-west/',
    ),
    pages: fc.record({ headlamp: fc.boolean(), portainer: fc.boolean(), dashboard: fc.boolean() }),
    apps: fc.uniqueArray(
      fc.record({
        name: label,
        isPublic: fc.boolean(),
        replicas: fc.integer({ min: 1, max: 3 }),
        hasStorage: fc.boolean(),
        reaches: fc.boolean(),
      }),
      { maxLength: 3, selector: ({ name }) => name },
    ),
    own: fc.uniqueArray(fc.record({ name: label, layer: fc.constantFrom('controllers', 'configs', 'apps') }), {
      maxLength: 3,
      selector: ({ name }) => name,
    }),
    nextcloud: fc.option(
      fc.record({
        isPublic: fc.boolean(),
        hasMail: fc.boolean(),
        internet: fc.boolean(),
        days: fc.integer({ min: 1, max: 3650 }),
        secondFactor: fc.constantFrom('admins', 'everybody'),
        gallery: fc.boolean(),
        // Of the night before the backup of volumes.
        dumps: fc.option(fc.record({ minute: fc.nat({ max: 59 }), keep: fc.integer({ min: 1, max: 14 }) }), {
          nil: null,
        }),
      }),
      { nil: null },
    ),
    isHardened: fc.boolean(),
    shares: fc.uniqueArray(
      fc.record({
        name: label,
        seeds: fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 4 }),
        member: fc.nat(),
        forGroups: fc.subarray(['group-1', 'group-2']),
        smb: fc.boolean(),
        nfs: fc.boolean(),
        readOnly: fc.boolean(),
        sync: fc.constantFrom('default', 'off', 'elsewhere', 'oneWay'),
        inNextcloud: fc.constantFrom('no', 'first', 'last'),
        photos: fc.constantFrom('no', 'nextcloud', 'syncthing'),
      }),
      { maxLength: 6, selector: ({ name }) => name },
    ),
    texts: fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), { minLength: 5, maxLength: 5 }),
  })
  .map((drawn) => {
    const { boards, people, servers, third, domain, backend, everyHours, shareImages } = drawn;
    const { longhorn, backupTarget, pages, own, nextcloud } = drawn;
    const { certificates, accessLog, namesOnBoards } = drawn;
    const { repository, dashboard, apps, observability, isHardened, shares, texts } = drawn;
    const subnet = `10.77.${third}`;
    // Names get their number, so that two boards never share one.
    const named = boards.map(({ name, number }) => ({ name: `${name}-${number}`, number }));
    const serverCount = named.length >= servers ? servers : 1;
    // Of each person the last share that can have contacts and calendars, where a server can.
    const canHaveVdirs = nextcloud !== null && certificates.mode !== 'none';
    const privateShare = new Map(
      shares
        .filter(({ smb, sync }) => canHaveVdirs && smb && sync !== 'oneWay')
        .map(({ name, member }) => [member % people.length, name]),
    );
    // Of each person the last share that can have the pictures of their phone; every second one has a phone that syncs.
    const photos = new Map(
      shares.flatMap(({ name, member, smb, sync, inNextcloud, photos: by }) => {
        const index = member % people.length;
        const arrives =
          by === 'syncthing'
            ? index % 2 === 0 && (sync === 'default' || sync === 'oneWay')
            : by === 'nextcloud' && nextcloud !== null && inNextcloud !== 'no';
        return smb && arrives && by !== 'no' ? [[index, { share: name, by }] as const] : [];
      }),
    );
    const groupsOf = (index: number) => (index % 3 === 0 ? [] : [`group-${index % 3}`]);
    /** A person, by name or by a group, and other groups; a share with contacts and calendars is for the person alone. */
    const whoMay = (index: number, share: string, drawnGroups: readonly string[]) => {
      const inhabited = new Set(people.flatMap((_name, index) => groupsOf(index)));
      const groups = privateShare.get(index) === share ? [] : drawnGroups.filter((group) => inhabited.has(group));
      const isInGroup = groupsOf(index).some((group) => groups.includes(group));
      return { groups, people: isInGroup ? [] : [`${people[index] ?? ''}-p`] };
    };
    return {
      home: {
        domain,
        admin: { email: 'admin@mail.example.org', sshKeys: repository === 'https' ? [] : [`${publicKey} admin`] },
      },
      network: {
        subnet: `${subnet}.0/24`,
        gateway: `${subnet}.1`,
        nameservers: [`${subnet}.1`],
        dhcp: `${subnet}.100-200`,
        virtualIp: `${subnet}.10`,
      },
      people: people.map((name, index) => ({
        name: `${name}-p`,
        uid: 2000 + index,
        fullName: texts[index] ?? name,
        groups: groupsOf(index),
        ...(index % 2 === 0 && { language: 'de' }),
        devices:
          index % 2 === 0
            ? [{ name: 'phone', syncthing: deviceId(`${name}-p`), camera: photos.get(index)?.by !== 'nextcloud' }]
            : [],
        photos: photos.get(index),
        ...(privateShare.get(index) !== undefined && { vdir: { share: privateShare.get(index) ?? '' } }),
      })),
      boards: named.map(({ name, number }, index) => ({
        name,
        address: `${subnet}.${number}`,
        hardware: (['raspberry-pi-4', 'raspberry-pi-5', 'arm64', 'amd64'] as const)[number % 4] ?? 'arm64',
        // All at once is too much for the one of them that is left.
        memory: nextcloud !== null && named.length <= 2 ? '8GiB' : '4GiB',
        role: index < serverCount ? ('server' as const) : ('agent' as const),
        boot: 'ssd' as const,
        ssh: { hostKeys: index === 0 ? [publicKey] : [] },
        disks: [
          { name: 'data', device: `/dev/disk/by-id/usb-Random_${number}`, purpose: 'dnas' as const },
          ...(longhorn === 'everywhere' || (longhorn === 'alone' && index === 0)
            ? [{ name: 'blocks', device: `/dev/disk/by-id/nvme-Random_${number}`, purpose: 'longhorn' as const }]
            : []),
        ],
      })),
      git: {
        https: { url: 'https://git.example.org/a/home.git' },
        ssh: { url: 'ssh://git@git.example.org/a/home.git', knownHosts: 'git.example.org ssh-ed25519 AAAA' },
        board: { board: named[0]?.name ?? '' },
      }[repository],
      k3s: { flannelBackend: backend, snapshots: { everyHours, keep: 30 }, shareImages },
      hardening: {
        enabled: isHardened,
        sysctls: { 'vm.swappiness': third },
        variables: { os_chfn_restrict: texts[0] ?? '' },
      },
      traefik: { dashboard, accessLog },
      certificates,
      names: { by: namesOnBoards && serverCount > 1 ? 'boards' : 'router' },
      observability: {
        enabled: observability !== 'off',
        ...(observability === 'silent' && { noReceivers: 'nobody wants to be told' }),
        watcher: observability === 'email' || observability === 'all',
        retentionDays: Math.max(1, third),
        logs: { enabled: observability === 'all', retentionDays: Math.max(1, third) },
        receivers: {
          ...((observability === 'email' || observability === 'all') && {
            email: [{ name: 'admin', from: 'home@example.org', server: 'smtp.example.org:587' }],
          }),
          ...(observability === 'all' && {
            ntfy: [{ name: 'phone', token: shareImages }],
            telegram: [{ name: 'chat', chat: -third }],
            webhook: [{ name: 'bridge', least: 'critical' as const }],
          }),
        },
      },
      longhorn: {
        enabled: longhorn !== 'off',
        snapshots: { keep: 5 },
        ...(backupTarget !== null && { backup: { target: backupTarget, endpoint: dashboard } }),
      },
      acknowledge: [
        ...(pages.dashboard ? [{ code: 'MGT001', reason: 'drawn by lot' }] : []),
        ...(longhorn === 'alone' && named.length > 1 ? [{ code: 'LH012', reason: 'drawn by lot' }] : []),
      ],
      management: {
        headlamp: { enabled: pages.headlamp },
        portainer: { enabled: pages.portainer },
        dashboard: { enabled: pages.dashboard },
      },
      nextcloud:
        nextcloud === null
          ? {}
          : {
              enabled: true,
              exposures: nextcloud.isPublic ? ['lan' as const, 'internet' as const] : ['lan' as const],
              phoneRegion: 'FR',
              internet: nextcloud.internet,
              ...(nextcloud.hasMail && { mail: { from: 'cloud@example.org', server: 'smtp.example.org:587' } }),
              links: { enabled: nextcloud.internet, days: nextcloud.days, uploads: !nextcloud.hasMail },
              gallery: nextcloud.gallery && nextcloud.internet,
              secondFactor: nextcloud.secondFactor,
              ...(nextcloud.dumps !== null && {
                backup: { schedule: `${nextcloud.dumps.minute} 1 * * *`, keep: nextcloud.dumps.keep },
              }),
            },
      apps: apps.map(({ name, isPublic, replicas, hasStorage, reaches }) => ({
        name,
        image: 'ghcr.io/example/app',
        version: '1.2.3',
        environment: { TEXT: texts[0] ?? '' },
        port: 8080,
        host: `${name}-a`,
        exposures: isPublic ? ['lan' as const, 'internet' as const] : ['lan' as const],
        resources: { memoryLimit: '64MiB' },
        replicas: hasStorage ? 1 : replicas,
        storage: hasStorage
          ? [
              {
                name: 'data',
                path: '/data',
                size: '1GiB',
                ...(longhorn === 'off' || backupTarget === null || isPublic ? { noBackup: 'drawn by lot' } : {}),
              },
            ]
          : [],
        secrets: isPublic
          ? [
              { name: 'made', what: texts[2] ?? 'a key', random: true, environment: 'MADE' },
              { name: 'given', what: 'a key', file: '/run/secrets/given' },
            ]
          : [],
        ...(reaches && { metrics: replicas > 1 && !isPublic ? {} : { port: 9000 } }),
        reaches: reaches ? [{ network: '0.0.0.0/0', ports: [443], reason: texts[1] ?? 'it does' }] : [],
      })),
      kustomize: {
        patches: dashboard
          ? [
              {
                folder: 'configs/traefik',
                target: { kind: 'Middleware' },
                patch: { metadata: { annotations: { text: texts[0] ?? '' } } },
              },
            ]
          : [],
        resources: own.map(({ name, layer }) => ({
          name,
          layer,
          objects: [
            {
              apiVersion: 'v1',
              kind: 'Namespace',
              metadata: { name: `own-${name}`, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
            },
            {
              apiVersion: 'networking.k8s.io/v1',
              kind: 'NetworkPolicy',
              metadata: { name: 'default-deny', namespace: `own-${name}` },
              spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
            },
            {
              apiVersion: 'v1',
              kind: 'ConfigMap',
              metadata: { name: 'text', namespace: `own-${name}` },
              data: { text: texts[1] ?? '' },
            },
          ],
        })),
      },
      charts: own.flatMap(({ name, layer }) => [
        {
          name: `${name}-chart`,
          layer: 'apps' as const,
          chart: (scope: Chart) =>
            new ApiObject(new Chart(scope, name, { namespace: 'traefik' }), 'text', {
              apiVersion: 'v1',
              kind: 'ConfigMap',
              metadata: { name: `own-${name}` },
              data: { text: texts[2] ?? '' },
            }),
        },
        {
          name: `${name}-p`,
          layer,
          chart: pageOf(name, `app-${name}-p`, {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'names' },
            data: { a: 'data', b: 'app-secrets' },
          }),
          app: {
            ...(dashboard && { podSecurity: 'baseline' as const, metrics: { port: 8080 } }),
            page: { service: name, port: 80, podPort: 8080 },
            apiServer: shareImages,
            storage: shareImages ? [] : [{ name: 'data', size: '1GiB', noBackup: 'drawn by lot' }],
            secrets: dashboard ? [{ name: 'made', key: 'MADE', what: texts[2] ?? 'a key', random: true }] : [],
          },
        },
      ]),
      releases: own.map(({ name }) => ({
        name: `${name}-r`,
        repository: dashboard ? 'https://charts.example.org/stable/' : 'oci://registry.example.org/charts',
        chart: 'forge',
        version: '1.2.3',
        values: { text: texts[3] ?? '', a: 'data', b: 'app-secrets' },
        resources: { memory: '32MiB', pods: 2, memoryLimit: '64MiB' },
        app: shareImages
          ? {}
          : {
              page: {
                ...{ service: `${name}-http`, port: 80, podPort: 8080 },
                exposures: dashboard ? ['lan' as const, 'internet' as const] : ['lan' as const],
              },
              metrics: { port: 9100 },
              secrets: [{ name: 'made', what: texts[2] ?? 'a key', random: dashboard }],
              storage: [{ name: 'data', size: '1GiB', noBackup: 'drawn by lot' }],
              reaches: [{ network: '0.0.0.0/0', ports: [443], reason: texts[4] ?? 'it does' }],
            },
      })),
      syncthing: {
        relays: shareImages,
        fromOutside: dashboard,
        offsite: [{ name: 'elsewhere', device: deviceId('elsewhere') }],
      },
      shares: shares.map(({ name, seeds, member, forGroups, smb, nfs, readOnly, sync, inNextcloud }) => {
        const isShared = smb && people.length > 0;
        const places = new Set(seeds.map((seed) => `${named[seed % named.length]?.name ?? ''}/data`));
        return {
          name,
          on: [...places],
          smb: isShared,
          ...(isShared &&
            nextcloud !== null &&
            inNextcloud !== 'no' && {
              nextcloud: true,
              ...((places.size > 1 || inNextcloud === 'last') && {
                nextcloudBoard:
                  [...places]
                    .sort()
                    .at(inNextcloud === 'last' ? -1 : 0)
                    ?.split('/')[0] ?? '',
              }),
            }),
          ...(isShared && whoMay(member % people.length, name, forGroups)),
          ...((nfs || !isShared) && { nfs: { clients: [`${subnet}.60/32`], readOnly } }),
          sync: {
            default: {},
            off: { enabled: false },
            elsewhere: { enabled: true, devices: false, offsite: ['elsewhere'] },
            oneWay:
              places.size > 1
                ? { types: { [named[(seeds[0] ?? 0) % named.length]?.name ?? '']: 'send-only' as const } }
                : {},
          }[sync],
        };
      }),
    } satisfies WrittenConfig;
  });
