import { bech32 } from '@scure/base';
import { SecretFileError } from './error.ts';

/**
 * Whether a text is a classic recipient (X25519), `age1…`, without a typing error: its checksum is right (C2SP, age, "The
 * X25519 recipient type"). Apart from age's own library, which whoever only looks at a file does not need.
 */
export function isRecipient(text: string): boolean {
  const decoded = bech32.decodeUnsafe(text);
  return (
    decoded?.prefix === 'age' && text === text.toLowerCase() && bech32.fromWordsUnsafe(decoded.words)?.length === 32
  );
}

/** @throws SecretFileError when there is no recipient, one that is none, or one twice */
export function refuseRecipients(recipients: readonly string[]): void {
  if (recipients.length === 0) {
    throw new SecretFileError('There is no recipient: nobody could open the file again.', 'Name at least one.');
  }
  for (const [index, recipient] of recipients.entries()) {
    if (!isRecipient(recipient)) {
      throw new SecretFileError(
        `${JSON.stringify(recipient.startsWith('age1') ? recipient : '…')} is not an age recipient, or has a typing error.`,
        'A recipient begins with age1, and is the public half of an identity: age-keygen -y prints it.',
      );
    }
    if (recipients.indexOf(recipient) !== index) {
      throw new SecretFileError(`The recipient ${recipient} is there twice.`, 'Name each recipient once.');
    }
  }
}
