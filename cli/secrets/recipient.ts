import { SecretFileError } from '../../secret-files/error.ts';
import { isRecipient } from '../../secret-files/recipient.ts';
import { type ExitCode, exitCodes } from '../problems.ts';
import { openSecretsHome, openStore, refuseThrowAway, type SecretsOptions } from './open.ts';

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
  return change(options, (home) => [...home.filter((one) => one !== recipient), recipient]);
}

/** `homecloud secrets remove-recipient`: an identity opens nothing that is written from now on. */
export async function removeRecipient(options: RecipientOptions): Promise<ExitCode> {
  const { recipient } = options;
  const code = await change(options, (home) => {
    const others = home.filter((one) => one !== recipient);
    if (others.length === home.length || others.length === 0) {
      throw new SecretFileError(
        others.length === 0
          ? 'It is the only recipient: nobody could open the secrets.'
          : `${recipient} is no recipient.`,
        `The recipients are ${home.join(', ')}.`,
      );
    }
    return others;
  });
  process.stdout.write(
    'What Git already has it can still open. If it is in other hands, make everything anew: homecloud secrets rotate --all\n',
  );
  return code;
}

async function change(options: SecretsOptions, next: (home: readonly string[]) => string[]): Promise<ExitCode> {
  const secretsHome = await openSecretsHome(options);
  const store = await openStore(secretsHome);
  const home = next(store.facts.recipients.home);
  refuseThrowAway(secretsHome.folder, home);
  await store.setHomeRecipients(home);
  process.stdout.write(
    `Everything is encrypted to ${home.join(', ')}. Commit secrets/ and .sops.yaml, then run homecloud synth.\n`,
  );
  return exitCodes.fine;
}
