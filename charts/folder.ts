import type { Chart } from 'cdk8s';
import type { Model } from '../model/model.ts';

/** The layers of the tree, in the order in which Flux applies them. */
export type Layer = 'controllers' | 'configs' | 'apps';

/** One folder of `dist/kubernetes` that Flux applies as a whole. */
export interface Folder {
  readonly layer: Layer;
  readonly capability: string;
  /** Which one, where a capability has several: the dnas of one board. */
  readonly instance?: string;
  /** Namespace of its objects; none where all are of the whole cluster. */
  readonly namespace?: string;
  /** Folders that must be ready before, by `folderPath`. */
  readonly dependsOn?: readonly string[];
  /** Whether all that is in it stays in the cluster when the capability is turned off. @default false */
  readonly stays?: boolean;
  /** Adds the objects to the folder's chart. */
  readonly build: (chart: Chart) => void;
}

/** A capability's folders for a home; none where it is off. */
export type Capability = (model: Model) => readonly Folder[];

/** `apps/dnas/oak`, below `dist/kubernetes/`. */
export function folderPath({ layer, capability, instance }: Pick<Folder, 'layer' | 'capability' | 'instance'>): string {
  return [layer, capability, instance].filter((part) => part !== undefined).join('/');
}

/** `apps-dnas-oak` of `apps/dnas/oak`: names a folder where a path is not possible. */
export function folderName(path: string): string {
  return path.replaceAll('/', '-');
}

/** What makes volumes, for what must not get one of another class before: Longhorn, where it is on. */
export function volumesReady({ longhorn }: Pick<Model, 'longhorn'>): string[] {
  return longhorn === null ? [] : [folderPath({ layer: 'controllers', capability: 'longhorn' })];
}
