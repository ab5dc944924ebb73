import { formatPlace } from '../../model/secrets.ts';
import { type ExitCode, exitCodes } from '../problems.ts';
import { openSecretsHome, openStoreToWrite, type SecretsOptions } from './open.ts';

export interface PruneOptions extends SecretsOptions {
  /** Deletes; without it they are only named. */
  readonly yes?: boolean;
}

/** `homecloud secrets prune`: names what no secret of the home needs any more, and deletes it when told to. */
export async function prune(options: PruneOptions): Promise<ExitCode> {
  const home = await openSecretsHome(options);
  const store = await openStoreToWrite(home);
  const orphans = await store.orphans(home.secrets);
  if (options.yes) {
    await store.forget(orphans, home.secrets);
    await store.save();
  }
  process.stdout.write(
    orphans.length === 0
      ? 'Nothing to delete.\n'
      : `${options.yes ? 'Deleted' : 'To delete, with --yes'}: ${orphans.map(formatPlace).join(', ')}\n`,
  );
  return exitCodes.fine;
}
