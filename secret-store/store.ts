import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BoardsPlace, type ClusterPlace, formatPlace, type Secret } from '../model/secrets.ts';
import { SecretFileError } from '../secret-files/error.ts';
import { htpasswdLine, verifyHtpasswd } from '../secret-values/htpasswd.ts';
import { type Changes, type ClusterFile, fileOf, nextText, openClusterFile, ourClusterFiles } from './cluster-files.ts';
import { filesBelow, isUnfinished, readIfThere, secretFiles, writeWhole } from './files.ts';
import { deriveParts, type Parts, publicHalves } from './make.ts';
import { formatPublicFacts, type PublicFacts, readPublicFacts } from './public.ts';
import { writeSopsConfig } from './sops-config.ts';
import { changeVariables, isTemplate, readVariables } from './variables.ts';
import { Vault } from './vault.ts';

/** Where a value stands that nobody needs. */
export type Orphan = Omit<ClusterPlace, 'part' | 'form'> | Omit<BoardsPlace, 'part'>;

/**
 * The secrets of a home, opened with a home identity. Values are changed in memory. `save` makes every file before it
 * writes the first, and writes each in one step: a run that is killed leaves every file readable, and the next `save`
 * brings all to what `public.yml` and the Vault say.
 */
export class SecretStore {
  readonly #folder: string;
  readonly #identities: readonly string[];
  readonly #now: Date;
  readonly #vault: Vault;
  #facts: PublicFacts;
  #variables: ReadonlyMap<string, unknown>;
  readonly #variableChanges = new Map<string, string | undefined>();
  readonly #files = new Map<string, ClusterFile>();
  readonly #changes = new Map<string, Map<string, string | undefined>>();

  private constructor(folder: string, identities: readonly string[], now: Date, facts: PublicFacts, vault: Vault) {
    this.#folder = folder;
    this.#identities = identities;
    this.#now = now;
    this.#facts = facts;
    this.#vault = vault;
    this.#variables = readVariables(vault.text);
  }

  /**
   * Begins the secrets of a home: the Vault password, and an empty Vault.
   * @param recipients of the home identities
   */
  static async begin(folder: string, recipients: readonly string[]): Promise<void> {
    await Vault.begin(folder, recipients);
    SecretStore.#writeFacts(folder, { recipients: { home: recipients, cluster: null }, made: {}, publicHalves: {} });
  }

  /** Makes `public.yml` again for secrets that are there without it. */
  static async recover(folder: string, identities: readonly string[], recipients: readonly string[]): Promise<void> {
    await Vault.open(folder, identities);
    SecretStore.#writeFacts(folder, { recipients: { home: recipients, cluster: null }, made: {}, publicHalves: {} });
  }

  /** @throws SecretFileError when there are none, or the identities do not open them. */
  static async open(folder: string, identities: readonly string[], now: Date): Promise<SecretStore> {
    const facts = readPublicFacts(folder);
    return new SecretStore(folder, identities, now, facts, await Vault.open(folder, identities));
  }

  get facts(): PublicFacts {
    return this.#facts;
  }

  get vaultPassword(): string {
    return this.#vault.password;
  }

  /** Who can open what the cluster reads. */
  get #clusterRecipients(): string[] {
    const { home, cluster } = this.#facts.recipients;
    return cluster === null ? [...home] : [...home, cluster];
  }

  /** The parts of a secret that stand somewhere as they are, with those that follow from them. */
  async read(secret: Secret): Promise<Parts> {
    const parts: Record<string, string> = {};
    for (const place of secret.places) {
      if (place.in === 'cluster' && place.form !== undefined) continue;
      const value = place.in === 'boards' ? this.#variable(place.variable) : await this.#clusterValue(place);
      if (value !== undefined && value !== '') parts[place.part] ??= value;
    }
    return deriveParts(secret.source, parts);
  }

  /**
   * Writes the parts to every place that has another value.
   * @returns how many places changed
   */
  async write(secret: Secret, parts: Parts): Promise<number> {
    let changed = 0;
    for (const place of secret.places) {
      const part = parts[place.part];
      if (part === undefined) throw new Error(`${secret.name} has no part ${place.part}`);
      if (place.in === 'boards') {
        if (this.#variable(place.variable) === part) continue;
        if (isTemplate(part)) throw templateRefused(secret.name);
        this.#variableChanges.set(place.variable, part);
      } else {
        const old = await this.#clusterValue(place);
        const value = place.form === 'htpasswd' ? htpasswd(secret, part, old) : part;
        if (old === value) continue;
        this.#changesOf(idOf(place)).set(place.key, value);
      }
      changed += 1;
    }
    const day = this.#now.toISOString().slice(0, 10);
    const halves = publicHalves(secret.source, parts);
    const { made, publicHalves: known, recipients } = this.#facts;
    this.#facts = {
      recipients:
        secret.name === clusterIdentityName ? { ...recipients, cluster: parts['recipient'] ?? null } : recipients,
      made: { ...made, [secret.name]: changed === 0 ? (made[secret.name] ?? day) : day },
      publicHalves: Object.keys(halves).length === 0 ? known : { ...known, [secret.name]: halves },
    };
    return changed;
  }

  /** Writes a new value, and keeps the one before where something old still needs it. */
  async replace(secret: Secret, parts: Parts): Promise<void> {
    if (secret.keptBefore !== undefined) {
      const before = (await this.read(secret))[secret.keptBefore.part];
      if (before !== undefined) this.#variableChanges.set(secret.keptBefore.variable, before);
    }
    await this.write(secret, parts);
  }

  /** Where a value stands that belongs to none of the secrets. */
  async orphans(secrets: readonly Secret[]): Promise<Orphan[]> {
    const wanted = new Set(
      secrets.flatMap(({ places, keptBefore }) => [...places, ...(keptBefore ? [keptBefore] : [])].map(formatPlace)),
    );
    const found: Orphan[] = [...this.#variables.keys()]
      .filter((variable) => variable.startsWith('vault_'))
      .map((variable) => ({ in: 'boards', variable }));
    for (const id of await ourClusterFiles(this.#folder, this.#identities)) {
      const [namespace = '', secret = ''] = id.split('/');
      const { values } = await this.#file(id);
      found.push(...[...values.keys()].map((key) => ({ in: 'cluster' as const, namespace, secret, key })));
    }
    return found.filter((orphan) => !wanted.has(formatPlace(orphan)));
  }

  /** Forgets what belongs to none of the secrets. */
  async forget(orphans: readonly Orphan[], secrets: readonly Secret[]): Promise<void> {
    for (const orphan of orphans) {
      if (orphan.in === 'boards') this.#variableChanges.set(orphan.variable, undefined);
      else this.#changesOf(idOf(orphan)).set(orphan.key, undefined);
    }
    const names = new Set([...secrets.map(({ name }) => name), vaultPasswordName]);
    const ofThem = <T>(facts: Readonly<Record<string, T>>) =>
      Object.fromEntries(Object.entries(facts).filter(([name]) => names.has(name)));
    const { made, publicHalves } = this.#facts;
    this.#facts = { ...this.#facts, made: ofThem(made), publicHalves: ofThem(publicHalves) };
  }

  /**
   * Other home recipients: all is encrypted to them. Without one that was there before, keys and password are new, too:
   * it has the old ones.
   */
  async setHomeRecipients(home: readonly string[]): Promise<void> {
    const isFewer = this.#facts.recipients.home.some((one) => !home.includes(one));
    this.#facts = { ...this.#facts, recipients: { ...this.#facts.recipients, home } };
    await this.save();
    if (isFewer) await this.renewVaultPassword();
    else await this.#vault.writePassword(home);
  }

  /** A new Vault password. */
  async renewVaultPassword(): Promise<void> {
    await this.#vault.renewPassword(this.#facts.recipients.home);
    const day = this.#now.toISOString().slice(0, 10);
    this.#facts = { ...this.#facts, made: { ...this.#facts.made, [vaultPasswordName]: day } };
    SecretStore.#writeFacts(this.#folder, this.#facts);
  }

  /** Writes what changed. @returns the files, below the folder of the home */
  async save(): Promise<string[]> {
    for (const file of filesBelow(join(this.#folder, secretFiles.folder)).filter(isUnfinished))
      rmSync(join(this.#folder, secretFiles.folder, file));
    await this.#vault.settle(this.#facts.recipients.home, this.#identities);
    const text = changeVariables(this.#vault.text, this.#variableChanges);
    const files = await this.#nextFiles();

    // All of it is made. What the cluster opens its Secrets with comes before the Secrets.
    const written: string[] = [];
    if (text !== this.#vault.text) {
      this.#vault.write(text);
      written.push(secretFiles.vault);
    }
    for (const [file, next] of files) {
      if (next === undefined) rmSync(join(this.#folder, file));
      else writeWhole(join(this.#folder, file), next);
      written.push(file);
    }
    written.push(...SecretStore.#writeFacts(this.#folder, this.#facts));
    this.#variables = readVariables(text);
    this.#variableChanges.clear();
    this.#changes.clear();
    this.#files.clear();
    return written;
  }

  /** Files of Secrets that are to be other than they are. */
  async #nextFiles(): Promise<[file: string, text: string | undefined][]> {
    const ids = new Set([...(await ourClusterFiles(this.#folder, this.#identities)), ...this.#changes.keys()]);
    const files: [string, string | undefined][] = [];
    for (const id of [...ids].sort()) {
      const file = await this.#file(id);
      const changes: Changes = this.#changes.get(id) ?? new Map();
      const next = await nextText(file, id, changes, this.#clusterRecipients, this.#identities, this.#now);
      if (next !== file.text) files.push([fileOf(id), next]);
    }
    return files;
  }

  static #writeFacts(folder: string, facts: PublicFacts): string[] {
    const { home, cluster } = facts.recipients;
    const written = writeSopsConfig(folder, cluster === null ? home : [...home, cluster]);
    // Last: with it the home has secrets.
    const text = formatPublicFacts(facts);
    if (readIfThere(join(folder, secretFiles.public)) === text) return written;
    writeWhole(join(folder, secretFiles.public), text);
    return [...written, secretFiles.public];
  }

  #variable(name: string): string | undefined {
    if (this.#variableChanges.has(name)) return this.#variableChanges.get(name);
    const value = this.#variables.get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw new SecretFileError(
      `${secretFiles.vault}: ${name} is no text.`,
      'Put its value in quotes with ansible-vault edit: a number could have lost digits already.',
    );
  }

  async #clusterValue(place: ClusterPlace): Promise<string | undefined> {
    const changes = this.#changes.get(idOf(place));
    if (changes?.has(place.key)) return changes.get(place.key);
    return (await this.#file(idOf(place))).values.get(place.key);
  }

  #changesOf(id: string): Map<string, string | undefined> {
    const changes = this.#changes.get(id) ?? new Map<string, string | undefined>();
    this.#changes.set(id, changes);
    return changes;
  }

  async #file(id: string): Promise<ClusterFile> {
    const file = this.#files.get(id) ?? (await openClusterFile(this.#folder, id, this.#identities));
    this.#files.set(id, file);
    return file;
  }
}

/** The secret whose value is the cluster identity. */
export const clusterIdentityName = 'cluster-identity';

/** The Vault password is a secret of its own: it opens the others. */
export const vaultPasswordName = 'vault-password';

function idOf({ namespace, secret }: Pick<ClusterPlace, 'namespace' | 'secret'>): string {
  return `${namespace}/${secret}`;
}

function htpasswd({ source }: Secret, password: string, old: string | undefined): string {
  if (source.kind !== 'password') throw new Error('only a password has a line of htpasswd');
  const line = old?.trim();
  if (line !== undefined && verifyHtpasswd(line, source.user, password)) return old ?? line;
  return htpasswdLine(source.user, password);
}

function templateRefused(name: string): SecretFileError {
  return new SecretFileError(
    `The value of ${name} has {{, {% or {#, which Ansible would take for a template.`,
    'Have the other side make another one.',
  );
}
