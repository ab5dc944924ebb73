import { join } from 'node:path';
import type { Difference } from '../tree/compare.ts';
import type { Tree } from '../tree/tree.ts';
import { writeTree } from '../tree/write.ts';
import { type Home, openHome, preloadSynthesizers, synthesize } from './home.ts';
import { type LoadedConfig, loadConfig } from './load.ts';
import type { VerbOptions } from './main.ts';
import { outFolder } from './out.ts';
import { count, type ExitCode, exitCodes, formatProblem, locateProblems, printError, printJson } from './problems.ts';

export interface SynthOptions extends VerbOptions {
  readonly watch?: boolean;
}

/** `homecloud synth`: config → `dist/`. */
export async function synth(options: SynthOptions): Promise<ExitCode> {
  if (options.watch) {
    const { watch } = await import('./watch.ts');
    return watch(options);
  }
  const loading = loadConfig(options.config);
  preloadSynthesizers();
  await synthOnce(options, await loading);
  return exitCodes.fine;
}

/** Writes `dist/` for a loaded config and says what changed. */
export async function synthOnce(options: SynthOptions, loaded: LoadedConfig): Promise<void> {
  const home = openHome(loaded);
  const out = outFolder(options.out, home.folder);
  const tree = await synthesize(home.model, home.folder);
  const written = writeTree(out, tree);
  const warnings = await locateProblems(home.warnings, options.config);
  if (options.json) {
    printJson({ fine: true, problems: warnings, out, ...written });
    return;
  }
  for (const warning of warnings) printError(`${formatProblem(warning)}\n`);
  for (const file of written.unknown) {
    printError(`${join(out, file)} was not written by homecloud: it is kept`);
  }
  for (const file of written.edited) {
    printError(`${join(out, file)} was edited by hand: it is written anew from the config`);
  }
  if (!options.quiet) process.stdout.write(`${formatChanges(out, written, tree)}${nextStep(home, written)}`);
}

/** How many changed files are named one by one. */
const namedChanges = 20;

function formatChanges(out: string, { created, changed, deleted }: Difference, tree: Tree): string {
  const changes = [
    ...created.map((file) => `+ ${file}`),
    ...changed.map((file) => `~ ${file}`),
    ...deleted.map((file) => `- ${file}`),
  ];
  // The tree's files and their manifest.
  const total = count(tree.size + 1, 'file');
  if (changes.length === 0) return `${out} is up to date: ${total}.\n`;
  const more = changes.length - namedChanges;
  return [
    ...changes.slice(0, namedChanges),
    ...(more > 0 ? [`  and ${more} more`] : []),
    `${out}: ${count(created.length, 'file')} created, ${changed.length} changed, ${deleted.length} deleted, of ${total}.`,
    '',
  ].join('\n');
}

function nextStep({ model }: Home, { created, changed, deleted }: Difference): string {
  if (created.length + changed.length + deleted.length === 0) return '';
  const { k3s } = model.pins;
  const isVerified = model.boards.every(({ architecture }) => k3s.sha256?.[architecture] !== undefined);
  return isVerified
    ? 'Next: read the diff and commit it; Flux applies it.\n'
    : 'Next: read the diff and commit it. Before the boards can install k3s, the config needs its checksum: homecloud report\n';
}
