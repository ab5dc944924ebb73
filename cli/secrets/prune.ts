import { formatPlace } from '../../model/secrets.ts';
import { type ExitCode, exitCodes } from '../problems.ts';
import { openSecretsHome, openStore, type SecretsOptions } from './open.ts';

/** `homecloud secrets prune`: deletes what no secret of the home needs any more. */
export async function prune(options: SecretsOptions): Promise<ExitCode> {
  const home = await openSecretsHome(options);
  const store = await openStore(home);
  const orphans = await store.orphans(home.secrets);
  await store.forget(orphans, home.secrets);
  await store.save();
  process.stdout.write(
    orphans.length === 0 ? 'Nothing to delete.\n' : `Deleted: ${orphans.map(formatPlace).join(', ')}\n`,
  );
  return exitCodes.fine;
}
