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

const secrets = program
  .command('secrets')
  .description('make, list and renew the secrets of the home; never prints one');

/** A verb below `secrets`, with the options that all have. */
function addSecretsVerb(name: string, description: string): Command {
  return secrets
    .command(name)
    .description(description)
    .option('-c, --config <file>', 'the config of the home', 'homecloud.config.ts')
    .option('-i, --identity <file>', 'the home identity (default: $HOMECLOUD_IDENTITY, or in ~/.config/homecloud)');
}

addSecretsVerb('init', 'make the home identity, the Vault password and the cluster identity').action((options) =>
  run(options, async () => (await import('./secrets/init.ts')).init),
);

addSecretsVerb('list', 'what the home needs, what is there, and what nobody needs')
  .option('--json', 'print the list as JSON')
  .action((options) => run(options, async () => (await import('./secrets/list.ts')).list));

addSecretsVerb('add', 'make what is missing; with a name, take a value that you supply on standard input')
  .argument('[name]', 'a secret that you supply')
  .option('-f, --from-file <file>', 'take the value from a file')
  .action((name, options) => run({ ...options, name }, async () => (await import('./secrets/add.ts')).add));

addSecretsVerb('rotate', 'make new values, and say what brings each to where it is read')
  .argument('[names...]', 'secrets of the list, or vault-password')
  .option('--all', 'all of them')
  .option('--older-than <days>', 'those that are older: 180d')
  .option('--stolen <board>', 'all that a stolen board can know')
  .action((names, options) => run({ ...options, names }, async () => (await import('./secrets/rotate.ts')).rotate));

addSecretsVerb('card', "write a person's first passwords to a file that Git ignores")
  .argument('<person>')
  .action((person, options) => run({ ...options, person }, async () => (await import('./secrets/card.ts')).card));

addSecretsVerb('paper', 'print the home identity as a page to keep')
  .option('--check', 'read a copy from standard input, and say whether it is right')
  .option('--restore', 'make the file of the home identity from a copy on standard input')
  .action((options) => run(options, async () => (await import('./secrets/paper.ts')).paper));

addSecretsVerb('prune', 'name what no secret of the home needs any more')
  .option('-y, --yes', 'delete it')
  .action((options) => run(options, async () => (await import('./secrets/prune.ts')).prune));

addSecretsVerb('hook', 'let Git run homecloud check before each commit').action((options) =>
  run(options, async () => (await import('./secrets/hook.ts')).hook),
);

for (const [verb, description] of [
  ['add-recipient', 'let another home identity open everything'],
  ['remove-recipient', 'let a home identity open nothing new'],
] as const) {
  addSecretsVerb(verb, description)
    .argument('<recipient>', 'the public half of the identity, age1…')
    .action((recipient, options) =>
      run({ ...options, recipient }, async () => {
        const { addRecipient, removeRecipient } = await import('./secrets/recipient.ts');
        return verb === 'add-recipient' ? addRecipient : removeRecipient;
      }),
    );
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  exitCode = error.exitCode === 0 ? exitCodes.fine : exitCodes.wrong;
}
// Not only `exitCode`: a timer or a server that the config left would keep the program alive.
process.exit(exitCode);
