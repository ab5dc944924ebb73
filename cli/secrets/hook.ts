import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { SecretFileError } from '../../secret-files/error.ts';
import { readIfThere, writeWhole } from '../../secret-store/files.ts';
import { hooksFolder, quoted } from '../../secret-store/git.ts';
import { type ExitCode, exitCodes } from '../problems.ts';
import { openSecretsHome, type SecretsOptions } from './open.ts';

/** @param below the folder of the home, from the top of the repository */
function scriptFor(below: string): string {
  return [
    '#!/bin/sh',
    '# Refuses a commit with a wrong config, a stale dist/, a secret in clear text or a private key.',
    ...(below === '' ? [] : [`cd ${quoted(below)} || exit 1`]),
    'exec npx --no-install homecloud check --quiet',
    '',
  ].join('\n');
}

/** `homecloud secrets hook`: lets Git ask `check` before each commit. Git keeps hooks out of the repository. */
export async function hook(options: SecretsOptions): Promise<ExitCode> {
  const { folder } = await openSecretsHome(options);
  const hooks = hooksFolder(folder);
  if (hooks === undefined) {
    throw new SecretFileError(`${folder} is in no Git repository.`, 'Run "git init" first.');
  }
  const script = scriptFor(hooks.below);
  const file = join(hooks.folder, 'pre-commit');
  const old = readIfThere(file);
  if (old !== undefined && old !== script) {
    throw new SecretFileError(
      `${file} is there already.`,
      `Add the last line of this to it: ${script.trim().split('\n').at(-1)?.replace('exec ', '')}`,
    );
  }
  writeWhole(file, script);
  chmodSync(file, 0o755);
  process.stdout.write(`${file}: Git runs homecloud check before each commit.\n`);
  return exitCodes.fine;
}
