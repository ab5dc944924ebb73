import { dirname } from 'node:path';
import { checkConfig } from '../model/check.ts';
import type { Model } from '../model/model.ts';
import { planModel } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import { type Tree, TreeBuilder } from '../tree/tree.ts';
import type { LoadedConfig } from './load.ts';
import { rolesFolder } from './roles-folder.ts';
import { version } from './version.ts';

/** A home whose config is right. */
export interface Home {
  /** Folder of the config, from which all is resolved. */
  readonly folder: string;
  readonly model: Model;
  readonly warnings: readonly Problem[];
}

/** @throws ConfigError with all problems of the config. */
export function openHome({ file, value }: LoadedConfig): Home {
  const { config, warnings } = checkConfig(value);
  return { folder: dirname(file), model: planModel(config, version), warnings };
}

/** cdk8s and what else only a verb that synthesizes needs; `report` and `--help` do without. */
function loadSynthesizers() {
  return Promise.all([
    import('../charts/kubernetes.ts'),
    import('../ansible-gen/synth.ts'),
    import('../ansible-gen/static.ts'),
  ]);
}

/** Begins to load the synthesizers, while another process reads the config. */
export function preloadSynthesizers(): void {
  void loadSynthesizers();
}

/** All of `dist/` for a model. */
export async function synthesize(model: Model): Promise<Tree> {
  const [{ kubernetes }, { ansible }, { loadStaticFiles }] = await loadSynthesizers();
  return new TreeBuilder()
    .addAll(kubernetes(model), 'kubernetes')
    .addAll(ansible(model, loadStaticFiles(rolesFolder)), 'ansible')
    .build();
}
