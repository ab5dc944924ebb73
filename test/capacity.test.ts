import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reportFacts } from '../cli/report.ts';
import { cpuFit, memoryFit, type Pods, type Room, requestsOf, roomOf } from '../model/capacity.ts';
import { chartValues } from '../model/chart-values.ts';
import { checkConfig } from '../model/check.ts';
import { fitRule, outages } from '../model/fit.ts';
import type { Model } from '../model/model.ts';
import { cpuMillis, memoryBytes } from '../model/quantity.ts';
import { slices } from '../model/slices.ts';
import { households, modelOf } from './homes.ts';

const mebibyte = 2 ** 20;

const board = (name: string, mebibytes: number, cpu: number | null = 4000): Room => ({
  name,
  room: { memory: mebibytes * mebibyte, cpu },
  containers: [],
});

const pods = (name: string, mebibytes: number, replicas = 1): Pods => ({
  name,
  replicas,
  resources: { cpuRequest: '10m', memoryRequest: `${mebibytes}Mi`, memoryLimit: null },
});

describe('what fits', () => {
  it('is what fits in any order', () => {
    const boards = fc.array(fc.integer({ min: 50, max: 400 }), { minLength: 1, maxLength: 5 });
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 12 });
    fc.assert(
      fc.property(boards, sizes, fc.infiniteStream(fc.nat()), (rooms, sizes, chance) => {
        const all = sizes.map((size, index) => pods(`${index}`, size));
        fc.pre(
          memoryFit(
            rooms.map((room, index) => board(`${index}`, room)),
            all,
          ).fits,
        );
        // A scheduler with any preference: each pod goes to any board that has room.
        const left = [...rooms];
        for (const size of sizes) {
          const possible = left.flatMap((room, index) => (room >= size ? [index] : []));
          expect(possible).not.toEqual([]);
          const chosen = possible[chance.next().value % possible.length] ?? 0;
          left[chosen] = (left[chosen] ?? 0) - size;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is not refused for less than the largest pod on each other board', () => {
    expect(memoryFit([board('a', 100), board('b', 100)], [pods('p', 30, 5)]).fits).toBe(true);
    expect(memoryFit([board('a', 100), board('b', 100)], [pods('p', 30, 6)]).fits).toBe(false);
    expect(memoryFit([board('a', 100)], [pods('p', 100)]).fits).toBe(true);
    expect(memoryFit([board('a', 100)], [pods('p', 101)]).fits).toBe(false);
  });

  it('counts what is bound to a board only there', () => {
    const resources = { cpuRequest: '50m', memoryRequest: '90Mi', memoryLimit: '90Mi' };
    const full = { ...board('a', 100), containers: [{ name: 'samba', resources }] };
    expect(memoryFit([full, board('b', 100)], [pods('p', 50)]).left).toBe(110 * mebibyte);
    // The shares of a board that is away wait for it.
    expect(memoryFit([board('b', 100)], [pods('p', 50)]).left).toBe(100 * mebibyte);
  });

  it('counts what must stand on boards of its own at most once for each', () => {
    const apart = { ...pods('p', 60, 2), areApart: true };
    expect(memoryFit([board('a', 100)], [apart])).toMatchObject({ asked: 60 * mebibyte, fits: true });
    expect(memoryFit([board('a', 100)], [pods('p', 60, 2)])).toMatchObject({ asked: 120 * mebibyte, fits: false });
    expect(memoryFit([board('a', 100), board('b', 100)], [apart]).asked).toBe(120 * mebibyte);
    expect(cpuFit([board('a', 100)], [apart])?.asked).toBe(10);
  });

  it('says nothing of processors that nobody knows', () => {
    expect(cpuFit([board('a', 100), board('b', 100, null)], [pods('p', 1)])).toBeNull();
    expect(cpuFit([board('a', 100, 15)], [pods('p', 1, 2)])).toEqual({ left: 15, asked: 20, largest: 10, fits: false });
  });
});

it('a board has less for pods than it has memory', () => {
  const room = roomOf({ hardware: 'raspberry-pi-4', role: 'server', memory: 4 * 1024 * mebibyte });
  expect(room.memory / mebibyte).toBeCloseTo(4096 * 0.92 * 0.95 - 1024, 0);
  expect(room.cpu).toBe(4000);
});

it('one board is never away, any of several may be', () => {
  expect(outages([board('a', 1)]).map(({ away }) => away)).toEqual([null]);
  expect(outages([board('a', 1), board('b', 1)]).map(({ away, boards }) => [away, boards.length])).toEqual([
    [null, 2],
    ['a', 1],
    ['b', 1],
  ]);
});

it('a home is refused when what can move does not fit without one board', () => {
  const { config } = checkConfig(households.family);
  const heavy = (memoryRequest: string) => ({
    name: 'heavy',
    pods: () => [{ name: 'heavy', replicas: 2, resources: { cpuRequest: '1m', memoryRequest, memoryLimit: null } }],
  });
  const findings = (memoryRequest: string) => [
    ...fitRule([...slices, heavy(memoryRequest)], []).check(config as never),
  ];
  expect(findings('1Gi')).toEqual([]);
  expect(findings('2600Mi')).toEqual([
    {
      path: ['boards'],
      message:
        'when oak is away, what may run on any board asks for 6.8 GiB of memory, and 7.1 GiB is there for it, in pieces: one pod asks for 2.5 GiB',
      hint: '"homecloud report capacity" shows who asks for what. Turn something off, or add a board or memory',
    },
  ]);
});

it.each(Object.entries(households))('the household %s fits with any board away', (_name, config) => {
  expect(reportFacts(modelOf(config)).outages.map(({ fits }) => fits)).not.toContain('no');
});

it('the second Alertmanager of two boards waits for the one that is away, and is not counted on the other', () => {
  const { boards, ...home } = households.family;
  const model = modelOf({
    ...home,
    boards: boards.slice(0, 2).map((one, index) => (index ? { ...one, role: 'agent' } : one)),
  });
  const waits = (pods: Model['pods']) =>
    reportFacts({ ...model, pods }).outages.map((row) => /alertmanager/.test(`${row['waits']}`));
  expect(waits(model.pods)).toEqual([false, true, true]);
  expect(waits(model.pods.map((pods) => ({ ...pods, areApart: false })))).toEqual([false, false, false]);
  const soft = { alertmanager: { alertmanagerSpec: { podAntiAffinity: 'soft' } } };
  const { pods } = modelOf({ ...households.family, observability: { ...home.observability, values: soft } });
  expect(pods.find(({ name }) => name === 'alertmanager')?.areApart).toBe(false);
});

it('all that the sample runs asks for at most 2.5 GiB of its three boards, and Nextcloud for 600 MiB more', () => {
  const { boards, pods } = modelOf(households.family);
  const isOfNextcloud = ({ name }: { readonly name: string }) => name.startsWith('nextcloud');
  const asked = (some: Model['pods']) =>
    some.flatMap(({ replicas, resources }) => Array.from({ length: replicas }, () => ({ resources })));
  const platform = [
    ...boards.flatMap(({ containers }) => containers),
    ...asked(pods.filter((one) => !isOfNextcloud(one))),
  ];
  expect(boards).toHaveLength(3);
  expect(requestsOf(platform).memory).toBeLessThanOrEqual(2.5 * 1024 * mebibyte);
  expect(requestsOf(asked(pods.filter(isOfNextcloud))).memory).toBe(600 * mebibyte);
});

it('quantities are those of Kubernetes', () => {
  expect(['64Mi', '1Gi', '1.5Gi', '100M', '123'].map(memoryBytes)).toEqual([
    64 * mebibyte,
    1024 * mebibyte,
    1536 * mebibyte,
    100_000_000,
    123,
  ]);
  expect(['1e3', '128000m', '.5Ki', '1E'].map(memoryBytes)).toEqual([1000, 128, 512, 1e18]);
  expect(['50m', '0.5', '2', '1.1', '1500u'].map(cpuMillis)).toEqual([50, 500, 2000, 1100, 2]);
  expect(() => memoryBytes('much')).toThrow('much is no quantity of memory');
  expect(() => cpuMillis('1Gi')).toThrow('1Gi is no quantity of processors');
});

describe('what the admin gives a chart', () => {
  const ours = { cpuRequest: '50m', memoryRequest: '64Mi', memoryLimit: '192Mi' };

  it('counts where it is a quantity, and ours where it is none', () => {
    const values = chartValues(
      {
        resources: { limits: { memory: '1Gi' }, requests: { cpu: 1 } },
        webhook: { resources: { requests: { memory: 'much' } } },
        replicas: 3,
      },
      'traefik.values',
    );
    expect(values.resources('resources', ours)).toEqual({ cpuRequest: '1', memoryRequest: '64Mi', memoryLimit: '1Gi' });
    expect(values.resources('webhook.resources', ours)).toEqual(ours);
    expect(values.resources('nowhere.resources', ours)).toEqual(ours);
    expect([values.count('replicas', 1), values.count('nowhere', 7)]).toEqual([3, 7]);
    expect(values.unread()).toEqual(['traefik.values.webhook.resources.requests.memory']);
  });

  it('is named where nobody looked at it, by the shortest path', () => {
    const values = chartValues({ a: { resources: {}, extra: { deep: 1 } }, b: { c: 1, d: 2 } }, 'values');
    values.resources('a.resources', ours);
    expect(values.unread()).toEqual(['values.a.extra', 'values.b']);
  });

  const memory = '777Mi';
  const given = { requests: { memory } };
  const csi = JSON.stringify(
    Object.fromEntries(['csi-resizer', 'longhorn-csi-plugin', 'node-driver-registrar'].map((name) => [name, given])),
  );
  const values = {
    traefik: { values: { resources: given } },
    certificates: { values: { resources: given, webhook: { resources: given }, cainjector: { resources: given } } },
    observability: {
      enabled: true,
      receivers: { ntfy: [{ name: 'phone' }] },
      values: {
        prometheus: { prometheusSpec: { resources: given } },
        alertmanager: { alertmanagerSpec: { resources: given } },
        grafana: { resources: given },
        prometheusOperator: {
          resources: given,
          prometheusConfigReloader: { resources: { requests: { memory: '1Mi' } } },
        },
        'kube-state-metrics': { resources: given },
        'prometheus-node-exporter': { resources: given },
      },
    },
    longhorn: {
      enabled: true,
      values: {
        longhornManager: { resources: given },
        defaultSettings: { systemManagedCSIComponentsResourceLimits: csi, guaranteedInstanceManagerCPU: '{"v1":"20"}' },
      },
    },
    management: {
      headlamp: { values: { resources: given } },
      portainer: { enabled: true, values: { resources: given } },
      dashboard: {
        enabled: true,
        values: Object.fromEntries(
          ['api', 'auth', 'metricsScraper', 'web'].map((part) => [part, { containers: { resources: given } }]),
        ),
      },
    },
  };

  it('counts for each chart, wherever its pods may run', () => {
    const boards = households.family.boards.map((one) => ({ ...one, memory: '64GiB' }));
    const { config } = checkConfig({ ...households.family, ...values, boards });
    const containers = config.boards.flatMap((board) =>
      slices.flatMap((slice) => slice.requirements?.(config, board).containers ?? []),
    );
    const pods = slices.flatMap((slice) => slice.pods?.(config) ?? []);
    const asks = new Map(
      [...pods, ...containers].map(({ name, resources }) => [name, memoryBytes(resources.memoryRequest) / mebibyte]),
    );
    const followed = [...asks].flatMap(([name, asked]) => (asked >= 777 ? [name] : []));
    // What has no values of the admin: k3s, Flux, dnas, Nextcloud, and of Longhorn what the JSON above does not name.
    const others = ['coredns', 'metrics-server', 'helm-controller', 'kustomize-controller', 'notification-controller']
      .concat([
        'source-controller',
        'samba',
        'nfs',
        'nextcloud',
        'nextcloud-backup',
        'nextcloud-cache',
        'nextcloud-database',
      ])
      .concat(['csi-attacher', 'csi-provisioner', 'csi-snapshotter', 'longhorn-liveness-probe', 'instance-manager'])
      .concat(['longhorn-driver-deployer', 'longhorn-ui']);
    expect([...asks.keys()].filter((name) => !followed.includes(name)).sort()).toEqual([...others].sort());
    expect(asks.get('prometheus')).toBe(778);
    expect(containers.find(({ name }) => name === 'instance-manager')?.resources.cpuRequest).toBe('800m');
    expect(slices.flatMap((slice) => slice.uncounted?.(config) ?? [])).toEqual([]);
  });

  it('counts how many there are, and not what is off', () => {
    const { config } = checkConfig({
      ...households.full,
      certificates: { ...households.full.certificates, values: { webhook: { replicaCount: 3 } } },
    });
    const counts = new Map(
      slices.flatMap((slice) => slice.pods?.(config) ?? []).map(({ name, replicas }) => [name, replicas]),
    );
    expect([counts.get('cert-manager'), counts.get('cert-manager-webhook')]).toEqual([1, 3]);
    expect([...counts.keys()].filter((name) => name.startsWith('kubernetes-dashboard'))).toEqual(
      ['api', 'auth', 'web'].map((part) => `kubernetes-dashboard-${part}`),
    );
  });

  it('is told where it is not counted', () => {
    const longhorn = (defaultSettings: Record<string, string>) =>
      reportFacts(modelOf({ ...households.family, longhorn: { enabled: true, values: { defaultSettings } } }))
        .uncounted;
    expect(reportFacts(modelOf(households.full)).uncounted).toEqual([{ value: 'management.headlamp.values.config' }]);
    expect(
      longhorn({ systemManagedCSIComponentsResourceLimits: 'none', guaranteedInstanceManagerCPU: 'much' }),
    ).toEqual([
      { value: 'longhorn.values.defaultSettings.guaranteedInstanceManagerCPU' },
      { value: 'longhorn.values.defaultSettings.systemManagedCSIComponentsResourceLimits' },
    ]);
  });
});
