import type { Secret } from '../../model/secrets.ts';
import { SecretFileError } from '../../secret-files/error.ts';
import { readIfThere } from '../../secret-store/files.ts';
import { fulfil, judgeValues, type Outcome, weaknessOf } from '../../secret-store/fulfil.ts';
import { type SecretProblem, SecretsError } from '../../secret-store/problems.ts';
import type { SecretStore } from '../../secret-store/store.ts';
import { count, type ExitCode, exitCodes } from '../problems.ts';
import { readInput } from '../read-input.ts';
import { findSecret } from './find.ts';
import { halvesOf } from './halves.ts';
import { openSecretsHome, openStoreToWrite, type SecretsOptions } from './open.ts';
import { readHidden } from './read-hidden.ts';

export interface AddOptions extends SecretsOptions {
  /** One that the admin supplies. */
  readonly name?: string;
  /** Its value, instead of standard input. */
  readonly fromFile?: string;
}

/** `homecloud secrets add`: makes what is missing, or takes a value that the admin supplies. */
export async function add(options: AddOptions): Promise<ExitCode> {
  const home = await openSecretsHome(options);
  const store = await openStoreToWrite(home);
  if (options.name !== undefined) {
    const secret = findSecret(home.secrets, options.name);
    if (secret.source.kind !== 'supplied') throw notSupplied(secret);
    await supply(store, secret, await suppliedValue(options, secret.source.what));
    await finish(store, [`${secret.name}: taken`]);
    return exitCodes.fine;
  }
  const outcomes = new Map<Outcome, Secret[]>();
  for (const secret of home.secrets) {
    const outcome = await fulfil(store, secret, { home: home.name, now: home.now });
    outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), secret]);
  }
  const supplied = outcomes.get('to be supplied') ?? [];
  const made = outcomes.get('made') ?? [];
  const lines = [
    ...made.map(({ name, purpose }) => `+ ${name}: ${purpose}`),
    ...(outcomes.get('completed') ?? []).map(({ name }) => `~ ${name}: a place that lacked it has it now`),
    ...supplied.map(
      ({ name, source }) =>
        `? ${name}: supply ${source.kind === 'supplied' ? source.what : ''}\n    homecloud secrets add ${name} < file`,
    ),
    `There already: ${count((outcomes.get('unchanged') ?? []).length, 'secret')}.`,
  ];
  await finish(store, lines, made);
  const lost = (outcomes.get('lost') ?? []).map(
    ({ name }): SecretProblem => ({
      code: 'SEC012',
      message: `${name} was made on ${store.facts.made[name]}, and is gone`,
      hint: `take secrets/ from Git again; only if it is not there either: homecloud secrets rotate ${name}`,
    }),
  );
  const problems = [...lost, ...(await judgeValues(store, home.secrets))];
  if (problems.length > 0) throw new SecretsError(problems);
  return supplied.length > 0 ? exitCodes.findings : exitCodes.fine;
}

async function supply(store: SecretStore, secret: Secret, value: string): Promise<void> {
  const why = weaknessOf(secret, value);
  if (why !== undefined) {
    const hint = 'have the other side make a long random one, and supply that';
    throw new SecretsError([{ code: 'SEC001', message: `the value for ${secret.name} is refused. ${why}`, hint }]);
  }
  await store.write(secret, { value });
}

/** Saves, and tells what was written, and public halves that somebody must be given. */
async function finish(store: SecretStore, lines: readonly string[], made: readonly Secret[] = []): Promise<void> {
  const written = await store.save();
  const halves = halvesOf(
    store.facts,
    made.map(({ name }) => name),
  );
  const files =
    written.length === 0 ? [] : [`Written: ${written.join(', ')}. Run homecloud synth, and commit what both wrote.`];
  process.stdout.write(`${[...lines, ...halves, ...files].join('\n')}\n`);
}

/** A value that an admin gives: of a file, or of standard input; the line feed at its end is not part of it. */
async function suppliedValue({ fromFile }: AddOptions, what: string): Promise<string> {
  if (fromFile === undefined && process.stdin.isTTY) {
    return readHidden(`Paste ${what}, then Enter (it is not shown): `);
  }
  const text = fromFile === undefined ? await readInput() : readIfThere(fromFile);
  if (text === undefined) throw new SecretFileError(`There is no file ${fromFile}.`, 'Name the file with the value.');
  return text.replace(/\r?\n$/, '');
}

function notSupplied({ name }: Secret): SecretFileError {
  return new SecretFileError(
    `${name} is made by homecloud, so that it is random.`,
    `To make what is missing run "homecloud secrets add"; for a new value "homecloud secrets rotate ${name}".`,
  );
}
