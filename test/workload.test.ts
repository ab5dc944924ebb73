import { describe, expect, it } from '@jest/globals';
import { App, Chart } from 'cdk8s';
import { load } from 'js-yaml';
import { kubernetes } from '../charts/kubernetes.ts';
import { addWorkload, type Container, type Probe, type WorkloadProps } from '../charts/workload.ts';
import { households, modelOf } from './homes.ts';
import type { KubernetesObject } from './objects.ts';

const probe: Probe = { exec: { command: ['true'] }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 };

const container: Container = {
  name: 'server',
  image: { kind: 'image', source: 'ghcr.io/example/server', version: '1.2.3' },
  command: ['serve'],
  resources: { cpuRequest: '10m', memoryRequest: '16Mi', memoryLimit: '32Mi' },
  runAs: { uid: 1010, gid: 1010 },
  ports: [{ name: 'web', number: 8080 }],
  startup: probe,
  readiness: probe,
  liveness: probe,
};

const props: WorkloadProps = {
  name: 'example',
  app: 'example',
  instance: 'one',
  component: 'server',
  terminationGracePeriod: 30,
  containers: [container],
};

/** The objects of a workload by kind, from a chart of the given name. */
function objectsOf(given: Partial<WorkloadProps> = {}, chartName = 'chart'): Record<string, KubernetesObject> {
  const chart = new Chart(new App(), chartName, { namespace: 'example', disableResourceNameHashes: true });
  addWorkload(chart, { ...props, ...given });
  return Object.fromEntries((chart.toJson() as KubernetesObject[]).map((object) => [object.kind, object]));
}

function podOf(given: Partial<WorkloadProps> = {}): unknown {
  return at(objectsOf(given)['Deployment'], 'spec', 'template', 'spec');
}

function withContainer(given: Partial<Container>): Partial<WorkloadProps> {
  return { containers: [{ ...container, ...given }] };
}

function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value);
}

describe('a workload without privileges', () => {
  it('is what the defaults of cdk8s-plus-27 are not', () => {
    expect(podOf()).toEqual({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 30,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'server',
          image: 'ghcr.io/example/server:1.2.3',
          imagePullPolicy: 'IfNotPresent',
          command: ['serve'],
          ports: [{ name: 'web', containerPort: 8080, protocol: 'TCP' }],
          resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '32Mi' } },
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1010,
            runAsGroup: 1010,
            privileged: false,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          startupProbe: probe,
          readinessProbe: probe,
          livenessProbe: probe,
          volumeMounts: [],
        },
      ],
      volumes: [],
    });
    const deployment = objectsOf()['Deployment'];
    expect(at(deployment, 'spec', 'strategy')).toEqual({ type: 'Recreate' });
    expect(at(deployment, 'spec', 'replicas')).toBe(1);
    expect(at(deployment, 'metadata', 'annotations')).toBeUndefined();
  });

  it('has the same bytes wherever its construct stands', () => {
    expect(JSON.stringify(objectsOf({}, 'elsewhere'))).toBe(JSON.stringify(objectsOf()));
    expect(JSON.stringify(objectsOf())).not.toContain('cdk8s');
  });

  it('selects by labels that never change, and says whose it is by others', () => {
    const deployment = objectsOf()['Deployment'];
    const selector = {
      'app.kubernetes.io/name': 'example',
      'app.kubernetes.io/instance': 'one',
      'app.kubernetes.io/component': 'server',
    };
    expect(at(deployment, 'spec', 'selector')).toEqual({ matchLabels: selector });
    expect(at(deployment, 'spec', 'template', 'metadata', 'labels')).toEqual({
      ...selector,
      'app.kubernetes.io/part-of': 'homecloud',
      'app.kubernetes.io/managed-by': 'homecloud',
    });
    expect(at(objectsOf()['Service'], 'spec', 'selector')).toEqual(selector);
  });
});

describe('an image', () => {
  it('is named by its digest where the digest is known', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(at(podOf(withContainer({ image: { ...container.image, digest } })), 'containers', 0, 'image')).toBe(
      `ghcr.io/example/server:1.2.3@${digest}`,
    );
  });
});

describe('a privilege', () => {
  it('is written to the object with its reason, outside of what restarts the pod', () => {
    const deployment = objectsOf({
      ...withContainer({
        runAs: { root: 'it is old' },
        capabilities: { SYS_TIME: 'it sets the clock', CHOWN: 'it gives files away' },
        writableRootFilesystem: 'it unpacks itself',
        privilegeEscalation: 'it calls sudo',
        ports: [{ name: 'web', number: 8080, onBoard: 'people look for it there' }],
      }),
      volumes: { data: { folderOfBoard: '/srv/data', reason: 'the data is there' } },
    })['Deployment'];
    expect(at(deployment, 'metadata', 'annotations')).toEqual({
      'homecloud.io/privileges': [
        'volume data: folder /srv/data of the board: the data is there',
        'server: user root: it is old',
        'server: writable root file system: it unpacks itself',
        'server: privilege escalation: it calls sudo',
        'server: capability CHOWN: it gives files away',
        'server: capability SYS_TIME: it sets the clock',
        'server: port 8080 of the board: people look for it there',
      ].join('\n'),
    });
    expect(at(deployment, 'spec', 'template', 'metadata', 'annotations')).toBeUndefined();
    expect(at(deployment, 'spec', 'template', 'spec', 'containers', 0, 'securityContext')).toEqual({
      runAsNonRoot: false,
      runAsUser: 0,
      runAsGroup: 0,
      privileged: false,
      allowPrivilegeEscalation: true,
      readOnlyRootFilesystem: false,
      capabilities: { drop: ['ALL'], add: ['CHOWN', 'SYS_TIME'] },
    });
    expect(at(deployment, 'spec', 'template', 'spec', 'containers', 0, 'ports')).toEqual([
      { name: 'web', containerPort: 8080, hostPort: 8080, protocol: 'TCP' },
    ]);
  });

  it('is refused with an empty reason', () => {
    expect(() => objectsOf(withContainer({ runAs: { root: ' ' } }))).toThrow('server has no reason');
  });

  it('is a type error without one, and so is a missing probe or a capability with its prefix', () => {
    // @ts-expect-error: no reason
    const root: Container['runAs'] = { root: true };
    // @ts-expect-error: no reason
    const folder: WorkloadProps['volumes'] = { data: { folderOfBoard: '/srv/data' } };
    // @ts-expect-error: no reason
    const capability: Container['capabilities'] = { CHOWN: true };
    // @ts-expect-error: Kubernetes knows no CAP_CHOWN
    const prefixed: Container['capabilities'] = { CAP_CHOWN: 'it gives files away' };
    const { liveness, ...rest } = container;
    // @ts-expect-error: each probe is written out
    const unwatched: Container = rest;
    expect([root, folder, capability, prefixed, unwatched, liveness]).toHaveLength(6);
  });
});

describe('a workload of several pods', () => {
  it('spreads over the boards, and lets a drain take one pod at a time', () => {
    const objects = objectsOf({ replicas: 2 });
    const selector = at(objects['Deployment'], 'spec', 'selector');
    expect(at(objects['PodDisruptionBudget'], 'spec')).toEqual({ maxUnavailable: 1, selector });
    expect(at(objects['Deployment'], 'spec', 'replicas')).toBe(2);
    expect(at(objects['Deployment'], 'spec', 'strategy')).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: 1, maxSurge: 0 },
    });
    expect(at(podOf({ replicas: 2 }), 'topologySpreadConstraints')).toEqual([
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: selector,
      },
    ]);
    expect(objectsOf()['PodDisruptionBudget']).toBeUndefined();
  });

  it('is bound to no board', () => {
    expect(() => objectsOf({ replicas: 2, board: 'oak' })).toThrow('is bound to a board, and cannot be 2');
  });
});

describe('a workload on one board', () => {
  it('is bound to it by the scheduler, and waits for it', () => {
    const pod = podOf({ board: 'oak' });
    expect(at(pod, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution')).toEqual({
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['oak'] }] }],
    });
    expect(at(pod, 'nodeName')).toBeUndefined();
    expect(at(pod, 'tolerations')).toEqual([
      { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
      { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
    ]);
  });

  it('sees file systems of the board come and go', () => {
    const pod = podOf({
      ...withContainer({ mounts: [{ volume: 'data', path: '/data', writable: true }] }),
      volumes: { data: { folderOfBoard: '/srv/data', reason: 'the data is there' } },
    });
    expect(at(pod, 'volumes')).toEqual([{ name: 'data', hostPath: { path: '/srv/data', type: 'Directory' } }]);
    expect(at(pod, 'containers', 0, 'volumeMounts')).toEqual([
      { name: 'data', mountPath: '/data', mountPropagation: 'HostToContainer', readOnly: false },
    ]);
  });
});

describe('the config of a workload', () => {
  const checksum = (config: Record<string, string>) =>
    at(objectsOf({ config })['Deployment'], 'spec', 'template', 'metadata', 'annotations');

  it('restarts the pod when it changes, and only then', () => {
    expect(checksum({ a: '1', b: '2' })).toEqual({
      'homecloud.io/config-checksum': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(checksum({ a: '1', b: '3' })).not.toEqual(checksum({ a: '1', b: '2' }));
    expect(checksum({ b: '2', a: '1' })).toEqual(checksum({ a: '1', b: '2' }));
  });

  it('is a config map of the same name, mounted read-only', () => {
    const given = {
      config: { file: 'text\n' },
      ...withContainer({ mounts: [{ volume: 'config', path: '/etc/example' }] }),
    };
    expect(at(objectsOf(given)['ConfigMap'], 'data')).toEqual({ file: 'text\n' });
    expect(at(podOf(given), 'volumes')).toEqual([{ name: 'config', configMap: { name: 'example' } }]);
    expect(at(podOf(given), 'containers', 0, 'volumeMounts')).toEqual([
      { name: 'config', mountPath: '/etc/example', readOnly: true },
    ]);
  });

  it('has secrets as files that only root reads, key by key', () => {
    const pod = podOf({ volumes: { passwords: { secret: 'users', keys: ['alice'] } } });
    expect(at(pod, 'volumes')).toEqual([
      {
        name: 'passwords',
        secret: { secretName: 'users', items: [{ key: 'alice', path: 'alice' }], defaultMode: 0o400 },
      },
    ]);
  });
});

it('a workload without ports has no service', () => {
  expect(objectsOf(withContainer({ ports: [] }))['Service']).toBeUndefined();
});

it('file servers are never evicted, and have their time to end when a board is switched off', () => {
  const family = modelOf(households.family);
  const servers = [...kubernetes(family)].flatMap(([path, text]) =>
    /^apps\/dnas\/.*\/deployment-/.test(path) ? [at(load(text), 'spec', 'template', 'spec')] : [],
  ) as { priorityClassName: string; terminationGracePeriodSeconds: number }[];
  expect(servers).toHaveLength(2);
  for (const { priorityClassName, terminationGracePeriodSeconds } of servers) {
    expect(priorityClassName).toBe('system-node-critical');
    for (const { k3s } of family.boards) {
      const { shutdownGracePeriod, shutdownGracePeriodCriticalPods } = k3s.kubelet as Record<string, string>;
      // The others go first, in what is left.
      const [all = 0, critical = 0] = [shutdownGracePeriod, shutdownGracePeriodCriticalPods].map((time) =>
        Number.parseInt(time ?? '', 10),
      );
      expect(Math.min(critical, all - critical)).toBeGreaterThanOrEqual(terminationGracePeriodSeconds);
    }
  }
});
