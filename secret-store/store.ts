import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BoardsPlace, type ClusterPlace, formatPlace, type Secret } from '../model/secrets.ts';
import { decryptWithIdentities, encryptToRecipients } from '../secret-files/age.ts';
import { decryptVault, encryptVault, updateVault } from '../secret-files/ansible-vault.ts';
import { SecretFileError } from '../secret-files/error.ts';
import { secretDocument, secretValues } from '../secret-files/kubernetes-secret.ts';
import { readSops, rewrapSops, updateSops, writeSops } from '../secret-files/sops.ts';
import { sopsConfig } from '../secret-files/sops-config.ts';
import { htpasswdLine, verifyHtpasswd } from '../secret-values/htpasswd.ts';
import { machinePassword, makePassword } from '../secret-values/password.ts';
import { clusterFile, filesBelow, isUnfinished, readIfThere, secretFiles, writeWhole } from './files.ts';
import { deriveParts, type Parts, publicHalves } from './make.ts';
import { formatPublicFacts, type PublicFacts, parsePublicFacts } from './public.ts';
import { changeVariables, isTemplate, readVariables } from './variables.ts';

/** Where a value stands that nobody needs. */
export type Orphan = Omit<ClusterPlace, 'part' | 'form'> | Omit<BoardsPlace, 'part'>;

/** A Secret of the cluster, opened: its values, and those that are to be written. */
interface Opened {
  readonly text: string | undefined;
  /** Whether homecloud wrote it: an admin can keep Secrets of their own beside them. */
  readonly isOurs: boolean;
  readonly values: ReadonlyMap<string, string>;
  readonly changes: Map<string, string | undefined>;
}

/**
 * The secrets of a home, opened with a home identity. Values are changed in memory; `save` writes file after file,
 * each in one step. A run that is killed leaves every file readable, and `add` mends what does not fit together.
 */
export class SecretStore {
  readonly #folder: string;
  readonly #identities: readonly string[];
  readonly #now: Date;
  #facts: PublicFacts;
  #vaultPassword: string;
  /** File of the password that opens the Vault. */
  readonly #vaultPasswordFile: string;
  #vaultText: string;
  readonly #variables: Map<string, string>;
  readonly #variableChanges = new Map<string, string | undefined>();
  readonly #opened = new Map<string, Opened>();

  private constructor(folder: string, identities: readonly string[], now: Date, facts: PublicFacts, vault: OpenVault) {
    this.#folder = folder;
    this.#identities = identities;
    this.#now = now;
    this.#facts = facts;
    this.#vaultPassword = vault.password;
    this.#vaultPasswordFile = vault.passwordFile;
    this.#vaultText = vault.text;
    this.#variables = readVariables(vault.text);
  }

  /**
   * Begins the secrets of a home: the Vault password, and an empty Vault.
   * @param recipients of the home identities
   */
  static async begin(folder: string, recipients: readonly string[]): Promise<void> {
    const password = makePassword(machinePassword);
    const facts: PublicFacts = { recipients: { home: recipients, cluster: null }, made: {}, publicHalves: {} };
    const encrypted = await encryptToRecipients(Buffer.from(`${password}\n`), recipients);
    writeWhole(join(folder, secretFiles.vaultPassword), encrypted);
    writeWhole(join(folder, secretFiles.vault), encryptVault('---\n', password));
    writeWhole(join(folder, secretFiles.sopsConfig), sopsConfig(recipients));
    // Last: with it the home has secrets.
    writeWhole(join(folder, secretFiles.public), formatPublicFacts(facts));
  }

  /** @throws SecretFileError when there are none, or the identities do not open them. */
  static async open(folder: string, identities: readonly string[], now: Date): Promise<SecretStore> {
    const facts = readFacts(folder);
    const vault = readIfThere(join(folder, secretFiles.vault));
    return new SecretStore(folder, identities, now, facts, await openVault(folder, identities, vault));
  }

  get facts(): PublicFacts {
    return this.#facts;
  }

  get vaultPassword(): string {
    return this.#vaultPassword;
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
        (await this.#secret(place.namespace, place.secret)).changes.set(place.key, value);
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

  /** Where a value stands that belongs to none of the secrets. */
  async orphans(secrets: readonly Secret[]): Promise<Orphan[]> {
    const wanted = new Set(secrets.flatMap(({ places }) => places.map(formatPlace)));
    const found: Orphan[] = [...this.#variables.keys()]
      .filter((variable) => variable.startsWith('vault_'))
      .map((variable) => ({ in: 'boards', variable }));
    for (const file of filesBelow(join(this.#folder, secretFiles.kubernetes))) {
      const [, namespace, secret] = /^([^/]+)\/([^/]+)\.sops\.yaml$/.exec(file) ?? [];
      if (namespace === undefined || secret === undefined) continue;
      const { values, isOurs } = await this.#secret(namespace, secret);
      if (!isOurs) continue;
      found.push(...[...values.keys()].map((key) => ({ in: 'cluster' as const, namespace, secret, key })));
    }
    return found.filter((orphan) => !wanted.has(formatPlace(orphan)));
  }

  /** Forgets what belongs to none of the secrets. */
  async forget(orphans: readonly Orphan[], secrets: readonly Secret[]): Promise<void> {
    for (const orphan of orphans) {
      if (orphan.in === 'boards') this.#variableChanges.set(orphan.variable, undefined);
      else (await this.#secret(orphan.namespace, orphan.secret)).changes.set(orphan.key, undefined);
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
    this.#cleanUp();
    if (isFewer) {
      await this.renewClusterFiles();
      await this.renewVaultPassword();
      return;
    }
    await this.#rewrap();
    const password = await encryptToRecipients(Buffer.from(`${this.#vaultPassword}\n`), home);
    writeWhole(join(this.#folder, secretFiles.vaultPassword), password);
    this.#writeFacts();
  }

  /** Encrypts all Secrets of the cluster anew, with new data keys, to the recipients of now. */
  async renewClusterFiles(): Promise<void> {
    for (const file of this.#clusterFiles()) {
      const path = join(this.#folder, file);
      const document = await naming(file, () => readSops(readIfThere(path) ?? '', this.#identities));
      writeWhole(path, await writeSops(document, this.#clusterRecipients, this.#now));
    }
  }

  /** A new Vault password. The one before opens the Vault until the new one is in its place. */
  async renewVaultPassword(): Promise<void> {
    this.#cleanUp();
    const password = makePassword(machinePassword);
    const next = join(this.#folder, secretFiles.nextVaultPassword);
    const encrypted = await encryptToRecipients(Buffer.from(`${password}\n`), this.#facts.recipients.home);
    writeWhole(next, encrypted);
    this.#vaultPassword = password;
    writeWhole(join(this.#folder, secretFiles.vault), encryptVault(this.#vaultText, password));
    writeWhole(join(this.#folder, secretFiles.vaultPassword), encrypted);
    rmSync(next);
    this.#facts = {
      ...this.#facts,
      made: { ...this.#facts.made, [vaultPasswordName]: this.#now.toISOString().slice(0, 10) },
    };
    this.#writeFacts();
  }

  /** Writes what changed. @returns the files, below the folder of the home */
  async save(): Promise<string[]> {
    this.#cleanUp();
    const written: string[] = [];
    const put = (file: string, text: string) => {
      if (readIfThere(join(this.#folder, file)) === text) return;
      writeWhole(join(this.#folder, file), text);
      written.push(file);
    };
    if (this.#variableChanges.size > 0) {
      this.#vaultText = changeVariables(this.#vaultText, this.#variableChanges);
      const old = readIfThere(join(this.#folder, secretFiles.vault));
      put(
        secretFiles.vault,
        old === undefined
          ? encryptVault(this.#vaultText, this.#vaultPassword)
          : updateVault(old, this.#vaultText, this.#vaultPassword),
      );
      this.#variableChanges.clear();
    }
    for (const [id, { text, values, changes }] of this.#opened) {
      if (changes.size === 0) continue;
      const [namespace = '', name = ''] = id.split('/');
      const file = clusterFile(namespace, name);
      const isEmpty = [...values.keys(), ...changes.keys()].every(
        (key) => changes.has(key) && changes.get(key) === undefined,
      );
      if (isEmpty) rmSync(join(this.#folder, file));
      else put(file, await this.#changed(namespace, name, text, changes));
    }
    this.#opened.clear();
    await this.#rewrap();
    put(secretFiles.sopsConfig, sopsConfig(this.#clusterRecipients));
    put(secretFiles.public, formatPublicFacts(this.#facts));
    return written;
  }

  async #changed(
    namespace: string,
    name: string,
    text: string | undefined,
    changes: ReadonlyMap<string, string | undefined>,
  ): Promise<string> {
    if (text !== undefined) return updateSops(text, this.#identities, Object.fromEntries(changes), this.#now);
    const values = Object.fromEntries(
      [...changes].flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])).sort(),
    );
    // Flux would read `$` in a value as a variable of its own (kustomize-controller, "Post build variable substitution").
    const annotations = { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' };
    const document = secretDocument({ name, namespace, labels: ourLabel, annotations, values });
    return writeSops(document, this.#clusterRecipients, this.#now);
  }

  /** Lets exactly the recipients of now open the Secrets of the cluster. */
  async #rewrap(): Promise<void> {
    const recipients = this.#clusterRecipients;
    for (const file of this.#clusterFiles()) {
      const path = join(this.#folder, file);
      const text = readIfThere(path) ?? '';
      const rewrapped = await naming(file, () => rewrapSops(text, this.#identities, recipients));
      if (rewrapped !== text) writeWhole(path, rewrapped);
    }
  }

  #clusterFiles(): string[] {
    return filesBelow(join(this.#folder, secretFiles.kubernetes))
      .filter((file) => file.endsWith('.sops.yaml'))
      .map((file) => `${secretFiles.kubernetes}/${file}`);
  }

  /** Takes away what a run that was killed left, and ends its change of the Vault password. */
  #cleanUp(): void {
    for (const file of filesBelow(join(this.#folder, secretFiles.folder)).filter(isUnfinished))
      rmSync(join(this.#folder, secretFiles.folder, file));
    const next = join(this.#folder, secretFiles.nextVaultPassword);
    const text = readIfThere(next);
    if (text === undefined) return;
    if (this.#vaultPasswordFile === secretFiles.nextVaultPassword)
      writeWhole(join(this.#folder, secretFiles.vaultPassword), text);
    rmSync(next);
  }

  #writeFacts(): void {
    writeWhole(join(this.#folder, secretFiles.sopsConfig), sopsConfig(this.#clusterRecipients));
    writeWhole(join(this.#folder, secretFiles.public), formatPublicFacts(this.#facts));
  }

  #variable(name: string): string | undefined {
    return this.#variableChanges.has(name) ? this.#variableChanges.get(name) : this.#variables.get(name);
  }

  async #clusterValue({ namespace, secret, key }: ClusterPlace): Promise<string | undefined> {
    const { values, changes } = await this.#secret(namespace, secret);
    return changes.has(key) ? changes.get(key) : values.get(key);
  }

  async #secret(namespace: string, name: string): Promise<Opened> {
    const id = `${namespace}/${name}`;
    const known = this.#opened.get(id);
    if (known !== undefined) return known;
    const text = readIfThere(join(this.#folder, clusterFile(namespace, name)));
    const opened = { text, ...(await this.#open(text, id)), changes: new Map() };
    this.#opened.set(id, opened);
    return opened;
  }

  async #open(text: string | undefined, id: string): Promise<Pick<Opened, 'isOurs' | 'values'>> {
    if (text === undefined) return { isOurs: true, values: new Map() };
    const document = await naming(`${secretFiles.kubernetes}/${id}.sops.yaml`, () => readSops(text, this.#identities));
    const { labels } = (document['metadata'] ?? {}) as { labels?: Readonly<Record<string, unknown>> };
    return {
      isOurs: Object.entries(ourLabel).every(([key, value]) => labels?.[key] === value),
      values: new Map([...secretValues(document)].map(([key, value]) => [key, value.toString()])),
    };
  }
}

/** Marks the Secrets that homecloud wrote (Kubernetes, "Recommended Labels"). */
const ourLabel = { 'app.kubernetes.io/managed-by': 'homecloud' };

/** The Vault password is a secret of its own: it opens the others. */
export const vaultPasswordName = 'vault-password';

/** The secret whose value is the cluster identity. */
export const clusterIdentityName = 'cluster-identity';

/** @throws SecretFileError when the home has no secrets yet. */
export function readFacts(folder: string): PublicFacts {
  const text = readIfThere(join(folder, secretFiles.public));
  if (text === undefined) {
    throw new SecretFileError(
      `This home has no secrets yet: there is no ${secretFiles.public}.`,
      'Run: homecloud secrets init',
    );
  }
  return parsePublicFacts(text);
}

interface OpenVault {
  readonly password: string;
  readonly passwordFile: string;
  readonly text: string;
}

/** Opens the Vault, also between its old password and its next. */
async function openVault(folder: string, identities: readonly string[], vault: string | undefined): Promise<OpenVault> {
  let failure: unknown = new SecretFileError(
    `There is no ${secretFiles.vaultPassword}.`,
    'Take it from Git again: without it the Vault cannot be opened.',
  );
  for (const passwordFile of [secretFiles.vaultPassword, secretFiles.nextVaultPassword]) {
    const encrypted = readIfThere(join(folder, passwordFile));
    if (encrypted === undefined) continue;
    try {
      const bytes = await naming(passwordFile, () => decryptWithIdentities(encrypted, identities));
      const password = Buffer.from(bytes).toString().trim();
      const open = async () => (vault === undefined ? '' : decryptVault(vault, password).toString());
      return { password, passwordFile, text: await naming(secretFiles.vault, open) };
    } catch (error) {
      if (!(error instanceof SecretFileError)) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** Does something with a file, whose name what is wrong then begins with. */
async function naming<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SecretFileError)) throw error;
    throw new SecretFileError(`${file}: ${error.message}`, error.hint);
  }
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
