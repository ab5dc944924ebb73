import { decryptWithIdentities, noIdentityFits, recipientOf } from './age.ts';
import { changed, dataKeyLength, type SopsDocument } from './sops-document.ts';

/**
 * The key that the values are encrypted with.
 * @throws SecretFileError when no identity is one of a recipient, or what it should open was changed
 */
export async function dataKeyOf(document: SopsDocument, identities: readonly string[]): Promise<Uint8Array> {
  for (const identity of identities) {
    const recipient = await recipientOf(identity);
    const own = document.stanzas.find((one) => one.recipient === recipient);
    if (own === undefined) continue;
    const dataKey = await decryptWithIdentities(own.enc, [identity]);
    if (dataKey.length !== dataKeyLength) throw changed('The data key');
    return dataKey;
  }
  throw noIdentityFits();
}
