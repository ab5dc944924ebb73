import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { alertGroups } from '../charts/observability/alerts.ts';
import { dashboards } from '../charts/observability/dashboards.ts';
import { fluxState } from '../charts/observability/flux-state.ts';
import type { LogCollectorValues } from '../charts/observability/logs-values.ts';
import { dashboardJson } from '../charts/observability/panels.ts';
import { prometheusStackValues } from '../charts/observability/release-values.ts';
import type { Observability } from '../model/facts/observability.ts';
import type { Model } from '../model/model.ts';
import { TreeBuilder } from '../tree/tree.ts';
import { households, modelOf } from './homes.ts';
import { type KubernetesObject, kubernetesOf, objectsOf } from './objects.ts';

const family = modelOf(households.family);
const full = modelOf(households.full);

function facts({ observability }: Model): Observability {
  if (observability === null) throw new Error('the home is not measured');
  return observability;
}

describe('alerts', () => {
  const alerts = alertGroups(full).flatMap((group) => group.alerts);

  it('have each a name of its own', () => {
    expect(new Set(alerts.map(({ name }) => name)).size).toBe(alerts.length);
  });

  it.each(alerts.map((alert) => [alert.name, alert] as const))(
    '%s says what is wrong, and what to do',
    (_name, alert) => {
      expect(alert.todo).toHaveLength(2);
      for (const line of [alert.summary, ...alert.todo]) {
        expect(line).toMatch(/^\S.*[.,]$/);
        expect(line).not.toContain('\n');
        expect(line.length).toBeLessThanOrEqual(140);
      }
    },
  );

  it('advise no second place on one board, which DNAS001 refuses', () => {
    const todo = alertGroups(family).flatMap(({ alerts }) => alerts.flatMap(({ todo }) => todo));
    expect(todo.join('\n')).not.toMatch(/place the share on it as well/);
    expect(todo.join('\n')).toContain('write its place in shares[].on for the old one');
  });

  it('are about what is there', () => {
    const groupsOf = (model: Model) => alertGroups(model).map(({ name }) => name);
    expect(groupsOf(modelOf({ ...households.family, shares: [] }))).not.toContain('shares');
    expect(groupsOf(family)).toContain('shares');
    const observability = { ...facts(family), longhornNamespace: null };
    expect(groupsOf({ ...family, observability })).not.toContain('longhorn');
    expect(Object.keys(dashboards({ ...family, observability }))).not.toContain('longhorn');
  });

  it('know every board of the home, so that one that never came is missed', () => {
    const [boards] = alertGroups(full);
    expect(boards?.records?.map(({ labels }) => labels['board'])).toEqual(full.boards.map(({ name }) => name));
    const sync = alertGroups(family).find(({ name }) => name === 'sync');
    // The third has no disk for shares.
    expect(sync?.records?.map(({ labels }) => labels['board'])).toEqual(['oak', 'elm']);
  });

  it('name the board of all that runs on one, which says nothing more when that is away', () => {
    const ofPod = { sourceLabels: ['__meta_kubernetes_pod_node_name'], targetLabel: 'board' };
    const monitors = [...kubernetesOf(full)].flatMap(([, text]) => {
      const { kind, spec } = load(text) as KubernetesObject;
      return kind === 'PodMonitor' ? (spec as { podMetricsEndpoints: object[] }).podMetricsEndpoints : [];
    });
    expect(monitors.length).toBeGreaterThan(3);
    for (const one of monitors) expect(one).toMatchObject({ relabelings: [ofPod] });
    const { alertmanager, ...values } = prometheusStackValues(full, facts(full));
    expect(alertmanager.serviceMonitor.relabelings).toEqual([ofPod]);
    expect(values['kube-state-metrics'].prometheus.monitor.http.relabelings).toEqual([ofPod]);
    expect(values['prometheus-node-exporter'].prometheus.monitor.relabelings).toEqual([ofPod]);
    expect(alertmanager.config.inhibit_rules[0]?.equal).toEqual(['board']);
  });
});

describe('dashboards', () => {
  it('fit into one ConfigMap, which holds 1 MiB', () => {
    const texts = Object.entries(dashboards(full)).map(([name, dashboard]) => dashboardJson(name, dashboard));
    expect(texts.join('').length).toBeLessThan(2 ** 19);
  });

  it('lay no panel over another, nor beside the page', () => {
    for (const [name, dashboard] of Object.entries(dashboards(full))) {
      const { panels } = JSON.parse(dashboardJson(name, dashboard)) as {
        panels: { gridPos: { x: number; y: number; w: number; h: number } }[];
      };
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_none, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
      );
      expect({ name, over: cells.length - new Set(cells).size }).toEqual({ name, over: 0 });
      expect({ name, beside: cells.filter((cell) => Number(cell.split(',')[0]) > 23) }).toEqual({ name, beside: [] });
    }
  });
});

describe('volumes of measurements and logs', () => {
  const withoutBackup = {
    'recurring-job.longhorn.io/source': 'enabled',
    'recurring-job-group.longhorn.io/without-backup': 'enabled',
  };
  const claims = (model: Model) => {
    const logs = load(kubernetesOf(model).get('controllers/logs/persistentvolumeclaim-logs.yaml') ?? '');
    const { metadata } = logs as Pick<KubernetesObject, 'metadata'>;
    return [
      prometheusStackValues(model, facts(model)).prometheus.prometheusSpec.storageSpec.volumeClaimTemplate.metadata,
      { labels: metadata.labels ?? {} },
    ];
  };
  const names = (model: Model) =>
    model.withoutBackup.flatMap(({ namespace, name }) => (namespace === 'observability' ? [name] : []));

  it('are not sent off-site by Longhorn, and nobody is told so', () => {
    expect(claims(full)).toEqual([{ labels: withoutBackup }, { labels: withoutBackup }]);
    expect(names(full)).toEqual(['logs', 'prometheus-home-db-prometheus-home-0']);
  });

  it('grow by a push, but for that of Prometheus, whose alert says how', () => {
    const { namespace, volume } = facts(full);
    const labels: Record<string, string> = { namespace, persistentvolumeclaim: volume.claim };
    const [filling] = alertGroups(full).flatMap(({ alerts }) => alerts.filter(({ name }) => name === 'VolumeFilling'));
    expect(filling?.todo.join('\n').replace(/\{\{ \$labels\.(\w+) \}\}/g, (_all, key) => labels[key] ?? '')).toContain(
      'kubectl -n observability edit pvc prometheus-home-db-prometheus-home-0',
    );
  });

  it('stay what they are when Longhorn is turned on or off, and ask for no size that cannot be had', () => {
    const alone = modelOf({ ...households.full, longhorn: { enabled: false } });
    const claimsOf = (model: Model) =>
      [...kubernetesOf(model)].flatMap(([path, text]) => {
        const { kind, metadata, spec } = load(text) as KubernetesObject;
        if (kind !== 'PersistentVolumeClaim' || path.startsWith('apps/')) return [];
        return [{ name: metadata.name, apply: metadata.annotations?.['kustomize.toolkit.fluxcd.io/ssa'], spec }];
      });
    const ofName = (name: string, storage: string, apply: string | undefined) => ({
      name,
      apply,
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
    });
    expect(claimsOf(full)).toEqual([ofName('logs', '10240Mi', undefined), ofName('portainer', '2048Mi', undefined)]);
    // Those of local-path never grow.
    expect(claimsOf(alone)).toEqual([
      ofName('logs', '10240Mi', 'IfNotPresent'),
      ofName('portainer', '2048Mi', 'IfNotPresent'),
    ]);
    const [on, off] = [full, alone].map(
      (model) => prometheusStackValues(model, facts(model)).prometheus.prometheusSpec.storageSpec.volumeClaimTemplate,
    );
    expect(on?.spec).toEqual(off?.spec);
  });

  it('are no business of Longhorn where it is off', () => {
    const alone = modelOf({ ...households.full, longhorn: { enabled: false } });
    expect(claims(alone)).toEqual([{ labels: {} }, { labels: {} }]);
    expect(alone.withoutBackup).toEqual([]);
  });
});

describe('the release', () => {
  it('asks the one process of k3s once, and no part that has no address of its own', () => {
    const { kubelet, ...values } = prometheusStackValues(family, facts(family));
    const parts = ['kubeApiServer', 'kubeControllerManager', 'kubeScheduler', 'kubeProxy', 'kubeEtcd'] as const;
    expect(parts.map((part) => values[part].enabled)).toEqual(parts.map(() => false));
    expect(kubelet.enabled).toBe(true);
    expect(values.defaultRules.create).toBe(false);
  });

  it('looks at every kind of object that Flux has in the home', () => {
    const tree = new TreeBuilder().addAll(kubernetesOf(full), 'kubernetes').build();
    const ofFlux = [...objectsOf(tree).values()].filter(({ apiVersion }) => apiVersion.includes('.toolkit.fluxcd.io/'));
    const watched = fluxState.map(({ groupVersionKind: { group, version, kind } }) => `${group}/${version} ${kind}`);
    expect(watched).toEqual(expect.arrayContaining(ofFlux.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)));
  });

  it('keeps a fifth of the volume free', () => {
    const { prometheusSpec } = prometheusStackValues(full, facts(full)).prometheus;
    expect(prometheusSpec.retentionSize).toBe('16384MiB');
    expect(prometheusSpec.storageSpec.volumeClaimTemplate.spec.resources.requests.storage).toBe('20480Mi');
    expect(prometheusSpec.retention).toBe('30d');
  });

  it('has a second Alertmanager where there is a second board', () => {
    const of = (model: Model) => prometheusStackValues(model, facts(model)).alertmanager.alertmanagerSpec.replicas;
    expect(of(full)).toBe(2);
    const { boards, shares = [], ...rest } = households.family;
    const alone = modelOf({
      ...rest,
      boards: boards.slice(0, 1),
      shares: shares.map((share) => ({ ...share, on: ['oak/data'] })),
      acknowledge: [{ code: 'LH012', reason: 'the only board of this test' }],
    });
    expect(of(alone)).toBe(1);
  });

  it('tells Grafana how often all is measured, or rates of a short range are empty', () => {
    const { grafana, prometheus, kubelet } = prometheusStackValues(full, facts(full));
    const { datasources } = grafana.datasources['datasources.yaml'] as {
      datasources: { type: string; jsonData: { timeInterval?: string } }[];
    };
    const { timeInterval } = datasources.find(({ type }) => type === 'prometheus')?.jsonData ?? {};
    expect(timeInterval).toMatch(/^\d+s$/);
    expect(prometheus.prometheusSpec.scrapeInterval).toBe(timeInterval);
    expect(kubelet.serviceMonitor.cAdvisorInterval).toBe(timeInterval);
  });

  it('sends no mail in clear text', () => {
    const of = (model: Model) => prometheusStackValues(model, facts(model)).alertmanager.config;
    const mail = [full, family].flatMap((model) =>
      of(model).receivers.flatMap(({ email_configs = [] }) => email_configs),
    );
    expect(mail.map(({ smarthost, require_tls }) => [smarthost, require_tls])).toEqual([
      ['mail.example.net:465', true],
      ['smtp.example.org:587', true],
    ]);
  });
});

describe('logs', () => {
  const tree = kubernetesOf(full);
  const release = (name: string) =>
    load(tree.get(`controllers/logs/helmrelease-${name}.yaml`) ?? '') as { spec: { values: object } };

  it('are off by default: they cost memory on every board', () => {
    expect(facts(family).logs).toBeNull();
    expect([...kubernetesOf(family).keys()].filter((path) => /log/.test(path))).toEqual([]);
  });

  it('leave a fifth of their volume free, and go with their days', () => {
    expect(release('logs').spec.values).toMatchObject({
      server: {
        mode: 'deployment',
        retentionPeriod: '30d',
        retentionDiskSpaceUsage: '8192MiB',
        persistentVolume: { existingClaim: 'logs' },
      },
    });
    expect(load(tree.get('controllers/logs/persistentvolumeclaim-logs.yaml') ?? '')).toMatchObject({
      // Turning them off deletes none of them.
      metadata: { annotations: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' } },
      spec: { resources: { requests: { storage: '10240Mi' } } },
    });
  });

  it('are collected without a look at the keys of the cluster', () => {
    const { defaultVolumes, defaultVolumeMounts } = release('log-collector').spec.values as LogCollectorValues;
    expect(defaultVolumes.map(({ hostPath }) => hostPath.path)).toEqual(['/var/log/containers', '/var/log/pods']);
    expect(defaultVolumeMounts.map(({ mountPath, readOnly }) => ({ mountPath, readOnly }))).toEqual([
      { mountPath: '/var/log/containers', readOnly: true },
      { mountPath: '/var/log/pods', readOnly: true },
    ]);
  });

  it('are one click away from each dashboard', () => {
    const { data } = load(tree.get('controllers/observability/configmap-dashboards.yaml') ?? '') as {
      data: Readonly<Record<string, string>>;
    };
    for (const text of Object.values(data))
      expect(text).toContain('"url": "https://logs.manor.example.net/select/vmui/"');
  });

  it('are reached by Traefik, which asks for a password', () => {
    const policy = load(tree.get('controllers/observability/networkpolicy-traefik-to-logs-in.yaml') ?? '');
    expect(policy).toMatchObject({
      spec: {
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'victoria-logs-single' } },
        policyTypes: ['Ingress'],
        ingress: [{ ports: [{ port: 9428 }] }],
      },
    });
    const route = load(tree.get('configs/logs/ingressroute-logs.yaml') ?? '');
    expect(route).toMatchObject({ spec: { entryPoints: ['lan'], routes: [{ middlewares: [{ name: 'logs-auth' }] }] } });
  });
});
