import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Chart, Testing } from 'cdk8s';
import { load, loadAll } from 'js-yaml';
import { HelmRelease } from '../imports/helm.toolkit.fluxcd.io.ts';
import { IngressRoute, Middleware, ServersTransport } from '../imports/traefik.io.ts';

const root = join(__dirname, '..');
const imports = join(root, 'imports');
const crds = readdirSync(join(imports, 'crds'));

describe('imports', () => {
  let fresh: string;
  beforeAll(() => {
    fresh = mkdtempSync(join(tmpdir(), 'homecloud-imports-test-'));
    execFileSync(process.execPath, [join(imports, 'import.mjs'), fresh]);
  });
  afterAll(() => rmSync(fresh, { recursive: true }));

  it('holds what `npm run import` makes of the CRDs, and nothing else', () => {
    const committed = readdirSync(imports).filter((name) => name.endsWith('.ts') && name !== 'versions.ts');
    expect(committed.sort()).toEqual(readdirSync(fresh).sort());
    for (const name of committed) {
      expect({ name, code: readFileSync(join(imports, name), 'utf8') }).toEqual({
        name,
        code: readFileSync(join(fresh, name), 'utf8'),
      });
    }
  });

  it('has one CRD file per API group, named after it and listed in cdk8s.yaml', () => {
    expect(load(readFileSync(join(root, 'cdk8s.yaml'), 'utf8'))).toMatchObject({
      imports: crds.map((name) => `imports/crds/${name}`).sort(),
    });
    for (const name of crds) {
      for (const crd of loadAll(readFileSync(join(imports, 'crds', name), 'utf8'))) {
        expect(crd).toMatchObject({ spec: { group: name.replace(/\.yaml$/, '') } });
      }
    }
  });

  it('keeps cdk8s away from dist/: `cdk8s synth` empties its output folder', () => {
    expect(load(readFileSync(join(root, 'cdk8s.yaml'), 'utf8'))).toMatchObject({ output: 'build/cdk8s' });
  });
});

describe('the constructs', () => {
  it('write what Kubernetes reads: upstream names, plain values, no undefined', () => {
    const chart = new Chart(Testing.app(), 'test');
    new IngressRoute(chart, 'route', {
      metadata: { name: 'photos', namespace: 'cloud' },
      spec: {
        entryPoints: Object.freeze(['lan']),
        routes: [
          {
            kind: 'Rule',
            match: 'Host(`photos.example.org`)',
            services: [
              { kind: 'Service', name: 'photos', port: 80, nativeLb: true },
              { name: 'photos', port: 'http' },
            ],
          },
        ],
        tls: {},
      },
    });
    new Middleware(chart, 'headers', {
      metadata: { name: 'headers' },
      spec: { headers: { forceStsHeader: true, customRequestHeaders: { 'X-Removed': '' } } },
    });
    new ServersTransport(chart, 'transport', {
      metadata: { name: 'own-ca' },
      spec: { rootCAs: [{ secret: 'ca' }], disableHttp2: true, forwardingTimeouts: { dialTimeout: 3 } },
    });
    new HelmRelease(chart, 'release', {
      metadata: { name: 'release' },
      spec: { interval: '1h', install: { crds: 'CreateReplace' }, values: { any: { thing: [1, 'two', false] } } },
    });

    expect(chart.toJson()).toStrictEqual([
      {
        apiVersion: 'traefik.io/v1alpha1',
        kind: 'IngressRoute',
        metadata: { name: 'photos', namespace: 'cloud' },
        spec: {
          entryPoints: ['lan'],
          routes: [
            {
              kind: 'Rule',
              match: 'Host(`photos.example.org`)',
              services: [
                { kind: 'Service', name: 'photos', port: 80, nativeLB: true },
                { name: 'photos', port: 'http' },
              ],
            },
          ],
          tls: {},
        },
      },
      {
        apiVersion: 'traefik.io/v1alpha1',
        kind: 'Middleware',
        metadata: { name: 'headers' },
        spec: { headers: { forceSTSHeader: true, customRequestHeaders: { 'X-Removed': '' } } },
      },
      {
        apiVersion: 'traefik.io/v1alpha1',
        kind: 'ServersTransport',
        metadata: { name: 'own-ca' },
        spec: { rootCAs: [{ secret: 'ca' }], disableHTTP2: true, forwardingTimeouts: { dialTimeout: 3 } },
      },
      {
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        kind: 'HelmRelease',
        metadata: { name: 'release' },
        spec: {
          interval: '1h',
          install: { crds: 'CreateReplace' },
          values: { any: { thing: [1, 'two', false] } },
        },
      },
    ]);
  });
});
