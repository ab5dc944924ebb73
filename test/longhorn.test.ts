import { describe, expect, it } from '@jest/globals';
import { App, Chart } from 'cdk8s';
import { load } from 'js-yaml';
import { kubernetesCharts } from '../charts/kubernetes.ts';
import { addRelease } from '../charts/release.ts';
import { checkConfig } from '../model/check.ts';
import type { WrittenConfig } from '../model/config.ts';
import type { Model } from '../model/model.ts';
import { planModel } from '../model/plan.ts';
import { longestGapHours } from '../model/schedule.ts';
import { modelOf } from './homes.ts';
import minimal from './households/minimal.ts';
import { type KubernetesObject, specOf } from './objects.ts';

interface Postrendered {
  readonly postRenderers: readonly {
    readonly kustomize: { readonly patches: readonly { readonly patch: string }[] };
  }[];
}

interface PodContainers {
  readonly containers: readonly LimitedContainer[];
  readonly initContainers?: readonly LimitedContainer[];
}

interface LimitedContainer {
  readonly name: string;
  readonly resources: { readonly limits: { readonly memory: string } };
}

const label = 'node.longhorn.io/create-default-disk';

/** A home of `boards` boards, of which the first `disks` have a disk for Longhorn. */
function home(boards: number, disks: number, longhorn: WrittenConfig['longhorn'] = {}): WrittenConfig {
  return {
    ...minimal,
    boards: Array.from({ length: boards }, (_none, index) => ({
      ...minimal.boards[0],
      name: `pi-${index}`,
      address: `192.168.0.${20 + index}`,
      hardware: 'arm64' as const,
      memory: '4GiB',
      role: boards >= 3 && index < 3 ? ('server' as const) : index === 0 ? ('server' as const) : ('agent' as const),
      boot: 'ssd' as const,
      disks:
        index < disks
          ? [{ name: 'blocks', device: `/dev/disk/by-id/nvme-Test_${index}`, purpose: 'longhorn' as const }]
          : [],
    })),
    longhorn: { enabled: true, ...longhorn },
    ...(disks === 1 && boards > 1 && { acknowledge: [{ code: 'LH012', reason: 'one disk is what there is' }] }),
  };
}

function objects(model: Model): KubernetesObject[] {
  return kubernetesCharts(model).flatMap(({ chart }) => chart.toJson() as KubernetesObject[]);
}

function valuesOf(model: Model, release: string): Record<string, Record<string, unknown>> {
  const found = objects(model).find(({ kind, metadata }) => kind === 'HelmRelease' && metadata.name === release);
  if (found === undefined) throw new Error(`there is no release ${release}`);
  return (found['spec'] as { values: Record<string, Record<string, unknown>> }).values;
}

describe('copies of a volume', () => {
  it.each([
    [1, 1, 1],
    [3, 1, 1],
    [3, 2, 2],
    [3, 3, 2],
    [8, 8, 2],
  ])('%i boards, %i with a disk: %i', (boards, disks, replicas) => {
    const model = modelOf(home(boards, disks));
    expect(model.longhorn).toMatchObject({ boards: disks, replicas });
    const { persistence, defaultSettings, csi } = valuesOf(model, 'longhorn');
    expect(persistence?.['defaultClassReplicaCount']).toBe(replicas);
    expect(defaultSettings?.['defaultReplicaCount']).toBe(`{"v1":"${replicas}","v2":"${replicas}"}`);
    expect(csi?.['attacherReplicaCount']).toBe(disks === 1 ? 1 : 2);
    expect(defaultSettings?.['replicaAutoBalance']).toBe(disks === 1 ? 'disabled' : 'least-effort');
  });

  it('what the config says wins', () => {
    expect(modelOf(home(3, 3, { replicas: 3 })).longhorn?.replicas).toBe(3);
  });
});

describe('the boards', () => {
  it('only those with a disk get one in Longhorn, and all can mount volumes', () => {
    const { boards } = modelOf(home(4, 2));
    expect(boards.map(({ labels }) => labels[label])).toEqual(['true', 'true', undefined, undefined]);
    expect(boards.map(({ k3s }) => (k3s.config['node-label'] as string[]).includes(`${label}=true`))).toEqual([
      ...[true, true, false, false],
    ]);
    for (const { packages, modules, containers } of boards) {
      expect(packages).toEqual(expect.arrayContaining(['nfs-common', 'open-iscsi']));
      expect(modules).toContain('iscsi_tcp');
      expect(containers.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['instance-manager', 'longhorn-csi-plugin', 'longhorn-manager']),
      );
    }
    const model = modelOf(home(4, 2));
    expect(valuesOf(model, 'longhorn')['defaultSettings']).toMatchObject({
      createDefaultDiskLabeledNodes: true,
      defaultDataPath: model.boards[0]?.disks[0]?.mountPoint,
    });
  });

  it('a disk of the config is Longhorn’s only while Longhorn is on', () => {
    const { boards } = modelOf(home(3, 3, { enabled: false }));
    expect(
      boards.flatMap(({ labels, packages, modules }) => [
        ...Object.keys(labels).filter((key) => key === label),
        ...packages.filter((name) => name === 'open-iscsi'),
        ...modules.filter((name) => name === 'iscsi_tcp'),
      ]),
    ).toEqual([]);
  });

  it('the cluster has one default storage class', () => {
    const disabled = (config: WrittenConfig) => modelOf(config).boards[0]?.k3s.config['disable'];
    expect(disabled(home(3, 2))).toEqual(['local-storage', 'servicelb', 'traefik']);
    expect(disabled(minimal)).toEqual(['servicelb', 'traefik']);
    expect(valuesOf(modelOf(home(3, 2)), 'longhorn')['persistence']?.['defaultClass']).toBe(true);
    const classes = objects(modelOf(home(3, 2))).filter(({ kind }) => kind === 'StorageClass');
    expect(classes.map(({ metadata }) => [metadata.name, metadata.namespace])).toEqual([
      ['longhorn-single', undefined],
    ]);
    expect(JSON.stringify(classes)).not.toContain('is-default-class');
  });
});

describe('turned off', () => {
  it('all of it stays in the cluster, and what the config has no more of it goes while it is on', () => {
    const folders = objects(modelOf(home(3, 2))).filter(({ kind }) => kind === 'Kustomization');
    expect(
      folders.flatMap(({ metadata, spec }) => {
        const { deletionPolicy, prune } = spec as { deletionPolicy?: string; prune: boolean };
        return deletionPolicy === undefined ? [] : [{ name: metadata.name, deletionPolicy, prune }];
      }),
    ).toEqual([
      { name: 'controllers-longhorn', deletionPolicy: 'Orphan', prune: true },
      { name: 'configs-longhorn', deletionPolicy: 'Orphan', prune: true },
      expect.objectContaining({ name: 'flux' }),
    ]);
  });
});

describe('backups', () => {
  const keysOf = (target: string, endpoint = false) => {
    const { config } = checkConfig(home(3, 2, { backup: { target, endpoint } }));
    const model = planModel(config, '0.0.0-test');
    return {
      backup: model.longhorn?.backup,
      keys: model.secrets
        .flatMap(({ source, places }) => (source.kind === 'supplied' ? places : []))
        .flatMap((place) => (place.in === 'cluster' ? [`${place.namespace}/${place.secret} ${place.key}`] : [])),
      modules: model.boards[2]?.modules,
      store: valuesOf(model, 'longhorn')['defaultBackupStore'],
    };
  };

  it('to NFS: no credential', () => {
    const { backup, keys, store } = keysOf('nfs://nas.example.org:/volumes');
    expect({ backup, keys }).toEqual({
      backup: { target: 'nfs://nas.example.org:/volumes', secretName: null, lateHours: 48 },
      keys: [],
    });
    expect(store).toEqual({ backupTarget: 'nfs://nas.example.org:/volumes', pollInterval: 3600 });
  });

  it('to CIFS: an account, and its module on every board', () => {
    const { keys, modules, store } = keysOf('cifs://nas.example.org/volumes');
    expect(keys).toEqual([
      'longhorn-system/longhorn-backup CIFS_USERNAME',
      'longhorn-system/longhorn-backup CIFS_PASSWORD',
    ]);
    expect(modules).toContain('cifs');
    expect(store).toMatchObject({ backupTargetCredentialSecret: 'longhorn-backup' });
  });

  it('to S3: a key, and the URL of a server that is not Amazon’s', () => {
    const both = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map((key) => `longhorn-system/longhorn-backup ${key}`);
    expect(keysOf('s3://volumes@eu-west-3/').keys).toEqual(both);
    expect(keysOf('s3://volumes@eu-west-3/home/', true).keys).toEqual([
      ...both,
      'longhorn-system/longhorn-backup AWS_ENDPOINTS',
    ]);
  });

  it.each([
    ['0 3 * * *', 24],
    ['0 3 * * 0', 7 * 24],
    ['30 1,13 * * *', 12],
    ['0 0 1 * *', 31 * 24],
    ['0 0-6/3 * * *', 18],
    ['0 0 1 * 1', 7 * 24],
    ['0 0 29 2 *', (4 * 365 + 1) * 24],
  ])('%s leaves at most %i hours between two', (schedule, hours) => {
    expect(longestGapHours(schedule)).toBe(hours);
  });

  it('are done by a job, where there is a target', () => {
    const jobs = (config: WrittenConfig) =>
      objects(planModel(checkConfig(config).config, '0.0.0-test')).flatMap(({ kind, spec }) =>
        kind === 'RecurringJob' ? [spec as { name: string; groups: string[]; parameters?: object }] : [],
      );
    expect(jobs(home(3, 2)).map(({ name }) => name)).toEqual(['snapshot', 'trim']);
    const all = jobs(home(3, 2, { backup: { target: 'nfs://nas.example.org:/volumes', fullEvery: 9 } }));
    expect(all.map(({ name }) => name)).toEqual(['snapshot', 'trim', 'backup']);
    expect(all.at(-1)?.parameters).toEqual({ 'full-backup-interval': '9' });
    expect(all.map(({ groups }) => groups)).toEqual([
      ['default', 'without-backup'],
      ['default', 'without-backup'],
      ['default'],
    ]);
  });
});

it('the page asks for a password, and no other namespace reaches it', () => {
  const all = objects(modelOf(home(3, 2)));
  const route = all.find(({ kind, metadata }) => kind === 'IngressRoute' && metadata.name === 'longhorn');
  expect(route?.['spec']).toMatchObject({
    entryPoints: ['lan'],
    routes: [{ middlewares: [{ name: 'longhorn-auth' }], services: [{ name: 'longhorn-frontend', port: 80 }] }],
  });
  const middleware = all.find(({ kind, metadata }) => kind === 'Middleware' && metadata.name === 'longhorn-auth');
  expect(middleware?.['spec']).toEqual({ basicAuth: { secret: 'longhorn-auth', removeHeader: true } });
  const reaching = all.filter(({ kind, spec }) => {
    if (kind !== 'NetworkPolicy') return false;
    const { podSelector, ingress } = spec as { podSelector: { matchLabels?: { app?: string } }; ingress?: object };
    return podSelector.matchLabels?.app === 'longhorn-ui' && ingress !== undefined;
  });
  expect(reaching.map(({ metadata }) => metadata.name)).toEqual(['traefik-to-longhorn-in']);
});

it('its namespace lets nobody in unasked, and no policy shuts in what mounts and moves volumes', () => {
  const policies = objects(modelOf(home(3, 2))).filter(
    ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.namespace === 'longhorn-system',
  );
  const selects = (direction: string) =>
    policies.flatMap(({ spec }) => {
      const { podSelector, policyTypes } = spec as { podSelector: object; policyTypes: string[] };
      return policyTypes.includes(direction) ? [podSelector] : [];
    });
  expect(selects('Ingress')).toContainEqual({});
  expect(new Set(selects('Egress').map((one) => JSON.stringify(one)))).toEqual(
    new Set(['{"matchLabels":{"app":"longhorn-ui"}}']),
  );
});

it('Prometheus reaches the manager, where there is one', () => {
  const policies = (observability: WrittenConfig['observability']) =>
    objects(modelOf({ ...home(3, 2), observability })).filter(
      ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'prometheus-to-longhorn-in',
    );
  expect(policies({ enabled: false })).toEqual([]);
  expect(
    policies({ enabled: true, receivers: { ntfy: [{ name: 'phone' }] } }).map(({ spec }) => JSON.stringify(spec)),
  ).toEqual([expect.stringContaining('"port":9500')]);
});

it('every container that the chart makes has a limit', () => {
  const { postRenderers } = specOf(modelOf(home(3, 2)), 'HelmRelease', 'longhorn') as unknown as Postrendered;
  const patched = postRenderers.flatMap(({ kustomize }) =>
    kustomize.patches.flatMap(({ patch }) => {
      const { metadata, spec } = load(patch) as KubernetesObject & { spec: { template: { spec: PodContainers } } };
      // Without its namespace Kustomize would not find it.
      expect(metadata.namespace).toBe('longhorn-system');
      const { containers, initContainers = [] } = spec.template.spec;
      return [...containers, ...initContainers].map(({ name, resources }) => {
        expect(resources.limits.memory).toMatch(/^\d+Mi$/);
        return `${metadata.name} ${name}`;
      });
    }),
  );
  // With `longhornManager.resources`, all of chart 1.12.1 but for its hooks.
  expect(patched.sort()).toEqual([
    'longhorn-driver-deployer longhorn-driver-deployer',
    'longhorn-driver-deployer wait-longhorn-manager',
    'longhorn-manager pre-pull-share-manager-image',
    'longhorn-ui longhorn-ui',
  ]);
});

it('a release that holds data is not deleted', () => {
  const releaseOf = (holdsData: boolean) => {
    const chart = new Chart(new App(), 'test', { namespace: 'test' });
    const pin = { kind: 'chart', source: 'https://charts.example.org#test', version: '1.0.0' } as const;
    addRelease(chart, { name: 'test', chart: pin, values: {}, services: { b: [2], a: [3, 1] }, holdsData });
    return chart.toJson() as KubernetesObject[];
  };
  const [repository, release] = releaseOf(true);
  expect(repository?.metadata.annotations).toEqual({ 'kustomize.toolkit.fluxcd.io/prune': 'disabled' });
  expect(release?.metadata.annotations).toEqual({
    'homecloud.io/services': 'a:1 a:3 b:2',
    'kustomize.toolkit.fluxcd.io/prune': 'disabled',
  });
  const [, other] = releaseOf(false);
  expect(other?.metadata.annotations).toEqual({ 'homecloud.io/services': 'a:1 a:3 b:2' });
});
