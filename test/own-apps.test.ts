import { describe, expect, it } from '@jest/globals';
import { kubernetes } from '../charts/kubernetes.ts';
import { checkConfig } from '../model/check.ts';
import type { WrittenConfig } from '../model/config.ts';
import { secretsOf } from '../model/plan.ts';
import { changed, releaseOf, renderedProblemsOf } from './fixture.ts';
import { modelOf } from './homes.ts';
import { objectAt } from './objects.ts';
import { pageOf } from './page-chart.ts';

type Release = NonNullable<WrittenConfig['releases']>[number];

const homeWith = (edit: (home: WrittenConfig) => void) => changed('family', edit);
const withRelease = (app: object, more: object = {}) =>
  homeWith((home) => {
    home.releases = [releaseOf(app, more)];
  });

const specAt = (config: WrittenConfig, path: string) => objectAt(modelOf(config), path).spec;

const storage = [{ name: 'data', size: '2GiB', noBackup: 'nobody would miss it' }];
const secrets = [{ name: 'password', key: 'ADMIN_PASSWORD', what: 'its password', random: true }];
const page = { service: 'forge-http', port: 80, podPort: 3000 };

describe('a release', () => {
  it.each([
    ['https://charts.example.org/stable/', { url: 'https://charts.example.org/stable' }],
    ['oci://registry.example.org/charts', { url: 'oci://registry.example.org/charts', type: 'oci' }],
  ])('comes from %s', (repository, expected) => {
    const spec = specAt(withRelease({}, { repository }), 'apps/app-forge/helmrepository-forge.yaml');
    expect(spec).toEqual({ ...expected, interval: '24h', timeout: '5m' });
  });

  it('takes no more memory of a board than its entry says, where its chart says nothing', () => {
    const resources: Release['resources'] = { memory: '96MiB', pods: 2, memoryLimit: '128MiB' };
    const config = withRelease({}, { resources });
    expect(specAt(config, 'controllers/app-forge/limitrange-limits.yaml').limits).toEqual([
      { type: 'Container', default: { memory: '128Mi' }, defaultRequest: { cpu: '10m', memory: '32Mi' } },
    ]);
    expect(modelOf(config).pods.find(({ name }) => name === 'app-forge')).toEqual({
      name: 'app-forge',
      replicas: 2,
      resources: { cpuRequest: '25m', memoryRequest: '48Mi', memoryLimit: null },
    });
  });

  it('keeps its secrets by the keys that its chart wants, and somebody starts what reads them', () => {
    const own = secretsOf(checkConfig(withRelease({ secrets })).config).find(
      ({ name }) => name === 'app-forge.password',
    );
    expect(own?.places).toEqual([
      { in: 'cluster', namespace: 'app-forge', secret: 'app-secrets', key: 'ADMIN_PASSWORD', part: 'token' },
    ]);
    expect(own?.rotation).toContain('kubectl -n app-forge rollout restart');
  });

  it('has its page, its certificate and its measurements by its entry', () => {
    const config = withRelease({ page, metrics: { port: 9100 } });
    config.home.admin = { ...config.home.admin, email: 'alice@family.net' };
    config.certificates = { mode: 'acme-http', staging: false };
    config.observability = { enabled: true, noReceivers: 'a test has nobody to tell' };
    const model = modelOf(config);
    const host = `forge.${model.home.domain}`;
    expect(specAt(config, 'apps/app-forge/ingress-forge.yaml').rules).toEqual([
      {
        host,
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: 'forge-http', port: { number: 80 } } },
            },
          ],
        },
      },
    ]);
    expect(JSON.stringify(model.certificates)).toContain(host);
    expect(specAt(config, 'configs/observability/podmonitor-app-forge.yaml')).toMatchObject({
      namespaceSelector: { matchNames: ['app-forge'] },
      podMetricsEndpoints: [{ portNumber: 9100, path: '/metrics' }],
    });
  });

  it('comes after what its parts need', () => {
    const kustomization = 'clusters/home/kustomization-apps-app-forge.yaml';
    const waits = (config: WrittenConfig) =>
      specAt(config, kustomization).dependsOn.map(({ name }: { name: string }) => name);
    expect(waits(withRelease({}))).toEqual(['controllers-app-forge', 'controllers-longhorn']);
    expect(waits(withRelease({ page }))).toContain('controllers-traefik');
  });
});

describe('a chart of cdk8s with app', () => {
  const chart = (app: object, ...others: Parameters<typeof pageOf>[2][]) =>
    homeWith((home) => {
      home.charts = [{ name: 'guestbook', chart: pageOf('guestbook', 'app-guestbook', ...others), app }];
    });

  it('uses the claims and the Secret of its entry', () => {
    const told = (config: WrittenConfig) =>
      renderedProblemsOf(config).map(({ code, path }) => `${code} ${path.join('.')}`);
    expect(told(chart({ storage, secrets }))).toEqual([
      'OWN025 charts.0.app.storage.0.name',
      'OWN025 charts.0.app.secrets',
    ]);
    const names = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'names' },
      data: { a: 'data', b: 'app-secrets' },
    };
    expect(told(chart({ storage, secrets }, names))).toEqual([]);
  });

  it('has its claims in the folder of its pods, which bind them', () => {
    const names = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'names' }, data: { a: 'data' } };
    const claim = specAt(chart({ storage }, names), 'apps/own/guestbook/persistentvolumeclaim-data.yaml');
    expect(claim.resources.requests.storage).toBe('2048Mi');
  });

  it('gives no namespace to what is of the whole cluster', () => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'reader' } };
    const tree = kubernetes(modelOf(chart({}, { ...role, rules: [] } as typeof role)));
    expect(tree.get('apps/own/guestbook/clusterrole-reader.yaml')).not.toContain('namespace');
  });
});
