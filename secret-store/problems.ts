/** Codes of what is wrong with the secrets of a home. */
export const secretRules = [
  {
    code: 'SEC001',
    severity: 'error',
    title: 'no secret is a known default, short, or the name of who uses it',
    reason: 'it is the first that an attacker tries',
  },
  {
    code: 'SEC003',
    severity: 'error',
    title: 'no two secrets have one value',
    reason: 'who steals one has the other',
  },
  {
    code: 'SEC008',
    severity: 'error',
    title: 'every file in secrets/ is encrypted',
    reason: 'whoever reads the repository reads the secret, for ever',
  },
  {
    code: 'SEC009',
    severity: 'error',
    title: 'every Secret that the home reads is in secrets/kubernetes/, with its keys',
    reason: 'what reads it never starts',
  },
  {
    code: 'SEC010',
    severity: 'error',
    title: 'no secret is encrypted to the throw-away identity of the sample',
    reason: 'everyone has that identity: it stands in the repository of homecloud',
  },
  {
    code: 'SEC011',
    severity: 'error',
    title: 'Git has no private key in clear text',
    reason: 'whoever reads the repository has the key, for ever',
  },
  {
    code: 'SEC012',
    severity: 'error',
    title: 'files of secrets can be opened, and are whole',
    reason: 'what they held cannot be used, nor trusted',
  },
  {
    code: 'SEC013',
    severity: 'error',
    title: 'every Secret of the cluster can be opened by the home and by the cluster',
    reason: 'Flux cannot open it, and what reads it never starts',
  },
  {
    code: 'SEC015',
    severity: 'error',
    title: "the private authority signs for the home's domain and network",
    reason: 'devices refuse every certificate of it, while the cluster says that all is well',
  },
  {
    code: 'SEC016',
    severity: 'error',
    title: 'no device of a person, and no peer elsewhere, has the Syncthing ID of a board',
    reason: 'the board would be given shares that are not its own, and the device that was meant none',
  },
] as const;

export type SecretCode = (typeof secretRules)[number]['code'];

/** What is wrong with the secrets of a home. Never holds a value. */
export interface SecretProblem {
  readonly code: SecretCode;
  readonly message: string;
  readonly hint: string;
}

/** All that is wrong with the secrets of a home, at once. */
export class SecretsError extends Error {
  readonly problems: readonly SecretProblem[];

  constructor(problems: readonly SecretProblem[]) {
    super(problems.map(({ code, message }) => `${code}: ${message}`).join('\n'));
    this.name = 'SecretsError';
    this.problems = problems;
  }
}
