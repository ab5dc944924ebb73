import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAgeFile } from '../secret-files/age-file.ts';
import { isVault } from '../secret-files/ansible-vault.ts';
import { problemOf } from './encrypted.ts';
import { filesBelow, isUnfinished, secretFiles } from './files.ts';
import { quoted, staged, stagedFiles, trackedFilesWith } from './git.ts';
import type { SecretProblem } from './problems.ts';

/**
 * Looks for secrets in clear text: in `secrets/`, and private keys in whatever Git has for the next commit. Needs no
 * key.
 * @param folder of the home
 * @param isSample whether the throw-away identity may be used: only in homecloud's own repository
 */
export function scanSecrets(folder: string, isSample: boolean): SecretProblem[] {
  return [...clearFiles(folder, isSample), ...clearSecrets(folder), ...trackedKeys(folder, isSample)];
}

function clearFiles(folder: string, isSample: boolean): SecretProblem[] {
  const onDisk = filesBelow(join(folder, secretFiles.folder)).map((below) => `${secretFiles.folder}/${below}`);
  const found = onDisk.flatMap((file) => problemsOf(file, readFileSync(join(folder, file)), isSample));
  const told = new Set(found.map(({ message }) => message));
  // What is staged is what a commit publishes, whatever stands on the disk by now.
  const inGit = stagedFiles(folder, secretFiles.folder)
    .flatMap((file) => problemsOf(file, Buffer.from(staged(folder, file)), isSample))
    .filter(({ message }) => !told.has(message))
    .map((problem) => ({ ...problem, message: `${problem.message}, as Git has it for the next commit` }));
  return [...found, ...inGit];
}

function problemsOf(file: string, content: Buffer, isSample: boolean): SecretProblem[] {
  if (file === secretFiles.public || isUnfinished(file) || isNoSecret.test(file)) return [];
  if (/\.sops\.ya?ml$/.test(file)) {
    const problem = problemOf(file, content.toString(), undefined, isSample);
    // An admin's own file can be of a kind that only sops knows; those that the home reads are judged as a whole.
    const isTheirs = problem?.code === 'SEC012' && isOfSops(content);
    return problem === undefined || isTheirs ? [] : [problem];
  }
  if (isVault(content) || isAgeFile(content) || isOfSops(content)) return [];
  return [
    {
      code: 'SEC008',
      message: `${file} is not encrypted`,
      hint: 'encrypt it with sops, ansible-vault or age, or move it out of secrets/; if it was ever committed, take what it holds for known to others',
    },
  ];
}

/** What Git and desktops leave in folders. */
const isNoSecret = /(^|\/)(\.gitkeep|\.gitignore|\.gitattributes|\.DS_Store)$/;

/** Whether a file is one that sops wrote, of any of its formats: what it holds is its matter. */
function isOfSops(content: Buffer): boolean {
  const text = content.toString();
  return /ENC\[AES256_GCM,/.test(text) && /"?sops"?\s*[:=]|^sops_/m.test(text);
}

/** Secrets of Kubernetes in clear text anywhere in Git: an admin's own resources are applied by Flux, too. */
function clearSecrets(folder: string): SecretProblem[] {
  return trackedFilesWith(folder, ['^[[:space:]]*"?kind"?: *"?Secret"?,? *$'])
    .filter((file) => /\.(ya?ml|json)$/.test(file) && !file.startsWith(`${secretFiles.folder}/`))
    .filter((file) =>
      staged(folder, file)
        .split(/^---.*$/m)
        .some((text) => isSecret.test(text) && hasValues.test(text) && !isOfSops(Buffer.from(text))),
    )
    .map((file) => ({
      code: 'SEC008',
      message: `Git has a Secret of Kubernetes in clear text: ${file}`,
      hint: 'move it to secrets/kubernetes/<namespace>/<name>.sops.yaml and encrypt it there with sops; if it was ever committed, take what it holds for known to others',
    }));
}

const isSecret = /^\s*"?kind"?: *"?Secret"?,? *$/m;
const hasValues = /^\s*"?(stringData|data)"?: *(\{ *)?$/m;

/**
 * Private keys as they stand in files, for `grep -E`: of age, also on the page of `secrets paper`; in PEM, also with its
 * lines joined or after a quote; PEM in base64, as a Secret of Kubernetes has it; of PuTTY. What only speaks of one does
 * not look like that.
 */
const privateKeys = [
  'AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]{50}',
  '^1: +AGE-SECRET-KEY-(PQ-)?1 +/',
  '-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----[[:space:]]*(\\\\[rn]|[A-Za-z0-9+/]{20}|$)',
  'LS0tLS1CRUdJTi(BQUklWQVRF|BFQyBQ|BSU0Eg|BPUEVOU1NI|BFTkNSWVBU)',
  '^PuTTY-User-Key-File-[0-9]',
];

function trackedKeys(folder: string, isSample: boolean): SecretProblem[] {
  return trackedFilesWith(folder, privateKeys)
    .filter((file) => !(isSample && staged(folder, file).includes(throwAwayMark)))
    .map((file) => ({
      code: 'SEC011',
      message: `Git has a private key: ${file}`,
      hint: `take it out with "git rm --cached ${quoted(file)}" and make another key: this one stays in the history`,
    }));
}

/** Stands in files of homecloud's own tests whose keys are known to everyone. */
const throwAwayMark = 'throw-away';
