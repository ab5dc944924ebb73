import type { Config } from '../config.ts';
import type { ChartFunction } from '../own.ts';
import type { KubernetesObject, Layer } from '../own-objects.ts';
import type { Path } from '../problems.ts';

/** What the admin adds: objects and charts, each in a folder of its own, and changes of our objects. */
export interface OwnModel {
  readonly folders: readonly OwnFolder[];
  readonly patches: readonly OwnPatch[];
}

export type OwnFolder = {
  /** Its folder is `<layer>/own/<name>`. */
  readonly name: string;
  readonly layer: Layer;
  /** The key of the config that brings it. */
  readonly path: Path;
} & (
  | { readonly objects: readonly KubernetesObject[] }
  | {
      readonly chart: ChartFunction;
      /** Whether it is one of `ownApps`. */
      readonly isApp: boolean;
    }
);

export type OwnPatch = Config['kustomize']['patches'][number] & { readonly path: Path };
