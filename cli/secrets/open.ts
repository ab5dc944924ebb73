import { planModel } from '../../model/plan.ts';
import type { Secret } from '../../model/secrets.ts';
import { identityFile, readIdentities } from '../../secret-store/identity.ts';
import { SecretStore } from '../../secret-store/store.ts';
import { openConfig } from '../home.ts';
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
  readonly now: Date;
}

/** The home of a config, without opening anything. */
export async function openSecretsHome({ config: file, identity }: SecretsOptions): Promise<SecretsHome> {
  const { folder, config } = openConfig(await loadConfig(file));
  const { home, secrets } = planModel(config, version);
  return { folder, name: home.name, identity: identityFile(home.name, identity), secrets, now: new Date() };
}

/** The secrets of a home, opened. @throws SecretFileError when they cannot be opened */
export async function openStore({ folder, identity, now }: SecretsHome): Promise<SecretStore> {
  return SecretStore.open(folder, await readIdentities(identity), now);
}
