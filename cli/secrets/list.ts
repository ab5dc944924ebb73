import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatPlace, type Secret } from '../../model/secrets.ts';
import { inspectSops } from '../../secret-files/sops-inspect.ts';
import { clusterFile, readIfThere } from '../../secret-store/files.ts';
import { isWhole, judgeValues } from '../../secret-store/fulfil.ts';
import type { SecretProblem } from '../../secret-store/problems.ts';
import { readPublicFacts } from '../../secret-store/public.ts';
import { count, type ExitCode, exitCodes, formatOuter, printError } from '../problems.ts';
import { formatTable } from '../table.ts';
import { openSecretsHome, openStore, type SecretsHome, type SecretsOptions } from './open.ts';

type State = 'present' | 'missing';

/** `homecloud secrets list`: what the home needs, what is there, and what nobody needs. Never a value. */
export async function list(options: SecretsOptions): Promise<ExitCode> {
  const home = await openSecretsHome(options);
  const { made } = readPublicFacts(home.folder);
  const isOpen = existsSync(home.identity);
  const { states, orphans, problems } = isOpen ? await opened(home) : closed(home, made);
  const secrets = home.secrets.map(({ name, purpose, places, source }) => ({
    name,
    state: states.get(name) ?? 'missing',
    made: made[name] ?? '',
    age: made[name] === undefined ? null : daysSince(made[name], home.now),
    readBy: places.some((place) => place.in === 'cluster' && place.form === undefined) ? 'home, cluster' : 'home',
    source: source.kind === 'supplied' ? 'you' : 'homecloud',
    purpose,
  }));
  const missing = secrets.filter(({ state }) => state === 'missing');
  const isFine = missing.length === 0 && problems.length === 0;
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ fine: isFine, isOpen, secrets, orphans, problems }, null, 2)}\n`);
    return isFine ? exitCodes.fine : exitCodes.findings;
  }
  const rows = secrets.map(({ readBy, source, ...secret }) => ({
    secret: secret.name,
    state: secret.state,
    age: secret.age === null ? '' : count(secret.age, 'day'),
    'made by': source,
    'can be read by': readBy,
    purpose: secret.purpose,
  }));
  process.stdout.write(`${formatTable(rows)}\n`);
  if (orphans.length > 0)
    process.stdout.write(`Nobody needs: ${orphans.join(', ')}. To delete them: homecloud secrets prune --yes\n`);
  if (!isOpen) printError(`There is no home identity at ${home.identity}: what is in the Vault is told by its dates.`);
  for (const problem of problems) printError(formatOuter(problem));
  if (missing.length > 0) printError(`${count(missing.length, 'secret')} missing: homecloud secrets add`);
  return isFine ? exitCodes.fine : exitCodes.findings;
}

/** Whole days since a date. */
function daysSince(date: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(date)) / 86_400_000));
}

interface Listing {
  readonly states: ReadonlyMap<string, State>;
  readonly orphans: readonly string[];
  readonly problems: readonly SecretProblem[];
}

async function opened(home: SecretsHome): Promise<Listing> {
  const store = await openStore(home);
  const states = new Map<string, State>();
  for (const secret of home.secrets) {
    const parts = await store.read(secret);
    const fits = isWhole(secret, parts) && (await store.write(secret, parts)) === 0;
    states.set(secret.name, fits ? 'present' : 'missing');
  }
  return {
    states,
    orphans: (await store.orphans(home.secrets)).map(formatPlace),
    problems: await judgeValues(store, home.secrets),
  };
}

/** What can be told without a key: the keys of the encrypted Secrets, and the dates. */
function closed({ folder, secrets }: SecretsHome, made: Readonly<Record<string, string>>): Listing {
  const keys = new Map<string, readonly string[]>();
  const isThere = ({ places }: Secret) =>
    places.every((place) => {
      if (place.in === 'boards') return true;
      const file = join(folder, clusterFile(place.namespace, place.secret));
      if (!keys.has(file)) {
        const text = readIfThere(file);
        const { data, stringData } = text === undefined ? { data: [], stringData: [] } : inspectSops(text);
        keys.set(file, [...data, ...stringData]);
      }
      return keys.get(file)?.includes(place.key) === true;
    });
  return {
    states: new Map(
      secrets.map((secret) => [
        secret.name,
        made[secret.name] !== undefined && isThere(secret) ? 'present' : 'missing',
      ]),
    ),
    orphans: [],
    problems: [],
  };
}
