import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isVault } from '../secret-files/ansible-vault.ts';
import { problemOf } from './encrypted.ts';
import { filesBelow, isUnfinished, secretFiles } from './files.ts';
import { staged, trackedFilesWith } from './git.ts';
import type { SecretProblem } from './problems.ts';

/**
 * Looks for secrets in clear text: in `secrets/`, and private keys in whatever Git has for the next commit. Needs no
 * key.
 * @param folder of the home
 * @param isSample whether the throw-away identity may be used: only in homecloud's own repository
 */
export function scanSecrets(folder: string, isSample: boolean): SecretProblem[] {
  return [...clearFiles(folder, isSample), ...trackedKeys(folder, isSample)];
}

function clearFiles(folder: string, isSample: boolean): SecretProblem[] {
  return filesBelow(join(folder, secretFiles.folder)).flatMap((below) => {
    const file = `${secretFiles.folder}/${below}`;
    if (file === secretFiles.public || isUnfinished(file)) return [];
    const content = readFileSync(join(folder, file));
    if (/\.sops\.ya?ml$/.test(file)) {
      const problem = problemOf(file, content.toString(), undefined, isSample);
      return problem === undefined ? [] : [problem];
    }
    if (isVault(content) || isAge(content)) return [];
    return [
      {
        code: 'SEC008',
        message: `${file} is not encrypted`,
        hint: 'encrypt it with sops, ansible-vault or age, or move it out of secrets/; if it was ever committed, take what it holds for known to others',
      },
    ];
  });
}

/** First bytes of an age file (C2SP, age) and of its armor. */
function isAge(content: Buffer): boolean {
  const start = content.subarray(0, 40).toString('latin1');
  return start.startsWith('age-encryption.org/v1\n') || start.startsWith('-----BEGIN AGE ENCRYPTED FILE-----');
}

/**
 * Private keys as they stand in files, for `grep -E`: of age, in PEM on a line of its own, and in PEM with its lines
 * joined by `\\n`. What only speaks of one does not look like that.
 */
const privateKeys = [
  'AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]{50}',
  '^[[:space:]]*-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----[[:space:]]*$',
  '-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----\\\\n[A-Za-z0-9+/]{20}',
];

function trackedKeys(folder: string, isSample: boolean): SecretProblem[] {
  return trackedFilesWith(folder, privateKeys)
    .filter((file) => !(isSample && staged(folder, file).includes(throwAwayMark)))
    .map((file) => ({
      code: 'SEC011',
      message: `Git has a private key in clear text: ${file}`,
      hint: `take it out with "git rm --cached ${file}" and make another key: this one stays in the history`,
    }));
}

/** Stands in files of homecloud's own tests whose keys are known to everyone. */
const throwAwayMark = 'throw-away';
