import { planModel } from '../../model/plan.ts';
import type { Secret } from '../../model/secrets.ts';
import { throwAwayProblem, throwAwayRecipient } from '../../secret-store/encrypted.ts';
import { identityFile, readIdentities } from '../../secret-store/identity.ts';
import { lockSecrets } from '../../secret-store/lock.ts';
import { SecretsError } from '../../secret-store/problems.ts';
import { SecretStore } from '../../secret-store/store.ts';
import { isOwnFolder, openConfig } from '../home.ts';
import { loadConfig } from '../load.ts';
import type { VerbOptions } from '../main.ts';
import { version } from '../version.ts';

export interface SecretsOptions extends VerbOptions {
  /** File of the home identity. */
  readonly identity?: string;
}

/** A home whose secrets can be worked on. */
export interface SecretsHome {
  readonly folder: string;
  readonly name: string;
  /** File of the home identity, which may not be there. */
  readonly identity: string;
  /** What the home needs. */
  readonly secrets: readonly Secret[];
  /** Names of its boards. */
  readonly boards: readonly string[];
  readonly now: Date;
}

/** The home of a config, without opening anything. */
export async function openSecretsHome({ config: file, identity }: SecretsOptions): Promise<SecretsHome> {
  const { folder, config } = openConfig(await loadConfig(file));
  const { home, secrets, boards } = planModel(config, version);
  return {
    folder,
    name: home.name,
    identity: identityFile(home.name, identity),
    secrets,
    boards: boards.map(({ name }) => name),
    now: new Date(),
  };
}

/** The secrets of a home, opened to be read. @throws SecretFileError when they cannot be opened */
export async function openStore({ folder, identity, now }: SecretsHome): Promise<SecretStore> {
  const store = await SecretStore.open(folder, await readIdentities(identity), now);
  refuseThrowAway(folder, store.facts.recipients.home);
  return store;
}

/** The secrets of a home, opened to be changed: no other run can do so meanwhile. */
export async function openStoreToWrite(home: SecretsHome): Promise<SecretStore> {
  lockSecrets(home.folder);
  return openStore(home);
}

/** @throws SecretsError when everyone could open the secrets of a home that is not the sample. */
export function refuseThrowAway(folder: string, recipients: readonly string[]): void {
  if (recipients.includes(throwAwayRecipient) && !isOwnFolder(folder))
    throw new SecretsError([throwAwayProblem('what is encrypted for this home')]);
}
