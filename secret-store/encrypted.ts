import { join } from 'node:path';
import type { EncryptedSecret } from '../model/model.ts';
import { clusterSecrets, type Secret } from '../model/secrets.ts';
import { SecretFileError } from '../secret-files/error.ts';
import { inspectSops } from '../secret-files/sops-inspect.ts';
import { authorityProblems } from './authority.ts';
import { clusterFile, readIfThere, secretFiles } from './files.ts';
import type { SecretProblem } from './problems.ts';
import { type PublicFacts, parsePublicFacts } from './public.ts';

/**
 * Public half of the identity in `test/throw-away.agekey`, which the sample's secrets are encrypted to. Everyone can
 * open what is encrypted to it.
 */
export const throwAwayRecipient = 'age17a6yh88yvw6lyzq4l2xrm7up7c50auput2vlukjnkanxfgn92qlsmwylcg';

/** The Secrets of the cluster as they stand encrypted, and what is wrong with them. Needs no key. */
export interface EncryptedSecrets {
  readonly secrets: readonly EncryptedSecret[];
  readonly problems: readonly SecretProblem[];
  /** What everyone may know of the secrets, by secret and part. */
  readonly publicHalves: PublicFacts['publicHalves'];
}

/**
 * @param folder of the home
 * @param secrets that the home needs
 * @param isSample whether the throw-away identity may be used: only in homecloud's own repository
 */
export function readEncryptedSecrets(folder: string, secrets: readonly Secret[], isSample: boolean): EncryptedSecrets {
  const found: EncryptedSecret[] = [];
  const problems: SecretProblem[] = [];
  const missing: string[] = [];
  for (const { namespace, name, keys } of clusterSecrets(secrets)) {
    const file = clusterFile(namespace, name);
    const text = readIfThere(join(folder, file));
    if (text === undefined) {
      missing.push(`${namespace}/${name} (${keys.join(', ')})`);
      continue;
    }
    found.push({ namespace, name, text });
    const wrong = problemOf(file, text, { namespace, name }, isSample);
    if (wrong !== undefined) problems.push(wrong);
    else {
      const present = new Set(keysOf(text));
      const without = keys.filter((key) => !present.has(key));
      if (without.length > 0) missing.push(`${namespace}/${name} (${without.join(', ')})`);
    }
  }
  const facts = readFacts(folder);
  if (problems.length === 0) problems.push(...factsProblems(facts, found, isSample));
  const publicHalves = facts !== undefined && 'publicHalves' in facts ? facts.publicHalves : {};
  problems.push(...secrets.flatMap((secret) => authorityProblems(secret, publicHalves[secret.name]?.['ca.crt'])));
  // Other boards know a board by it: without it, the mesh would be declared without the board.
  for (const { name, source } of secrets) {
    if (source.kind === 'syncthing-identity' && publicHalves[name]?.['deviceId'] === undefined) missing.push(name);
  }
  if (missing.length > 0) {
    problems.push({
      code: 'SEC009',
      message: `secrets that the home reads are missing: ${missing.join('; ')}`,
      hint: 'run "homecloud secrets add", which makes all of them; in a new home "homecloud secrets init" before it',
    });
  }
  return { secrets: found, problems, publicHalves };
}

/** `public.yml`, or why it cannot be read; `undefined` where there is none. */
function readFacts(folder: string): PublicFacts | SecretFileError | undefined {
  const text = readIfThere(join(folder, secretFiles.public));
  if (text === undefined) return undefined;
  try {
    return parsePublicFacts(text);
  } catch (error) {
    if (error instanceof SecretFileError) return error;
    throw error;
  }
}

/** What is wrong with `public.yml`, and between it and the Secrets: who must be able to open them can. */
function factsProblems(
  facts: PublicFacts | SecretFileError | undefined,
  secrets: readonly EncryptedSecret[],
  isSample: boolean,
): SecretProblem[] {
  if (facts === undefined) return [];
  if (facts instanceof SecretFileError) return [{ code: 'SEC012', message: facts.message, hint: facts.hint }];
  const { home, cluster } = facts.recipients;
  if (!isSample && home.includes(throwAwayRecipient)) return [throwAwayProblem(secretFiles.vaultPassword)];
  const wanted = cluster === null ? home : [...home, cluster];
  return secrets.flatMap(({ namespace, name, text }) => {
    const { recipients } = inspectSops(text);
    const absent = wanted.filter((one) => !recipients.includes(one));
    if (absent.length === 0) return [];
    return [
      {
        code: 'SEC013',
        message: `${clusterFile(namespace, name)} cannot be opened by ${absent.map((one) => (one === cluster ? 'the cluster' : one)).join(', ')}`,
        hint: 'run "homecloud secrets add", which encrypts it to everyone who must read it',
      } as const,
    ];
  });
}

function keysOf(text: string): string[] {
  const { data, stringData, empty } = inspectSops(text);
  const isEmpty = new Set(empty);
  return [
    ...data.filter((key) => !isEmpty.has(`data.${key}`)),
    ...stringData.filter((key) => !isEmpty.has(`stringData.${key}`)),
  ];
}

/** @param what can be opened by everyone */
export function throwAwayProblem(what: string): SecretProblem {
  return {
    code: 'SEC010',
    message: `${what} can be opened with the throw-away identity of the sample, which everyone has`,
    hint: 'in a new home, move the folder secrets/ away and make your own with an identity of your own: "homecloud secrets init", then "homecloud secrets add". If it was added beside yours: "homecloud secrets remove-recipient", then "homecloud secrets rotate --all"',
  };
}

/** What makes a file no encrypted Secret of that name. */
export function problemOf(
  file: string,
  text: string,
  expected: { readonly namespace: string; readonly name: string } | undefined,
  isSample: boolean,
): SecretProblem | undefined {
  try {
    const { encrypted, clear, kind, name, namespace, recipients } = inspectSops(text);
    if (!encrypted || clear.length > 0) {
      return {
        code: 'SEC008',
        message: `${file} has values in clear text${clear.length > 0 ? `: ${clear.join(', ')}` : ''}`,
        hint: `encrypt it with "sops encrypt --in-place ${file}", and take what it held for known to others if it was ever committed`,
      };
    }
    if (recipients.includes(throwAwayRecipient) && !isSample) {
      return throwAwayProblem(file);
    }
    if (kind !== 'Secret' || (expected && (name !== expected.name || namespace !== expected.namespace))) {
      return {
        code: 'SEC012',
        message: `${file} holds ${kind ?? 'no object'} ${namespace ?? ''}/${name ?? ''}, not the Secret that its name says`,
        hint: 'move it to secrets/kubernetes/<namespace>/<name>.sops.yaml, or take the right one from Git again',
      };
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof SecretFileError)) throw error;
    return { code: 'SEC012', message: `${file}: ${error.message}`, hint: error.hint };
  }
}
