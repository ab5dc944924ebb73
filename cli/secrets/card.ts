import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SecretFileError } from '../../secret-files/error.ts';
import { writeWhole } from '../../secret-store/files.ts';
import { wouldTrack } from '../../secret-store/git.ts';
import { type ExitCode, exitCodes } from '../problems.ts';
import { openSecretsHome, openStore, type SecretsOptions } from './open.ts';

export interface CardOptions extends SecretsOptions {
  readonly person: string;
}

/** Beside the config, and ignored by Git. */
const cardsFolder = '.cards';

/** `homecloud secrets card`: the first passwords of a person, in a file of mode 0600 that Git ignores. */
export async function card(options: CardOptions): Promise<ExitCode> {
  const home = await openSecretsHome(options);
  const { person } = options;
  const theirs = home.secrets.filter(({ source }) => source.kind === 'password' && source.user === person);
  if (theirs.length === 0) {
    const users = home.secrets.flatMap(({ source }) => (source.kind === 'password' ? [source.user] : []));
    throw new SecretFileError(
      `No password of this home is for ${person}.`,
      `There are passwords for ${[...new Set(users)].join(', ') || 'nobody'}.`,
    );
  }
  const store = await openStore(home);
  const lines = await Promise.all(
    theirs.map(async (secret) => {
      const { password } = await store.read(secret);
      if (password === undefined) {
        throw new SecretFileError(`${secret.name} is not made yet.`, 'Run: homecloud secrets add');
      }
      return `${secret.purpose}:\n  ${password}`;
    }),
  );
  const folder = join(home.folder, cardsFolder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${person}.txt`);
  writeWhole(join(folder, '.gitignore'), '*\n');
  if (wouldTrack(file)) {
    throw new SecretFileError(`Git would take ${file}.`, `Write "${cardsFolder}/" into .gitignore.`);
  }
  const text = `First passwords of ${person} for the home ${home.name}. Give them in person, then delete this file.\n\n${lines.join('\n\n')}\n`;
  writeWhole(file, text, 0o600);
  chmodSync(folder, 0o700);
  process.stdout.write(
    `${file}: ${theirs.length === 1 ? 'the password' : 'the passwords'} of ${person}. Delete it when it is handed over.\n`,
  );
  return exitCodes.fine;
}
