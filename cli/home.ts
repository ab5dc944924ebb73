import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkConfig } from '../model/check.ts';
import type { Config } from '../model/config.ts';
import type { Model } from '../model/model.ts';
import { planModel, secretsOf } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import { deviceProblems } from '../secret-store/devices.ts';
import { readEncryptedSecrets } from '../secret-store/encrypted.ts';
import { type SecretProblem, SecretsError } from '../secret-store/problems.ts';
import { type Tree, TreeBuilder } from '../tree/tree.ts';
import type { LoadedConfig } from './load.ts';
import { staticFolder } from './static-folder.ts';
import { version } from './version.ts';

/** A config that is right. */
export interface OpenConfig {
  /** Folder of the config, from which all is resolved. */
  readonly folder: string;
  readonly config: Config;
  readonly warnings: readonly Problem[];
}

/** @throws ConfigError with all problems of the config. */
export function openConfig({ file, value }: LoadedConfig): OpenConfig {
  return { folder: dirname(file), ...checkConfig(value) };
}

/** A home whose config is right, and whose encrypted Secrets are there. */
export interface Home {
  readonly folder: string;
  readonly model: Model;
  readonly warnings: readonly Problem[];
}

/**
 * @param more what else is wrong with the secrets: all is told at once
 * @throws ConfigError with all problems of the config, or SecretsError with all of the secrets
 */
export function openHome(loaded: LoadedConfig, more: (folder: string) => readonly SecretProblem[] = () => []): Home {
  const { folder, config, warnings } = openConfig(loaded);
  const { secrets, problems, publicHalves } = readEncryptedSecrets(folder, secretsOf(config), isOwnFolder(folder));
  const told = [...problems, ...deviceProblems(config, publicHalves), ...more(folder)];
  const all = new Map(told.map((problem) => [problem.message, problem]));
  if (all.size > 0) throw new SecretsError([...all.values()]);
  return { folder, model: planModel(config, version, secrets, publicHalves), warnings };
}

/** Whether a folder is the sample, or one of the homes of homecloud's tests. */
export function isOwnFolder(folder: string): boolean {
  const own = fileURLToPath(new URL('../', import.meta.url));
  return `${folder}${sep}` === own || folder.startsWith(join(own, 'test') + sep);
}

/** cdk8s and what else only a verb that synthesizes needs; `report` and `--help` do without. */
function loadSynthesizers() {
  return Promise.all([
    import('../charts/kubernetes.ts'),
    import('../ansible-gen/synth.ts'),
    import('../ansible-gen/static.ts'),
    import('../cloud-init/synth.ts'),
    import('../pages/synth.ts'),
  ]);
}

/** Begins to load the synthesizers, while another process reads the config. */
export function preloadSynthesizers(): void {
  void loadSynthesizers();
}

/** Of the Ansible collection: they come with the program. */
let staticFiles: Tree | undefined;

/**
 * All of `dist/` for a model.
 * @param folder of the home: charts of its config are made with the cdk8s that is installed there
 * @throws ConfigError with all that is wrong with the admin's patches and charts
 */
export async function synthesize(model: Model, folder?: string): Promise<Tree> {
  const [{ kubernetes }, { ansible }, { loadStaticFiles }, { cloudInit }, { pages }] = await loadSynthesizers();
  staticFiles ??= loadStaticFiles(staticFolder);
  return new TreeBuilder()
    .addAll(
      toStandardError(() => kubernetes(model, folder === undefined ? undefined : scopeOf(folder))),
      'kubernetes',
    )
    .addAll(ansible(model, staticFiles), 'ansible')
    .addAll(cloudInit(model), 'cloud-init')
    .addAll(pages(model), 'pages')
    .build();
}

/** Makes roots of the home's own cdk8s; `undefined` without one. Two copies of cdk8s do not know each other's values. */
function scopeOf(folder: string): (() => unknown) | undefined {
  const require = createRequire(join(folder, 'homecloud.config.ts'));
  try {
    require.resolve('cdk8s');
  } catch {
    return undefined;
  }
  return () => new (require('cdk8s') as typeof import('cdk8s')).App();
}

/** What the admin's charts print is no result of the verb. */
function toStandardError<T>(work: () => T): T {
  const { write } = process.stdout;
  process.stdout.write = process.stderr.write.bind(process.stderr);
  try {
    return work();
  } finally {
    process.stdout.write = write;
  }
}
