import { describe, expect, it } from '@jest/globals';
import { ApiObject, Chart } from 'cdk8s';
import { kubernetes } from '../charts/kubernetes.ts';
import { appliesTo } from '../charts/own/json-patch.ts';
import { merged } from '../charts/own/merge.ts';
import type { WrittenConfig } from '../model/config.ts';
import { changed, renderedProblemsOf } from './fixture.ts';
import { modelOf } from './homes.ts';
import { specOf } from './objects.ts';

const note = (name: string, namespace = 'default') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data: { text: 'bins on Tuesday' },
});

/** A chart with one object. */
const chartOf = (object: Readonly<Record<string, unknown>>) => (scope: Chart) =>
  new ApiObject(new Chart(scope, 'chart'), 'object', object as never);

function problemsOf(config: WrittenConfig): string[] {
  return renderedProblemsOf(config).map(({ code, path, message }) => `${code} ${path.join('.')}: ${message}`);
}

describe('JSON patches', () => {
  const value = { list: [1, 2], group: { 'a/b': 'x' } };

  it.each<[string, Parameters<typeof appliesTo>[1], unknown]>([
    ['add to the end', [{ op: 'add', path: '/list/-', value: 3 }], { ...value, list: [1, 2, 3] }],
    ['add before', [{ op: 'add', path: '/list/0', value: 0 }], { ...value, list: [0, 1, 2] }],
    ['add at the end by number', [{ op: 'add', path: '/list/2', value: 3 }], { ...value, list: [1, 2, 3] }],
    ['remove from a list', [{ op: 'remove', path: '/list/0' }], { ...value, list: [2] }],
    [
      'replace by an escaped key',
      [{ op: 'replace', path: '/group/a~1b', value: 'y' }],
      { ...value, group: { 'a/b': 'y' } },
    ],
    [
      'one after the other',
      [
        { op: 'add', path: '/new', value: {} },
        { op: 'add', path: '/new/key', value: 1 },
      ],
      { ...value, new: { key: 1 } },
    ],
  ])('%s', (_what, operations, result) => {
    expect(appliesTo(value, operations)).toEqual({ fits: true, result });
    expect(value).toEqual({ list: [1, 2], group: { 'a/b': 'x' } });
  });

  it.each<[string, Parameters<typeof appliesTo>[1][number]]>([
    ['no such key', { op: 'replace', path: '/other', value: 1 }],
    ['no such holder', { op: 'add', path: '/other/key', value: 1 }],
    ['behind the end of a list', { op: 'add', path: '/list/3', value: 1 }],
    ['no such element', { op: 'remove', path: '/list/2' }],
    ['a key of a list', { op: 'add', path: '/list/key', value: 1 }],
    ['below a text', { op: 'add', path: '/group/a~1b/c', value: 1 }],
    ['what every object inherits', { op: 'remove', path: '/constructor' }],
  ])('%s is refused', (_what, operation) => {
    expect(appliesTo(value, [operation])).toEqual({ fits: false, path: operation.path });
  });
});

describe('merge patches', () => {
  const value = { kept: 1, list: [{ name: 'a', x: 1 }, { name: 'b' }], group: { p: 1, q: 2 } };

  it.each<[string, object, object]>([
    ['groups key by key', { group: { q: 3 } }, { ...value, group: { p: 1, q: 3 } }],
    ['another group', { group: { $patch: 'replace', r: 1 } }, { ...value, group: { r: 1 } }],
    ['no group', { group: { $patch: 'delete' } }, { kept: 1, list: value.list }],
    ['named things', { list: [{ name: 'a', y: 2 }] }, { ...value, list: [{ name: 'a', x: 1, y: 2 }, { name: 'b' }] }],
    ['a new one', { list: [{ name: 'c' }] }, { ...value, list: [{ name: 'c' }, ...value.list] }],
    [
      'those of the patch first',
      { list: [{ name: 'b', y: 1 }, { name: 'c' }] },
      { ...value, list: [{ name: 'b', y: 1 }, { name: 'c' }, { name: 'a', x: 1 }] },
    ],
    ['one less', { list: [{ name: 'a', $patch: 'delete' }] }, { ...value, list: [{ name: 'b' }] }],
    ['another list', { list: [{ $patch: 'replace' }, { name: 'c' }] }, { ...value, list: [{ name: 'c' }] }],
    ['what has no name', { list: [{ x: 1 }] }, { ...value, list: [{ x: 1 }] }],
  ])('%s', (_what, patch, result) => {
    expect(merged(value, patch, true)).toEqual(result);
  });

  it('named things of a kind that Kustomize does not know are replaced', () => {
    expect(merged(value, { list: [{ name: 'a' }] }, false)).toEqual({ ...value, list: [{ name: 'a' }] });
  });
});

describe('what is the admin’s own', () => {
  it('all that only synthesizing tells is told at once', () => {
    const config = changed('minimal', (home) => {
      home.charts = [
        { name: 'a', chart: () => null },
        {
          name: 'b',
          chart: chartOf({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'b', namespace: 'nowhere' } }),
        },
        {
          name: 'c',
          chart: chartOf({
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'c', namespace: 'default' },
            spec: { template: { spec: { containers: [{ name: 'c', image: 'nginx' }] } } },
          }),
        },
      ];
    });
    expect(problemsOf(config)).toEqual([
      'OWN010 charts.0.chart: adds no object',
      'OWN004 charts.1.chart: is Secret b in the namespace nowhere, which nobody makes',
      'OWN002 charts.1.chart: is the Secret b, and dist/ stands in Git, where everybody would read it',
      'OWN005 charts.2.chart: has the image nginx, which is not an exact version',
      'OWN006 charts.2.chart: has the container c without resources: requests.cpu, requests.memory, limits.memory missing',
    ]);
  });

  it('a list that a chart makes is refused, and nothing else is said of it', () => {
    const config = changed('minimal', (home) => {
      const items = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } }];
      home.charts = [{ name: 'a', chart: chartOf({ apiVersion: 'v1', kind: 'List', metadata: { name: 'a' }, items }) }];
    });
    expect(problemsOf(config)).toEqual(['OWN007 charts.0.chart: is the List a, and nobody looks at its items']);
  });

  it('a chart repeats no object of the config, and homecloud’s own neither', () => {
    const config = changed('minimal', (home) => {
      home.kustomize = { resources: [{ name: 'notes', objects: [note('note')] }] };
      home.charts = [{ name: 'chart', chart: chartOf(note('note')) }];
    });
    expect(problemsOf(config)).toEqual([
      'OWN003 kustomize.resources.0.objects.0: ConfigMap default/note is already used by charts[0].chart',
    ]);
    const ours = changed('minimal', (home) => {
      home.charts = [
        { name: 'chart', chart: chartOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'traefik' } }) },
      ];
    });
    expect(problemsOf(ours)).toEqual([
      'OWN012 charts.0.chart: Namespace traefik is already made by homecloud, in controllers/traefik',
    ]);
  });

  it('a folder comes after the namespaces and the kinds that it uses, and after those of the layers before', () => {
    const route = { apiVersion: 'traefik.io/v1alpha1', kind: 'Middleware', metadata: { name: 'm', namespace: 'dnas' } };
    const model = modelOf(
      changed('family', (home) => {
        home.kustomize = {
          resources: [
            { name: 'first', layer: 'controllers', objects: [note('one')] },
            { name: 'second', layer: 'configs', objects: [route] },
            { name: 'third', objects: [note('two', 'flux-system')] },
          ],
        };
      }),
    );
    const waitsFor = (name: string) =>
      (specOf(model, 'Kustomization', name)['dependsOn'] as { name: string }[]).map((one) => one.name);
    expect(waitsFor('controllers-own-first')).toEqual(['controllers-policy']);
    expect(waitsFor('configs-own-second')).toEqual([
      'controllers-dnas',
      'controllers-own-first',
      'controllers-policy',
      'controllers-traefik',
    ]);
    expect(waitsFor('apps-own-third')).toEqual(['configs-own-second', 'controllers-own-first', 'controllers-policy']);
  });

  it('a patch sees what those before it made', () => {
    const patch = (op: string, path: string) => ({
      folder: 'configs/traefik',
      target: { kind: 'Middleware', name: 'lan-rate-limit' },
      patch: [{ op, path, value: {} }],
    });
    const both = [patch('add', '/spec/rateLimit/new'), patch('add', '/spec/rateLimit/new/inner')];
    const of = (patches: readonly unknown[]) =>
      problemsOf(changed('minimal', (home) => (home.kustomize = { patches })));
    expect(of(both)).toEqual([]);
    expect(of([...both].reverse())).toEqual([
      'OWN011 kustomize.patches.0.patch: Middleware lan-rate-limit has nothing at /spec/rateLimit/new/inner',
    ]);
  });

  it('what patches make of an object is judged in the end', () => {
    const of = (...patches: readonly object[]) =>
      problemsOf(changed('minimal', (home) => (home.kustomize = { resources: [wall], patches })));
    const container = {
      name: 'wall',
      image: 'ghcr.io/example/wall:1.2.3',
      resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '16Mi' } },
    };
    const metadata = { name: 'wall', namespace: 'default' };
    const wall = {
      name: 'wall',
      objects: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata,
          spec: { template: { spec: { containers: [container] } } },
        },
        {
          apiVersion: 'source.toolkit.fluxcd.io/v1',
          kind: 'OCIRepository',
          metadata,
          spec: { ref: { tag: '1.2.3' } },
        },
      ],
    };
    const change = (kind: string, patch: unknown) => ({ folder: 'apps/own/wall', target: { kind }, patch });
    const pod = (...containers: readonly object[]) =>
      change('Deployment', { spec: { template: { spec: { containers } } } });
    const { name, image, resources } = { ...container, name: 'helper' };

    expect(of(pod({ name: 'wall', resources: { requests: { memory: '32Mi' } } }))).toEqual([]);
    expect(of(pod({ name, image }))).toEqual([
      'OWN006 kustomize.patches.0.patch: has the container helper without resources: requests.cpu, requests.memory, limits.memory missing',
    ]);
    expect(of(pod({ name, image }), pod({ name, resources }))).toEqual([]);
    const bare = [{ op: 'remove', path: '/spec/template/spec/containers/0/resources/limits' }];
    expect(of(pod({ name: 'wall', stdin: true }), change('Deployment', bare))).toEqual([
      'OWN006 kustomize.patches.1.patch: has the container wall without resources: limits.memory missing',
    ]);
    expect(of(change('OCIRepository', { spec: { ref: { semver: '*' } } }))).toEqual([
      'OWN005 kustomize.patches.0.patch: has the versions * in the OCIRepository wall, which is not an exact version',
    ]);
    const latest = [{ op: 'replace', path: '/spec/ref', value: { tag: 'latest' } }];
    expect(of(change('OCIRepository', latest))).toEqual([
      'OWN005 kustomize.patches.0.patch: has the tag latest in the OCIRepository wall, which is not an exact version',
    ]);
  });

  it('a patch and a chart put no page of the admin on the internet', () => {
    const patch = { spec: { entryPoints: ['lan', 'internet'] } };
    const target = { kind: 'IngressRoute', name: 'dashboard' };
    const route = {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'IngressRoute',
      metadata: { name: 'wall', namespace: 'traefik' },
      spec: { entryPoints: ['internet'], routes: [{ match: 'Host(`a`)', services: [{ name: 'wall', port: 80 }] }] },
    };
    const home = (own: object) => problemsOf(changed('full', (home) => Object.assign(home, own)));
    expect(home({ charts: [{ name: 'a', chart: chartOf(route) }] })).toEqual([
      'OWN016 charts.0.chart: lets the internet reach a service of traefik: IngressRoute wall has the entry point internet',
    ]);
    expect(home({ kustomize: { patches: [{ folder: 'configs/traefik', target, patch }] }, charts: [] })).toEqual([
      'OWN016 kustomize.patches.0.patch: lets the internet reach api@internal: IngressRoute dashboard has the entry point internet',
    ]);
  });

  it('a patch is not told of what an object was before it', () => {
    const patch = { spec: { timeout: '2m' } };
    const target = { kind: 'GitRepository' };
    const config = changed('minimal', (home) => {
      home.kustomize = { patches: [{ folder: 'clusters/home', target, patch }] };
    });
    expect(specOf(modelOf(config), 'GitRepository', 'home')).toMatchObject({ ref: { branch: 'main' } });
    expect(problemsOf(config)).toEqual([]);
  });

  it('what holds data is kept, unless the admin says otherwise', () => {
    const claim = (name: string, annotations?: object) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace: 'default', ...(annotations && { annotations }) },
      spec: { volumeName: name },
    });
    const tree = kubernetes(
      modelOf(
        changed('minimal', (home) => {
          home.kustomize = {
            resources: [
              {
                name: 'a',
                objects: [claim('kept'), claim('gone', { 'kustomize.toolkit.fluxcd.io/prune': 'enabled' })],
              },
            ],
          };
        }),
      ),
    );
    const of = (name: string) => tree.get(`apps/own/a/persistentvolumeclaim-${name}.yaml`);
    expect(of('kept')).toContain('kustomize.toolkit.fluxcd.io/prune: disabled');
    expect(of('gone')).toContain('kustomize.toolkit.fluxcd.io/prune: enabled');
  });

  it('what runs is counted for the boards', () => {
    const container = (memory: string) => ({
      name: 'big',
      image: 'ghcr.io/example/big:1.2.3',
      resources: { requests: { cpu: '10m', memory }, limits: { memory } },
    });
    const problems = (memory: string) =>
      problemsOf(
        changed('minimal', (home) => {
          const spec = { replicas: 2, template: { spec: { containers: [container(memory)] } } };
          const metadata = { name: 'big', namespace: 'default' };
          home.kustomize = {
            resources: [{ name: 'big', objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec }] }],
          };
        }),
      ).map((problem) => problem.split(' ')[0]);
    expect(problems('16Mi')).toEqual([]);
    expect(problems('32Gi')).toEqual(['NODE007']);
  });
});
