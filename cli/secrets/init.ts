import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { recipientOf } from '../../secret-files/age.ts';
import { SecretFileError } from '../../secret-files/error.ts';
import { secretFiles } from '../../secret-store/files.ts';
import { fulfil } from '../../secret-store/fulfil.ts';
import { makeIdentity, readIdentities, refuseTracked } from '../../secret-store/identity.ts';
import { clusterIdentityName } from '../../secret-store/store.ts';
import { type ExitCode, exitCodes } from '../problems.ts';
import { openSecretsHome, openStore, refuseThrowAway, type SecretsOptions } from './open.ts';

/** `homecloud secrets init`: the home identity, the Vault password and the cluster identity. */
export async function init(options: SecretsOptions): Promise<ExitCode> {
  const home = await openSecretsHome(options);
  if (existsSync(join(home.folder, secretFiles.public))) {
    throw new SecretFileError(
      'This home has secrets already.',
      'To make what is missing run "homecloud secrets add"; to let another identity open them "homecloud secrets add-recipient".',
    );
  }
  const leftOver = [secretFiles.vault, secretFiles.vaultPassword].find((file) => existsSync(join(home.folder, file)));
  if (leftOver !== undefined) {
    throw new SecretFileError(
      `${leftOver} is there, and ${secretFiles.public} is not.`,
      `Take ${secretFiles.public} from Git again. If an init was interrupted, nothing is lost: delete ${secretFiles.folder}/ and run it again.`,
    );
  }
  const isThere = existsSync(home.identity);
  refuseTracked(home.identity);
  const identities = isThere ? await readIdentities(home.identity) : [await makeIdentity(home.identity, home.now)];
  const recipients = await Promise.all(identities.map((identity) => recipientOf(identity)));
  refuseThrowAway(home.folder, recipients);
  const { SecretStore } = await import('../../secret-store/store.ts');
  await SecretStore.begin(home.folder, recipients);
  const store = await openStore(home);
  for (const secret of home.secrets.filter(({ name }) => name === clusterIdentityName))
    await fulfil(store, secret, { home: home.name, now: home.now });
  await store.save();
  process.stdout.write(
    [
      isThere
        ? `The home identity that was at ${home.identity} opens the secrets of this home.`
        : `The home identity is at ${home.identity}. It opens every secret of this home, and nobody can make it again.`,
      '',
      'Keep a copy that burns in no fire and dies with no disk: on paper, outside of the house.',
      '  homecloud secrets paper            prints it, as a QR code and as text',
      '  homecloud secrets paper --check    reads a copy back, and says whether it is right',
      '',
      `Commit ${secretFiles.folder}/ and ${secretFiles.sopsConfig}: everything in them is encrypted or public.`,
      'Next: homecloud secrets add',
      '',
    ].join('\n'),
  );
  return exitCodes.fine;
}
