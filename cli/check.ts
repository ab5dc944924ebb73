import { join } from 'node:path';
import { ConfigError } from '../model/problems.ts';
import { scanSecrets } from '../secret-store/scan.ts';
import { compareTree } from '../tree/compare.ts';
import { isOwnFolder, openConfig, openHome, preloadSynthesizers, synthesize } from './home.ts';
import { type LoadedConfig, loadConfig } from './load.ts';
import type { VerbOptions } from './main.ts';
import { outFolder } from './out.ts';
import { count, type ExitCode, exitCodes, formatProblem, locateProblems, printError, printJson } from './problems.ts';

export interface CheckOptions extends VerbOptions {
  /** Warnings are errors. */
  readonly strict?: boolean;
}

/** `homecloud check`: the config obeys the rules, and `dist/` is what `synth` would write. Writes nothing. */
export async function check(options: CheckOptions): Promise<ExitCode> {
  const loading = loadConfig(options.config);
  preloadSynthesizers();
  const loaded = await loading;
  if (options.strict) refuseWarnings(loaded);
  const home = openHome(loaded, (folder) => scanSecrets(folder, isOwnFolder(folder)));
  const out = outFolder(options.out, home.folder);
  const difference = compareTree(out, await synthesize(home.model, home.folder));
  const problems = await locateProblems(home.warnings, options.config);
  const drift = [
    ...difference.created.map((file) => `${file} is missing`),
    ...difference.changed.map((file) => `${file} is not what the config says`),
    ...difference.deleted.map((file) => `${file} is left over`),
  ];
  const isFine = drift.length === 0;
  if (options.json) {
    printJson({ fine: isFine, problems, out, ...difference });
  } else {
    for (const warning of problems) printError(`${formatProblem(warning)}\n`);
    for (const file of difference.unknown) printError(`${join(out, file)} was not written by homecloud`);
    if (drift.length > 0) {
      printError(drift.map((line) => `${out}: ${line}`).join('\n'));
      printError(`→ ${count(drift.length, 'difference')}: run homecloud synth and commit what it writes`);
    }
    if (isFine && !options.quiet) process.stdout.write(`The config is right, and ${out} is up to date.\n`);
  }
  return isFine ? exitCodes.fine : exitCodes.findings;
}

/** @throws ConfigError with all problems as errors, when there is one: an error, or a warning. */
function refuseWarnings(loaded: LoadedConfig): void {
  try {
    const { warnings } = openConfig(loaded);
    if (warnings.length > 0) throw new ConfigError(warnings);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.problems.map((problem) => ({ ...problem, severity: 'error' })));
  }
}
