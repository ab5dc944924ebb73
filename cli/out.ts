import { join, relative } from 'node:path';
import { WriteError } from '../tree/write-error.ts';

/**
 * The folder to write: the one asked for, or `dist` beside the config.
 * @throws WriteError when it holds the home itself, which would be taken for its old content.
 */
export function outFolder(asked: string | undefined, home: string): string {
  const out = asked ?? join(home, 'dist');
  const toHome = relative(out, home);
  if (toHome === '' || !toHome.startsWith('..')) {
    throw new WriteError(`${out} holds the home itself`, 'write to a folder of its own: homecloud synth --out dist');
  }
  return out;
}
