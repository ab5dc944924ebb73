import { describe, expect, it } from '@jest/globals';
import { checkConfig } from '../model/check.ts';
import type { WrittenConfig } from '../model/config.ts';
import { planModel, secretsOf } from '../model/plan.ts';
import { changed } from './fixture.ts';
import { modelOf } from './homes.ts';
import { kubernetesOf, objectAt } from './objects.ts';

type Home = Parameters<typeof changed>[0];
type App = NonNullable<WrittenConfig['apps']>[number];

/** A home with one app, which has what is written here. */
function homeWith(app: Partial<App>, home: Home = 'family', change: (home: WrittenConfig) => void = () => {}) {
  const wiki = {
    name: 'wiki',
    image: 'ghcr.io/example/wiki',
    version: '1.2.3',
    port: 3000,
    user: 1500,
    resources: { memoryLimit: '64MiB' },
    ...app,
  };
  return changed(home, (written) => {
    written.apps = [wiki];
    change(written);
  });
}

const pathsOf = (config: WrittenConfig) => [...kubernetesOf(modelOf(config)).keys()];

const object = (config: WrittenConfig, path: string) => objectAt(modelOf(config), path);

const deployment = 'apps/app-wiki/deployment-wiki.yaml';
const secrets = [
  { name: 'session', what: 'the key of its sessions', random: true, environment: 'SESSION' },
  { name: 'weather', what: 'the key of the weather service', environment: 'WEATHER', file: '/run/secrets/weather' },
];

describe('secrets of an app', () => {
  it('are made, or supplied, and kept in one Secret of its namespace', () => {
    const own = secretsOf(checkConfig(homeWith({ secrets })).config).filter(({ name }) => name.startsWith('app-wiki.'));
    const place = { in: 'cluster', namespace: 'app-wiki', secret: 'app-secrets' };
    expect(own.map(({ name, source, places }) => ({ name, source, places }))).toEqual([
      { name: 'app-wiki.session', source: { kind: 'token' }, places: [{ ...place, key: 'session', part: 'token' }] },
      {
        name: 'app-wiki.weather',
        source: { kind: 'supplied', what: 'the key of the weather service' },
        places: [{ ...place, key: 'weather', part: 'value' }],
      },
    ]);
    expect(pathsOf(homeWith({ secrets }))).toContain('controllers/app-wiki/secret-app-secrets.yaml');
  });

  it('reach the program as variables, and as files that its group reads', () => {
    const { spec } = object(homeWith({ secrets, environment: { TITLE: 'x' } }), deployment).spec.template;
    const from = (key: string) => ({ secretKeyRef: { name: 'app-secrets', key } });
    expect(spec.containers[0].env).toEqual([
      { name: 'TITLE', value: 'x' },
      { name: 'SESSION', valueFrom: from('session') },
      { name: 'WEATHER', valueFrom: from('weather') },
    ]);
    expect(spec.containers[0].volumeMounts).toEqual([
      { name: 'secrets', mountPath: '/run/secrets/weather', subPath: 'weather', readOnly: true },
    ]);
    expect(spec.volumes).toEqual([
      {
        name: 'secrets',
        secret: { secretName: 'app-secrets', items: [{ key: 'weather', path: 'weather' }], defaultMode: 0o400 },
      },
    ]);
    expect(spec.securityContext).toMatchObject({ fsGroup: 1500 });
  });

  it('start it again when they change, and nothing else does', () => {
    const { config } = checkConfig(homeWith({ secrets }));
    const annotations = (text: string, other = '') => {
      const model = planModel(config, '0.0.0-test', [
        { namespace: 'app-wiki', name: 'app-secrets', text: `stringData:\n  session: ${text}\n` },
        { namespace: 'traefik', name: 'traefik-dashboard-auth', text: `stringData:\n  users: ${other}\n` },
      ]);
      return objectAt(model, deployment).spec.template.metadata.annotations;
    };
    expect(annotations('ENC[a]')).toEqual({ 'homecloud.io/secrets-checksum': expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(annotations('ENC[b]')).not.toEqual(annotations('ENC[a]'));
    expect(annotations('ENC[a]', 'other')).toEqual(annotations('ENC[a]'));
    expect(object(homeWith({}), deployment).spec.template.metadata.annotations).toBeUndefined();
  });

  it('two apps whose names meet have two secrets', () => {
    const config = changed('family', (home) => {
      const app = homeWith({}).apps?.[0];
      const secret = (name: string) => [{ name, what: 'a key', environment: 'KEY' }];
      home.apps = [
        { ...app, name: 'a', secrets: secret('b-c') },
        { ...app, name: 'a-b', secrets: secret('c') },
      ];
    });
    const names = secretsOf(checkConfig(config).config).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('app-a'))).toEqual(['app-a.b-c', 'app-a-b.c']);
  });
});

describe('figures of an app', () => {
  const monitor = 'configs/observability/podmonitor-app-wiki.yaml';
  const policies = (config: WrittenConfig) =>
    pathsOf(config).filter((path) => path.includes('networkpolicy-prometheus-to-app-wiki'));

  it('are asked for at a port of their own, which only Prometheus reaches', () => {
    const config = homeWith({ metrics: { port: 9200, path: '/figures' } });
    expect(object(config, monitor).spec).toMatchObject({
      namespaceSelector: { matchNames: ['app-wiki'] },
      selector: { matchLabels: { 'app.kubernetes.io/name': 'wiki' } },
      sampleLimit: 2000,
      podMetricsEndpoints: [{ port: 'metrics', path: '/figures' }],
    });
    expect(object(config, deployment).spec.template.spec.containers[0].ports).toEqual([
      { name: 'web', containerPort: 3000, protocol: 'TCP' },
      { name: 'metrics', containerPort: 9200, protocol: 'TCP' },
    ]);
    expect(object(config, 'apps/app-wiki/service-wiki.yaml').spec.ports).toHaveLength(1);
    expect(
      object(config, 'controllers/app-wiki/networkpolicy-traefik-to-app-wiki-in.yaml').spec.ingress[0].ports,
    ).toEqual([{ protocol: 'TCP', port: 3000 }]);
    expect(policies(config)).toEqual([
      'controllers/app-wiki/networkpolicy-prometheus-to-app-wiki-in.yaml',
      'controllers/observability/networkpolicy-prometheus-to-app-wiki-out.yaml',
    ]);
  });

  it('are asked for at its pages, where it names no other port', () => {
    const config = homeWith({ metrics: {} });
    expect(object(config, monitor).spec.podMetricsEndpoints).toMatchObject([{ port: 'web', path: '/metrics' }]);
    expect(object(config, deployment).spec.template.spec.containers[0].ports).toHaveLength(1);
  });

  it('are asked for by nobody where there is no Prometheus', () => {
    const config = homeWith({ metrics: { port: 9200 } }, 'minimal');
    expect(pathsOf(config).filter((path) => path.includes('podmonitor'))).toEqual([]);
    expect(policies(config)).toEqual([]);
    expect(object(config, deployment).spec.template.spec.containers[0].ports).toHaveLength(1);
  });
});

describe('volumes of an app', () => {
  const labels = (volume: object, backup = true) =>
    object(
      homeWith(
        { storage: [{ name: 'pages', path: '/data', size: '1GiB', ...volume }] },
        'family',
        ({ longhorn }) => backup && Object.assign(longhorn ?? {}, { backup: { target: 'nfs://nas.example.org:/v' } }),
      ),
      'apps/app-wiki/persistentvolumeclaim-pages.yaml',
    ).metadata.labels;
  const group = (name: string) => ({
    'recurring-job.longhorn.io/source': 'enabled',
    [`recurring-job-group.longhorn.io/${name}`]: 'enabled',
  });

  it('say which jobs of Longhorn are for them', () => {
    expect(labels({})).toEqual(group('default'));
    expect(labels({ storageClass: 'longhorn-single' })).toEqual(group('default'));
    expect(labels({ noBackup: 'it is made anew' })).toEqual(group('without-backup'));
    expect(labels({ storageClass: 'other', noBackup: 'it is made anew' })).toBeUndefined();
  });

  it('without backup are known to the alerts about backups, where Longhorn makes them', () => {
    const withoutBackup = (volume: object) =>
      modelOf(homeWith({ storage: [{ name: 'pages', path: '/data', size: '1GiB', ...volume }] })).withoutBackup;
    const pages = { namespace: 'app-wiki', name: 'pages' };
    expect(withoutBackup({ noBackup: 'it is made anew' })).toContainEqual(pages);
    expect(withoutBackup({ storageClass: 'longhorn-single', noBackup: 'it is made anew' })).toContainEqual(pages);
    expect(withoutBackup({ storageClass: 'other', noBackup: 'it is made anew' })).not.toContainEqual(pages);
    expect(withoutBackup({})).not.toContainEqual(pages);
  });

  it('have a job for each group that they name', () => {
    const config = homeWith({});
    const jobs = pathsOf(config).filter((path) => path.includes('/recurringjob-'));
    const groups = new Set(jobs.flatMap((path): string[] => object(config, path).spec.groups));
    expect(groups).toEqual(new Set(['default', 'without-backup']));
  });
});
