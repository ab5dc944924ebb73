import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { kubernetes } from '../charts/kubernetes.ts';
import { planCertificates } from '../model/certificates.ts';
import { checkConfig } from '../model/check.ts';
import type { WrittenConfig } from '../model/config.ts';
import type { HostName, Model } from '../model/model.ts';
import { planModel } from '../model/plan.ts';
import { households } from './homes.ts';
import { specOf } from './objects.ts';

const { family } = households;
const home = { ...family.home, admin: { email: 'alice@mail.example.org' } };

function modelWith(certificates: WrittenConfig['certificates']): Model {
  return planModel(checkConfig({ ...family, home, certificates }).config, '0.0.0-test');
}

const staging = 'https://acme-staging-v02.api.letsencrypt.org/directory';
const secret = (name: string) => ({ name, key: 'credential' });

describe('the authority', () => {
  it('is one of the home, whose Secret is made at home', () => {
    const model = modelWith({ mode: 'private-ca' });
    expect(specOf(model, 'ClusterIssuer', 'private-ca')).toEqual({ ca: { secretName: 'home-ca' } });
    expect(model.secrets.find(({ name }) => name === 'home-ca')?.source).toEqual({
      kind: 'certificate-authority',
      domain: 'cloud.example.org',
      subnet: '192.168.1.0/24',
    });
  });

  it.each([
    [{ cloudflare: {} }, { cloudflare: { apiTokenSecretRef: secret('dns-cloudflare') } }],
    [{ digitalocean: {} }, { digitalocean: { tokenSecretRef: secret('dns-digitalocean') } }],
    [
      { route53: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } },
      {
        route53: {
          accessKeyID: 'AKIAIOSFODNN7EXAMPLE',
          region: 'us-east-1',
          secretAccessKeySecretRef: secret('dns-route53'),
        },
      },
    ],
    [
      { rfc2136: { nameserver: '192.0.2.53', keyName: 'home' } },
      {
        rfc2136: {
          nameserver: '192.0.2.53:53',
          tsigKeyName: 'home',
          tsigAlgorithm: 'HMACSHA256',
          tsigSecretSecretRef: secret('dns-rfc2136'),
        },
      },
    ],
    [
      { acmeDns: { server: 'https://auth.example.org' } },
      { acmeDNS: { host: 'https://auth.example.org', accountSecretRef: secret('dns-acme-dns') } },
    ],
  ])('is asked by DNS with %j', (dns, solver) => {
    const model = modelWith({ mode: 'acme-dns', dns, staging: true });
    expect(specOf(model, 'ClusterIssuer', 'lets-encrypt-staging')).toEqual({
      acme: {
        server: staging,
        email: 'alice@mail.example.org',
        privateKeySecretRef: { name: 'lets-encrypt-staging-account' },
        solvers: [{ dns01: solver }],
      },
    });
    // At home the host names lead elsewhere: only outside can be seen what the authority will see.
    expect(specOf(model, 'HelmRelease', 'cert-manager')).toMatchObject({
      values: { dns01RecursiveNameservers: '1.1.1.1:53,9.9.9.9:53', dns01RecursiveNameserversOnly: true },
    });
  });

  it('is asked by HTTP at port 80, which then is open to the outside and not redirected there', () => {
    const ofPort80 = ({ boards }: Model) => boards[0]?.ports.find(({ port }) => port === 80)?.from;
    const web = (model: Model) =>
      (specOf(model, 'HelmRelease', 'traefik')['values'] as { ports: { web: object } }).ports.web;
    const byHttp = modelWith({ mode: 'acme-http' });
    expect(specOf(byHttp, 'ClusterIssuer', 'lets-encrypt')).toMatchObject({
      acme: {
        server: 'https://acme-v02.api.letsencrypt.org/directory',
        solvers: [
          {
            waitInsteadOfSelfCheck: '5m',
            http01: {
              ingress: {
                ingressClassName: 'traefik',
                ingressTemplate: {
                  metadata: { annotations: { 'traefik.ingress.kubernetes.io/router.entrypoints': 'web' } },
                },
              },
            },
          },
        ],
      },
    });
    expect(ofPort80(byHttp)).toBe('router');
    expect(web(byHttp)).toMatchObject({ allowACMEByPass: true });
    const privately = modelWith({ mode: 'private-ca' });
    expect(ofPort80(privately)).toBe('home');
    expect(web(privately)).not.toHaveProperty('allowACMEByPass');
  });

  it('lets Traefik reach the pods that answer at port 80, which are in its own closed namespace', () => {
    expect(specOf(modelWith({ mode: 'acme-http' }), 'NetworkPolicy', 'traefik-to-http-proof-in')).toMatchObject({
      podSelector: { matchLabels: { 'acme.cert-manager.io/http01-solver': 'true' } },
      ingress: [{ ports: [{ protocol: 'TCP', port: 8089 }] }],
    });
  });

  it('may reach the internet only where it has somebody to ask there', () => {
    const name = 'cert-manager-to-authority-out';
    expect(specOf(modelWith({ mode: 'acme-http' }), 'NetworkPolicy', name)['egress']).toBeDefined();
    expect(() => specOf(modelWith({ mode: 'private-ca' }), 'NetworkPolicy', name)).toThrow('there is no');
  });
});

describe('the certificates', () => {
  const host = (host: string): HostName => ({ host, capability: 'any', exposures: ['lan'] });
  const hosts = ['b.cloud.example.org', 'a.b.cloud.example.org', 'cloud.example.org', 'photos.example.net'].map(host);
  const listOf = (mode: 'private-ca' | 'acme-http') =>
    planCertificates(checkConfig({ ...family, home, certificates: { mode } }).config, hosts, {})?.list;

  it('are one, for the domain, for all that one wildcard covers, and for the rest', () => {
    expect(listOf('private-ca')).toEqual([
      {
        name: 'home',
        secretName: 'tls-home',
        namespace: 'traefik',
        dnsNames: ['cloud.example.org', '*.cloud.example.org', 'a.b.cloud.example.org', 'photos.example.net'],
      },
    ]);
  });

  it('are one per host name, where no wildcard can be proven', () => {
    expect(listOf('acme-http')?.map(({ name, dnsNames }) => [name, ...dnsNames])).toEqual([
      ['host-a.b', 'a.b.cloud.example.org'],
      ['host-b', 'b.cloud.example.org'],
      ['home', 'cloud.example.org'],
      ['host-photos.example.net', 'photos.example.net'],
    ]);
  });

  it('are those that Traefik serves', () => {
    for (const mode of ['private-ca', 'acme-http'] as const) {
      const model = modelWith({ mode });
      expect(specOf(model, 'TLSStore', 'default')).toEqual({
        certificates: model.certificates?.list.map(({ secretName }) => ({ secretName })),
      });
    }
    expect(() => specOf(modelWith({ mode: 'none' }), 'TLSStore', 'default')).toThrow('there is no');
  });
});

it('the tree is YAML that says what was meant', () => {
  const tree = kubernetes(modelWith({ mode: 'private-ca' }));
  const certificate = load(tree.get('configs/certificates/certificate-home.yaml') ?? '');
  expect(certificate).toEqual({
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: 'home', namespace: 'traefik' },
    spec: {
      secretName: 'tls-home',
      issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'private-ca' },
      dnsNames: ['cloud.example.org', '*.cloud.example.org'],
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      revisionHistoryLimit: 1,
    },
  });
});
