import { fstatSync } from 'node:fs';
import { recipientOf } from '../../secret-files/age.ts';
import { SecretFileError } from '../../secret-files/error.ts';
import { makeIdentity, readIdentities } from '../../secret-store/identity.ts';
import { readPublicFacts } from '../../secret-store/public.ts';
import { paperCopy, readPaperCopy } from '../../secret-values/paper.ts';
import { type ExitCode, exitCodes, printError } from '../problems.ts';
import { readInput } from '../read-input.ts';
import { openSecretsHome, type SecretsHome, type SecretsOptions } from './open.ts';

export interface PaperOptions extends SecretsOptions {
  /** Reads a copy back. */
  readonly check?: boolean;
  /** Makes the identity's file from a copy. */
  readonly restore?: boolean;
}

/** `homecloud secrets paper`: the home identity as a page, and back. */
export async function paper(options: PaperOptions): Promise<ExitCode> {
  const home = await openSecretsHome(options);
  if (options.restore) {
    const identity = await typed();
    const recipient = await recipientOf(identity);
    await makeIdentity(home.identity, home.now, identity);
    process.stdout.write(`The home identity ${recipient} is at ${home.identity} again.\n`);
    return exitCodes.fine;
  }
  const identity = await ownIdentity(home);
  if (options.check) {
    const isRight = (await typed()) === identity;
    if (!isRight) {
      throw new SecretFileError(
        `The copy is an identity, but not the one at ${home.identity}.`,
        'Look whether it is the page of another home.',
      );
    }
    process.stdout.write('The copy is right: it opens every secret of this home.\n');
    return exitCodes.fine;
  }
  const page = {
    title: `Home identity of ${home.name}: it opens every secret of the home. Keep it outside of the house.`,
    text: identity,
    fingerprint: await recipientOf(identity),
  };
  if (fstatSync(process.stdout.fd).isFile()) {
    throw new SecretFileError(
      'The page holds the home identity: it must not lie in a file.',
      'Print it at once: homecloud secrets paper | lp',
    );
  }
  process.stdout.write(paperCopy({ ...page, ink: process.stdout.isTTY ? 'light' : 'dark' }));
  return exitCodes.fine;
}

/** The identity in use that opens the secrets of the home. */
async function ownIdentity({ folder, identity: file }: SecretsHome): Promise<string> {
  const { home } = readPublicFacts(folder).recipients;
  for (const identity of await readIdentities(file)) if (home.includes(await recipientOf(identity))) return identity;
  throw new SecretFileError(
    `The identity at ${file} opens nothing of this home.`,
    'Name the one that does: --identity <file>.',
  );
}

/** The copy on standard input. */
async function typed(): Promise<string> {
  if (process.stdin.isTTY) printError('Type the five lines with their check characters, then Ctrl-D:');
  const reading = readPaperCopy(await readInput());
  if ('problem' in reading) {
    throw new SecretFileError(reading.problem, 'Compare it with the paper, character by character.');
  }
  return reading.text;
}
