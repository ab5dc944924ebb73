import { suggest } from '../../model/nearest.ts';
import type { Secret } from '../../model/secrets.ts';
import { SecretFileError } from '../../secret-files/error.ts';
import { makeParts, type Parts } from '../../secret-store/make.ts';
import { clusterIdentityName, type SecretStore, vaultPasswordName } from '../../secret-store/store.ts';
import { type ExitCode, exitCodes } from '../problems.ts';
import { findSecret } from './find.ts';
import { halvesOf } from './halves.ts';
import { openSecretsHome, openStoreToWrite, type SecretsHome, type SecretsOptions } from './open.ts';

export interface RotateOptions extends SecretsOptions {
  readonly names: readonly string[];
  readonly all?: boolean;
  /** `180d` */
  readonly olderThan?: string;
  /** A board that is in other hands. */
  readonly stolen?: string;
}

/** `homecloud secrets rotate`: new values, and what brings each to where it is read. */
export async function rotate(options: RotateOptions): Promise<ExitCode> {
  const home = await openSecretsHome(options);
  const store = await openStoreToWrite(home);
  const names = [...new Set(chosen(options, home, store.facts.made))];
  if (names.length === 0) {
    process.stdout.write('Nothing to rotate.\n');
    return exitCodes.fine;
  }
  const lines = options.stolen === undefined ? [] : afterTheft(options.stolen);
  const supplied: Secret[] = [];
  for (const name of names.filter((name) => name !== vaultPasswordName)) {
    const secret = findSecret(home.secrets, name);
    const parts = await renewed(store, secret, home);
    if (parts === undefined) {
      supplied.push(secret);
      continue;
    }
    await store.replace(secret, parts);
    lines.push(`${name}: new. To apply it: ${secret.rotation}`);
  }
  await store.save();
  if (names.includes(vaultPasswordName)) {
    await store.renewVaultPassword();
    lines.push('vault-password: new, and the Vault is encrypted with it. Nothing else has it: commit and push.');
  }
  for (const { name, source } of supplied) {
    lines.push(
      `${name}: yours to make anew. Have ${source.kind === 'supplied' ? source.what : 'another'}, revoke the old one, then: homecloud secrets add ${name}`,
    );
  }
  const halves = halvesOf(store.facts, names);
  const next = 'Run homecloud synth, and commit secrets/, .sops.yaml and dist/. Then work through the list, and push.';
  process.stdout.write(
    `${lines.map((line, index) => `${index + 1}. ${line}`).join('\n')}\n${halves.map((half) => `${half}\n`).join('')}${next}\n`,
  );
  return supplied.length > 0 ? exitCodes.findings : exitCodes.fine;
}

async function renewed(store: SecretStore, secret: Secret, { name, now }: SecretsHome): Promise<Parts | undefined> {
  const made = await makeParts(secret.source, { home: name, now });
  if (made === undefined || secret.name !== clusterIdentityName) return made;
  // What the cluster still has to open, until it has applied the new files, is encrypted to one before.
  const before = ((await store.read(secret))['identity'] ?? '').split('\n').filter((one) => one !== '');
  return { ...made, identity: [made['identity'], ...before.slice(0, keptIdentities)].join('\n') };
}

/** Identities of the cluster that are kept behind a new one: it can be rotated again before the first was applied. */
const keptIdentities = 3;

/** The names of what is to be rotated. */
function chosen(options: RotateOptions, home: SecretsHome, made: Readonly<Record<string, string>>): string[] {
  const all = [...home.secrets.map(({ name }) => name), vaultPasswordName];
  const ways = [options.names.length > 0, options.all, options.olderThan, options.stolen].filter(Boolean).length;
  if (ways !== 1) {
    throw new SecretFileError(
      'Say what to rotate, in one way.',
      'Names, or --all, or --older-than 180d, or --stolen <board>.',
    );
  }
  if (options.all) return all;
  if (options.stolen !== undefined) return readableBy(options.stolen, home);
  if (options.olderThan !== undefined) {
    const [, days] = /^(\d+)d$/.exec(options.olderThan) ?? [];
    if (days === undefined) throw new SecretFileError(`${options.olderThan} is no age.`, 'Write days: 180d.');
    const limit = new Date(home.now.getTime() - Number(days) * 86_400_000).toISOString().slice(0, 10);
    return all.filter((name) => (made[name] ?? '') < limit);
  }
  for (const name of options.names) if (name !== vaultPasswordName) findSecret(home.secrets, name);
  return [...options.names];
}

/** All that a stolen board can know: what the cluster reads, what joins it, and who the board is. */
function readableBy(board: string, { secrets, boards }: SecretsHome): string[] {
  if (!boards.includes(board)) {
    throw new SecretFileError(
      `This home has no board ${board}.`,
      suggest(board, boards, `its boards are ${boards.join(', ')}. Of one that is out of the config already: --all`),
    );
  }
  return secrets.filter(({ onBoards }) => onBoards === undefined || onBoards.includes(board)).map(({ name }) => name);
}

/** What to do about a stolen board besides new values. */
function afterTheft(board: string): string[] {
  return [
    `${board}: put it out of the cluster: kubectl delete node ${board}. Then take it out of the config, and its disks out of the shares.`,
    'the Git server: delete the old deploy key or token there. Until then the thief can read the repository, not its secrets.',
  ];
}
