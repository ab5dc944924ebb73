#!/usr/bin/env node
import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { scriptName } from './load-evaluate.ts';
import { type ExitCode, exitCodes, printError, reportingErrors } from './problems.ts';
import { version } from './version.ts';

/** Options that every verb has. */
export interface VerbOptions {
  /** The config file, absolute. */
  readonly config: string;
  /** The folder that is written, absolute; without it `dist` beside the config. */
  readonly out?: string;
  /** Print for programs. */
  readonly json?: boolean;
  /** Print problems only. */
  readonly quiet?: boolean;
}

// A promise that the config made and nobody waits for; the frames of its script have this name.
process.on('unhandledRejection', (reason) => {
  const isOurs = reason instanceof Error && reason.stack?.includes(scriptName) !== true;
  if (isOurs) throw reason;
  printError(
    `error\n  the config leaves a promise that fails: ${String(reason)}\n  → a config only describes the home: use functions whose names end in Sync`,
  );
  process.exit(exitCodes.wrong);
});

let exitCode: ExitCode = exitCodes.fine;

/** Runs a verb, loaded when it is asked for. */
async function run<O extends VerbOptions>(
  options: O,
  verb: () => Promise<(options: O) => Promise<ExitCode>>,
): Promise<void> {
  const config = resolve(options.config);
  const absolute = { ...options, config, ...(options.out !== undefined && { out: resolve(options.out) }) };
  exitCode = await reportingErrors(async () => (await verb())(absolute), absolute);
}

const program = new Command('homecloud')
  .description('A private cloud at home, from one typed file.')
  .version(version)
  .exitOverride()
  .showHelpAfterError('(homecloud --help shows what can be written)');

/** A verb with the options that all have. */
function addVerb(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('-c, --config <file>', 'the config of the home', 'homecloud.config.ts');
}

addVerb('synth', 'write dist/ from the config')
  .option('-o, --out <folder>', 'the folder to write (default: dist beside the config)')
  .option('-w, --watch', 'go on, and write again at each change of the config')
  .option('-q, --quiet', 'print problems only')
  .option('--json', 'print what was written as JSON')
  .action((options) => run(options, async () => (await import('./synth.ts')).synth));

addVerb('check', 'judge the config, and compare dist/ with what synth would write')
  .option('-o, --out <folder>', 'the folder to compare (default: dist beside the config)')
  .option('--strict', 'take warnings for errors')
  .option('-q, --quiet', 'print problems only')
  .option('--json', 'print the findings as JSON')
  .action((options) => run(options, async () => (await import('./check.ts')).check));

addVerb('report', 'print what the config means, in tables')
  .argument(
    '[part]',
    'one table: boards, addresses, ports, capacity, secrets, unverified, or rules: all that is judged',
  )
  .option('--json', 'print the report as JSON')
  .action((part, options) => run({ ...options, part }, async () => (await import('./report.ts')).report));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  exitCode = error.exitCode === 0 ? exitCodes.fine : exitCodes.wrong;
}
// Not only `exitCode`: a timer or a server that the config left would keep the program alive.
process.exit(exitCode);
