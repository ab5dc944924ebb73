import { describe, expect, it } from '@jest/globals';
import { kubernetesCharts } from '../charts/kubernetes.ts';
import type { WrittenConfig } from '../model/config.ts';
import { modelOf } from './homes.ts';
import minimal from './households/minimal.ts';
import type { KubernetesObject } from './objects.ts';

const all: WrittenConfig = {
  ...minimal,
  management: { headlamp: {}, portainer: { enabled: true }, dashboard: { enabled: true } },
  acknowledge: [{ code: 'MGT001', reason: 'its objects are looked at' }],
};

function objects(config: WrittenConfig): KubernetesObject[] {
  return kubernetesCharts(modelOf(config)).flatMap(({ chart }) => chart.toJson() as KubernetesObject[]);
}

function ofKind(config: WrittenConfig, kind: string): KubernetesObject[] {
  return objects(config).filter((object) => object.kind === kind);
}

function valuesOf(release: string): object {
  const found = ofKind(all, 'HelmRelease').find(({ metadata }) => metadata.name === release);
  if (found === undefined) throw new Error(`there is no release ${release}`);
  return (found['spec'] as { values: object }).values;
}

it('Headlamp is there unless it is turned off, and the others only when asked for', () => {
  const pages = (config: WrittenConfig) => modelOf(config).hostNames.map(({ host }) => host.split('.')[0]);
  expect(pages(minimal)).toEqual(['traefik', 'headlamp']);
  expect(pages(all)).toEqual(['traefik', 'headlamp', 'portainer', 'dashboard']);
  expect(pages({ ...minimal, management: { headlamp: { enabled: false } } })).toEqual(['traefik']);
});

it('every page is for the home only', () => {
  for (const { spec } of ofKind(all, 'IngressRoute')) expect(spec).toMatchObject({ entryPoints: ['lan'] });
});

describe('Headlamp', () => {
  it('whoever opens it may do nothing: rights come with a token of an account that runs nothing', () => {
    expect(valuesOf('headlamp')).toMatchObject({
      config: { unsafeUseServiceAccountToken: false },
      clusterRoleBinding: { create: false },
    });
    const accounts = ofKind(all, 'ServiceAccount').map(({ metadata }) => metadata.name);
    expect(accounts).toEqual(['viewer', 'admin']);
    // The pod's own account has the name of the release.
    expect(accounts).not.toContain('headlamp');
    expect(
      ofKind(all, 'ClusterRoleBinding').map(({ metadata, roleRef, subjects }) => ({ metadata, roleRef, subjects })),
    ).toEqual(
      (
        [
          ['viewer', 'view'],
          ['admin', 'cluster-admin'],
        ] as const
      ).map(([name, role]) => ({
        metadata: { name: `headlamp-${name}` },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
        subjects: [{ kind: 'ServiceAccount', name, namespace: 'headlamp' }],
      })),
    );
  });
});

describe('Portainer', () => {
  it('has its administrator before anyone can open it', () => {
    expect(valuesOf('portainer')).toMatchObject({
      adminPassword: { existingSecret: 'portainer-admin' },
      service: { type: 'ClusterIP' },
      trusted_origins: { enabled: true, domains: 'portainer.home.example.org' },
      persistence: { existingClaim: 'portainer' },
    });
    const secret = modelOf(all).secrets.find(({ name }) => name === 'portainer-admin');
    expect(secret?.places).toContainEqual({
      in: 'cluster',
      namespace: 'portainer',
      secret: 'portainer-admin',
      key: 'password',
      part: 'password',
    });
  });
});

describe('Kubernetes Dashboard', () => {
  it('its services answer what they did behind its own proxy: the longest path first', () => {
    const matches = ofKind(all, 'IngressRoute')
      .filter(({ metadata }) => metadata.namespace === 'kubernetes-dashboard')
      .map(({ spec }) => (spec as { routes: { match: string; services: { name: string }[] }[] }).routes[0])
      .map((route) => ({ match: route?.match ?? '', service: route?.services[0]?.name }));
    const answers = (path: string) =>
      matches
        .filter(({ match }) => {
          const prefixes = [...match.matchAll(/PathPrefix\(`([^`]+)`\)/g)].map(([, prefix = '']) => prefix);
          return prefixes.length === 0 || prefixes.some((prefix) => path.startsWith(prefix));
        })
        // Traefik takes the longest rule (its documentation, routers, "Priority").
        .sort((a, b) => b.match.length - a.match.length)[0]?.service;
    expect(
      ['/', '/assets/a.js', '/api/v1/pod', '/api/v1/login', '/api/v1/csrftoken/login', '/api/v1/me'].map(answers),
    ).toEqual([
      ...['kubernetes-dashboard-web', 'kubernetes-dashboard-web', 'kubernetes-dashboard-api'],
      ...['kubernetes-dashboard-auth', 'kubernetes-dashboard-auth', 'kubernetes-dashboard-auth'],
    ]);
  });
});

it('no policy of a page lets it out to more than the API server and the names of the cluster', () => {
  const pages = ['headlamp', 'portainer', 'kubernetes-dashboard'];
  const egress = ofKind(all, 'NetworkPolicy').flatMap(({ metadata, spec }) =>
    pages.includes(metadata.namespace ?? '')
      ? ((spec as { egress?: { to: object[]; ports: { port: number }[] }[] }).egress ?? [])
      : [],
  );
  expect(egress).toHaveLength(2 * pages.length);
  for (const { to, ports } of egress) {
    expect([JSON.stringify(to), ports.map(({ port }) => port)]).toEqual(
      ports.length === 1
        ? ['[{"ipBlock":{"cidr":"192.168.0.11/32"}}]', [6443]]
        : [expect.stringContaining('kube-dns'), [53, 53]],
    );
  }
});
