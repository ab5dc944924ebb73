import { type BoardConfig, hardware } from './boards.ts';
import type { Pods } from './capacity.ts';
import { type ChartValues, chartValues } from './chart-values.ts';
import type { Config } from './config.ts';
import type { LonghornContainer } from './facts/longhorn.ts';
import type { BoardContainer } from './requirements.ts';
import { type Resources, together } from './resources.ts';

/** Of what Longhorn's chart and its settings leave open; measured by nobody for a home, so with room to spare. */
export const longhornResources = {
  manager: { cpuRequest: '50m', memoryRequest: '128Mi', memoryLimit: '384Mi' },
  imagePull: { cpuRequest: '1m', memoryRequest: '4Mi', memoryLimit: '64Mi' },
  page: { cpuRequest: '5m', memoryRequest: '16Mi', memoryLimit: '96Mi' },
  deployer: { cpuRequest: '5m', memoryRequest: '32Mi', memoryLimit: '128Mi' },
  csiPlugin: { cpuRequest: '10m', memoryRequest: '32Mi', memoryLimit: '128Mi' },
  csiSidecar: { cpuRequest: '10m', memoryRequest: '12Mi', memoryLimit: '96Mi' },
} as const satisfies Record<LonghornContainer, Resources>;

/** Percent of a board's processors that the instance manager asks for, where the admin's values say nothing. */
export const instanceManagerPercent = 5;

/**
 * The instance manager serves all volumes of a board. Longhorn sets no limit for its memory, and homecloud does not
 * either: killed for its memory, it would take every volume of the board with it. This is what a board must have free.
 */
const instanceManagerMemory = {
  /** It writes the copies, too. */
  withDisk: { memoryRequest: '128Mi', memoryLimit: '512Mi' },
  withoutDisk: { memoryRequest: '64Mi', memoryLimit: '256Mi' },
} as const;

/** Of a board whose processors nobody knows. */
const usualCores = 4;

const csiSetting = 'defaultSettings.systemManagedCSIComponentsResourceLimits';
const percentSetting = 'defaultSettings.guaranteedInstanceManagerCPU';

/** The admin's values, and the JSON in one of them that says what the drivers of volumes ask for. */
interface Values {
  readonly chart: ChartValues;
  readonly csi: ChartValues;
}

function read({ longhorn }: Config): Values {
  const chart = chartValues(longhorn.values, 'longhorn.values');
  return { chart, csi: chartValues(groupIn(chart.text(csiSetting)) ?? {}, `longhorn.values.${csiSetting}`) };
}

/** The group that a text is as JSON. */
function groupIn(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * As many as charts/longhorn asks for.
 * @param hasCopies whether several boards hold volumes
 */
export function longhornPods(config: Config, hasCopies: boolean): Pods[] {
  return podsFrom(read(config), hasCopies);
}

function podsFrom({ chart, csi }: Values, hasCopies: boolean): Pods[] {
  return [
    { name: 'longhorn-driver-deployer', replicas: 1, resources: longhornResources.deployer },
    { name: 'longhorn-ui', replicas: chart.count('longhornUI.replicas', 1), resources: longhornResources.page },
    ...['attacher', 'provisioner', 'resizer', 'snapshotter'].map((part) => ({
      name: `csi-${part}`,
      replicas: chart.count(`csi.${part}ReplicaCount`, part === 'attacher' && hasCopies ? 2 : 1),
      resources: csi.resources(`csi-${part}`, longhornResources.csiSidecar),
    })),
  ];
}

/** What runs on every board: a driver has two containers beside its own (longhorn-manager v1.12.1, csi/deployment.go). */
export function longhornContainers(config: Config, board: BoardConfig): BoardContainer[] {
  return containersFrom(read(config), board);
}

function containersFrom({ chart, csi }: Values, board: Pick<BoardConfig, 'hardware' | 'disks'>): BoardContainer[] {
  const percent = percentIn(chart.text(percentSetting)) ?? instanceManagerPercent;
  const holdsCopies = board.disks.some(({ purpose }) => purpose === 'longhorn');
  const memory = instanceManagerMemory[holdsCopies ? 'withDisk' : 'withoutDisk'];
  const cpu = Math.ceil((hardware[board.hardware].cores ?? usualCores) * 10 * percent);
  return [
    {
      name: 'longhorn-manager',
      resources: together(
        chart.resources('longhornManager.resources', longhornResources.manager),
        longhornResources.imagePull,
      ),
    },
    { name: 'longhorn-csi-plugin', resources: csi.resources('longhorn-csi-plugin', longhornResources.csiPlugin) },
    ...['node-driver-registrar', 'longhorn-liveness-probe'].map((name) => ({
      name,
      resources: csi.resources(name, longhornResources.csiSidecar),
    })),
    { name: 'instance-manager', resources: { cpuRequest: `${cpu}m`, ...memory } },
  ];
}

/** A number, or JSON with one for the data engine that is on. */
function percentIn(text: string | undefined): number | undefined {
  const percent = Number(groupIn(text)?.['v1'] ?? text);
  return Number.isFinite(percent) ? percent : undefined;
}

/** Values that are not looked at for what Longhorn asks for. */
export function longhornUncounted(config: Config): string[] {
  const values = read(config);
  podsFrom(values, true);
  containersFrom(values, { hardware: 'arm64', disks: [] });
  const csi = values.chart.text(csiSetting);
  const percent = values.chart.text(percentSetting);
  return [
    ...values.chart.unread(),
    ...values.csi.unread(),
    ...(csi !== undefined && groupIn(csi) === undefined ? [`longhorn.values.${csiSetting}`] : []),
    ...(percent !== undefined && percentIn(percent) === undefined ? [`longhorn.values.${percentSetting}`] : []),
  ];
}
