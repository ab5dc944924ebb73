import type { Secret } from '../model/secrets.ts';
import { weakness } from '../secret-values/known-defaults.ts';
import { guessable, type MakeContext, makeParts, type Parts } from './make.ts';
import type { SecretProblem } from './problems.ts';
import type { SecretStore } from './store.ts';

/** What became of a secret. */
export type Outcome = 'made' | 'completed' | 'unchanged' | 'to be supplied' | 'lost';

/** Makes what is missing of a secret: all of it, or places that do not have its value. */
export async function fulfil(store: SecretStore, secret: Secret, context: MakeContext): Promise<Outcome> {
  const parts = await store.read(secret);
  if (isWhole(secret, parts)) return (await store.write(secret, parts)) === 0 ? 'unchanged' : 'completed';
  // It was there: nobody but the admin knows whether it can be had from Git again.
  if (store.facts.made[secret.name] !== undefined) return 'lost';
  const made = await makeParts(secret.source, context);
  if (made === undefined) return 'to be supplied';
  await store.write(secret, made);
  return 'made';
}

/** Whether the parts of every place are known. */
export function isWhole({ places }: Secret, parts: Parts): boolean {
  return places.every(({ part }) => parts[part] !== undefined);
}

/** What is wrong with values that are there: guessed at once, or used twice. */
export async function judgeValues(store: SecretStore, secrets: readonly Secret[]): Promise<SecretProblem[]> {
  const problems: SecretProblem[] = [];
  const owners = new Map<string, string>();
  for (const secret of secrets) {
    const parts = await store.read(secret);
    const value = guessable(secret.source, parts);
    const why = value === undefined ? undefined : weaknessOf(secret, value);
    if (why !== undefined) {
      problems.push({
        code: 'SEC001',
        message: `${secret.name} is weak. ${why}`,
        hint: `make another one: homecloud secrets rotate ${secret.name}`,
      });
    }
    for (const part of new Set(secret.places.map(({ part }) => part))) {
      const text = parts[part];
      if (text === undefined) continue;
      const owner = owners.get(text);
      if (owner !== undefined && owner !== secret.name) {
        problems.push({
          code: 'SEC003',
          message: `${secret.name} and ${owner} have the same value`,
          hint: `make another one for one of them: homecloud secrets rotate ${secret.name}`,
        });
      }
      owners.set(text, secret.name);
    }
  }
  return problems;
}

/** Why a value is easy to guess; `undefined` when nothing is known against it. */
export function weaknessOf({ source }: Secret, value: string): string | undefined {
  return weakness(value, source.kind === 'password' ? { user: source.user } : {});
}
