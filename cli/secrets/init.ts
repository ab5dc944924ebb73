import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { recipientOf } from '../../secret-files/age.ts';
import { SecretFileError } from '../../secret-files/error.ts';
import { secretFiles } from '../../secret-store/files.ts';
import { fulfil } from '../../secret-store/fulfil.ts';
import { makeIdentity, readIdentities, refuseTracked } from '../../secret-store/identity.ts';
import { lockSecrets } from '../../secret-store/lock.ts';
import { clusterIdentityName, SecretStore } from '../../secret-store/store.ts';
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
  lockSecrets(home.folder);
  refuseTracked(home.identity);
  const isThere = existsSync(home.identity);
  const hasVault = existsSync(join(home.folder, secretFiles.vault));
  if (hasVault && !isThere) {
    throw new SecretFileError(
      `${secretFiles.vault} is there, and neither ${secretFiles.public} nor the home identity that opens it.`,
      `Take ${secretFiles.public} from Git again, and the identity from paper: homecloud secrets paper --restore. Only if nobody needs what the Vault holds, move ${secretFiles.folder}/ away.`,
    );
  }
  const identities = isThere ? await readIdentities(home.identity) : [await makeIdentity(home.identity, home.now)];
  const recipients = await Promise.all(identities.map((identity) => recipientOf(identity)));
  refuseThrowAway(home.folder, recipients);
  if (hasVault) await SecretStore.recover(home.folder, identities, recipients);
  else await SecretStore.begin(home.folder, recipients);
  const store = await openStore(home);
  for (const secret of home.secrets.filter(({ name }) => name === clusterIdentityName))
    await fulfil(store, secret, { home: home.name, now: home.now });
  await store.save();
  if (hasVault)
    process.stdout.write(
      `${secretFiles.public} was gone and is there again; who else could open the secrets must be added again.\n`,
    );
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
