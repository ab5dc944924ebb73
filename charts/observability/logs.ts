import type { Chart } from 'cdk8s';
import type { Logs } from '../../model/facts/logs.ts';
import type { Observability } from '../../model/facts/observability.ts';
import { storeName } from '../../model/logs.ts';
import type { Model } from '../../model/model.ts';
import { priorities } from '../../model/priorities.ts';
import { addAdminPage } from '../admin-page.ts';
import { addClaim } from '../claim.ts';
import { containerResources } from '../container-resources.ts';
import { type Folder, folderPath, volumesReady } from '../folder.ts';
import { addRelease } from '../release.ts';
import { hostNameOf } from '../route.ts';
import type { LogCollectorValues, LogStoreValues } from './logs-values.ts';
import type { Link } from './panels.ts';
import { allAtOnce } from './values.ts';

const collectorName = 'log-collector';

/**
 * What pods print, kept by VictoriaLogs, to which a collector on each board brings it. In folders of their own: what is
 * wrong with logs stops no alert.
 * @param after the folder with the namespace
 */
export function logsFolders(
  model: Model,
  logs: Logs,
  after: Pick<Folder, 'layer' | 'capability' | 'namespace'>,
): Folder[] {
  const controllers = { ...after, capability: storeName };
  return [
    {
      ...controllers,
      dependsOn: [folderPath(after), ...volumesReady(model)],
      build: (chart) => addLogs(chart, model, logs),
    },
    {
      ...controllers,
      layer: 'configs',
      dependsOn: [folderPath(controllers), folderPath({ layer: 'controllers', capability: 'traefik' })],
      build: (chart) => addLogsPage(chart, model, logs),
    },
  ];
}

function addLogs(chart: Chart, { pins, longhorn }: Model, logs: Logs): void {
  const { claim, labels, bytes } = logs.volume;
  addClaim(chart, { name: claim, bytes, labels, isFixed: longhorn === null });
  addRelease(chart, {
    name: storeName,
    chart: pins.victoriaLogs,
    values: storeValues(logs),
    services: { [storeName]: [logs.port] },
  });
  addRelease(chart, {
    name: collectorName,
    chart: pins.victoriaLogsCollector,
    values: collectorValues(logs),
    isOnEachBoard: true,
  });
}

/** Its own page, and not one of Grafana's: for that, Grafana would fetch a plugin from the internet at each start. */
function addLogsPage(chart: Chart, { hostNames }: Model, { host, authSecretName, port }: Logs): void {
  addAdminPage(chart, {
    name: storeName,
    hostName: hostNameOf(hostNames, host),
    service: { name: storeName, port },
    secretName: authSecretName,
  });
}

/** Where the dashboards of Grafana lead to it. */
export function logsLinks({ logs }: Observability): Link[] {
  return logs === null ? [] : [{ title: 'Logs', url: `https://${logs.host}/select/vmui/` }];
}

function storeValues({ retentionDays, volume, resources }: Logs): LogStoreValues {
  return {
    server: {
      fullnameOverride: storeName,
      mode: 'deployment',
      retentionPeriod: `${retentionDays}d`,
      // Days go as a whole, and the last two stay, whatever they have (VictoriaLogs documentation, "Retention by disk space
      // usage").
      retentionDiskSpaceUsage: `${Math.floor((volume.bytes * 0.8) / 2 ** 20)}MiB`,
      persistentVolume: { existingClaim: volume.claim },
      resources: containerResources(resources.store),
      priorityClassName: priorities.low.className,
      podSecurityContext: seccomp,
    },
  };
}

const seccomp = { seccompProfile: { type: 'RuntimeDefault' } } as const;

function collectorValues({ port, resources }: Logs): LogCollectorValues {
  // The links in the first lead to the second.
  const folders = { containers: '/var/log/containers', pods: '/var/log/pods' };
  const each = Object.entries(folders);
  return {
    fullnameOverride: collectorName,
    remoteWrite: [{ url: `http://${storeName}:${port}`, maxDiskUsagePerURL: '1GiB' }],
    resources: containerResources(resources.collector),
    priorityClassName: priorities.low.className,
    securityContext: {
      // The logs of pods are root's.
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    podSecurityContext: seccomp,
    tolerations: [{ effect: 'NoSchedule', operator: 'Exists' }],
    // In /var/lib are the keys of the cluster.
    defaultVolumes: each.map(([name, path]) => ({ name, hostPath: { path, type: 'DirectoryOrCreate' } })),
    defaultVolumeMounts: each.map(([name, mountPath]) => ({ name, mountPath, readOnly: true })),
    updateStrategy: allAtOnce,
    persistence: { volume: { hostPath: { path: '/var/lib/homecloud-log-collector', type: 'DirectoryOrCreate' } } },
  };
}
