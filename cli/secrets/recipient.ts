import { recipientOf } from '../../secret-files/age.ts';
import { SecretFileError } from '../../secret-files/error.ts';
import { isRecipient } from '../../secret-files/recipient.ts';
import { readIdentities } from '../../secret-store/identity.ts';
import { type ExitCode, exitCodes } from '../problems.ts';
import { openSecretsHome, openStoreToWrite, refuseThrowAway, type SecretsOptions } from './open.ts';

export interface RecipientOptions extends SecretsOptions {
  readonly recipient: string;
}

/** `homecloud secrets add-recipient`: another home identity opens everything, too. */
export async function addRecipient(options: RecipientOptions): Promise<ExitCode> {
  const { recipient } = options;
  if (!isRecipient(recipient)) {
    throw new SecretFileError(
      `${recipient.startsWith('age1') ? recipient : 'This'} is not an age recipient.`,
      'It begins with age1: "age-keygen -y <identity file>" prints it. Never give an identity to a program as an argument.',
    );
  }
  return change(options, (home, cluster) => {
    if (recipient === cluster) {
      throw new SecretFileError(
        'This is the cluster identity, which must not open what only the home can.',
        'Make an identity for the person: age-keygen',
      );
    }
    return [...home.filter((one) => one !== recipient), recipient];
  });
}

/** `homecloud secrets remove-recipient`: an identity opens nothing that is written from now on. */
export async function removeRecipient(options: RecipientOptions): Promise<ExitCode> {
  const { recipient } = options;
  const code = await change(options, (home, _cluster, own) => {
    const others = home.filter((one) => one !== recipient);
    if (others.length === home.length || others.length === 0) {
      throw new SecretFileError(
        others.length === 0
          ? 'It is the only recipient: nobody could open the secrets.'
          : 'This is no recipient of the home.',
        `The recipients are ${home.join(', ')}.`,
      );
    }
    if (!others.some((one) => own.includes(one))) {
      throw new SecretFileError(
        'It is your own identity: you would lock yourself out.',
        'Run this with another home identity: --identity <file>.',
      );
    }
    return others;
  });
  process.stdout.write(
    'What Git already has it can still open. If it is in other hands, make everything anew: homecloud secrets rotate --all\n',
  );
  return code;
}

/** @param next the new recipients, of those of now, the cluster's, and those of the identities in use */
async function change(
  options: SecretsOptions,
  next: (home: readonly string[], cluster: string | null, own: readonly string[]) => string[],
): Promise<ExitCode> {
  const secretsHome = await openSecretsHome(options);
  const store = await openStoreToWrite(secretsHome);
  const { recipients } = store.facts;
  const identities = await readIdentities(secretsHome.identity);
  const own = await Promise.all(identities.map((identity) => recipientOf(identity)));
  const home = next(recipients.home, recipients.cluster, own);
  refuseThrowAway(secretsHome.folder, home);
  await store.setHomeRecipients(home);
  process.stdout.write(
    `Everything is encrypted to ${home.join(', ')}. Run homecloud synth, and commit secrets/, .sops.yaml and dist/.\n`,
  );
  return exitCodes.fine;
}
