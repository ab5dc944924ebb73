import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { SecretFileError } from '../secret-files/error.ts';
import { isRecipient } from '../secret-files/recipient.ts';
import { readIfThere, secretFiles } from './files.ts';

/** What everyone may know of the secrets of a home: `secrets/public.yml`. */
export interface PublicFacts {
  readonly recipients: {
    /** Public halves of the home identities: each of them opens everything. */
    readonly home: readonly string[];
    /** Public half of the cluster identity, which opens what the cluster reads; `null` before it is made. */
    readonly cluster: string | null;
  };
  /** When each secret was made, `2026-11-24`. */
  readonly made: Readonly<Record<string, string>>;
  /** Public halves by secret and part: `{ 'git-deploy-key': { publicKey: 'ssh-ed25519 …' } }`. */
  readonly publicHalves: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const header = `# What everyone may know of the secrets of this home: recipients, public halves, and when each was made.
# Written by homecloud secrets.
`;

export function formatPublicFacts({ recipients, made, publicHalves }: PublicFacts): string {
  return header + dump({ recipients, made, publicHalves }, { sortKeys: true, lineWidth: -1, quoteStyle: 'single' });
}

/** @throws SecretFileError when the home has no secrets yet, or the file is not what homecloud writes. */
export function readPublicFacts(folder: string): PublicFacts {
  const text = readIfThere(join(folder, secretFiles.public));
  if (text === undefined) {
    throw new SecretFileError(
      `This home has no secrets yet: there is no ${secretFiles.public}.`,
      'Run: homecloud secrets init',
    );
  }
  return parsePublicFacts(text);
}

/** @throws SecretFileError when it is not what homecloud writes. */
export function parsePublicFacts(text: string): PublicFacts {
  let value: unknown;
  try {
    value = load(text);
  } catch {
    throw wrong('it is not YAML');
  }
  const { recipients, made, publicHalves } = group(value, 'the file');
  const { home, cluster } = group(recipients, 'recipients');
  if (!Array.isArray(home) || !home.every((one) => typeof one === 'string' && isRecipient(one)))
    throw wrong('recipients.home is not a list of age recipients');
  if (cluster !== null && !(typeof cluster === 'string' && isRecipient(cluster)))
    throw wrong('recipients.cluster is not an age recipient');
  return {
    recipients: { home, cluster },
    made: texts(made, 'made'),
    publicHalves: Object.fromEntries(
      Object.entries(group(publicHalves, 'publicHalves')).map(([name, halves]) => [
        name,
        texts(halves, `publicHalves.${name}`),
      ]),
    ),
  };
}

function group(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(`${what} is not a group of keys`);
  return value as Record<string, unknown>;
}

function texts(value: unknown, what: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(group(value, what)).map(([key, text]) => {
      // A date without quotes, as an editor may leave it.
      if (text instanceof Date) return [key, text.toISOString().slice(0, 10)];
      if (typeof text !== 'string') throw wrong(`${what}.${key} is not a text`);
      return [key, text];
    }),
  );
}

function wrong(what: string): SecretFileError {
  return new SecretFileError(
    `${secretFiles.public} cannot be read: ${what}.`,
    'Take it from Git again, as homecloud wrote it.',
  );
}
