/**
 * A secret that the home needs. Its value never stands in the model, which says how one is made and where it is
 * written. One value that several read is one secret with several places, written together.
 */
export interface Secret {
  /** Its name in the commands: `samba-alice`. */
  readonly name: string;
  /** Who reads it, and for what. */
  readonly purpose: string;
  readonly source: SecretSource;
  readonly places: readonly SecretPlace[];
  /** What brings a new value to where it is read, and what that interrupts. */
  readonly rotation: string;
  /** Boards that have it on their disks, and with it whoever steals one. @default all */
  readonly onBoards?: readonly string[];
  /** Where the value before is kept, for something old that still needs it. @default nowhere */
  readonly keptBefore?: BoardsPlace;
}

/**
 * Where a value comes from, and so which parts it has.
 *
 * | kind | parts |
 * |---|---|
 * | `password` | `password`, which a person types; `user` goes with it |
 * | `token` | `token` |
 * | `ssh-key` | `privateKey`, `publicKey` |
 * | `age-identity` | `identity`, `recipient` |
 * | `syncthing-identity` | `certificate`, `key`, `deviceId` |
 * | `certificate-authority` | `ca.crt`, `tls.crt`, `tls.key` |
 * | `supplied` | `value`: the admin has it from elsewhere |
 */
export type SecretSource =
  | { readonly kind: 'password'; readonly user: string }
  | { readonly kind: 'token' }
  | { readonly kind: 'ssh-key' }
  | { readonly kind: 'age-identity' }
  | { readonly kind: 'syncthing-identity' }
  | { readonly kind: 'certificate-authority'; readonly domain: string; readonly subnet: string }
  | { readonly kind: 'supplied'; readonly what: string };

export type SecretPlace = ClusterPlace | BoardsPlace;

/** A key of a Secret in `secrets/kubernetes/<namespace>/<secret>.sops.yaml`: the home and the cluster can read it. */
export interface ClusterPlace {
  readonly in: 'cluster';
  readonly namespace: string;
  readonly secret: string;
  readonly key: string;
  readonly part: string;
  /** `htpasswd`: a line of user and bcrypt hash, from which the password cannot be had again. @default as it is */
  readonly form?: 'htpasswd';
}

/** A variable of `secrets/boards.vault.yml`: only the home can read it. */
export interface BoardsPlace {
  readonly in: 'boards';
  readonly variable: string;
  readonly part: string;
}

/** A place in words: `dnas/dnas-users alice`, `vault_k3s_token`. */
export function formatPlace(
  place: Pick<ClusterPlace, 'in' | 'namespace' | 'secret' | 'key'> | Pick<BoardsPlace, 'in' | 'variable'>,
): string {
  return place.in === 'cluster' ? `${place.namespace}/${place.secret} ${place.key}` : place.variable;
}

/** A Secret of the cluster, with the keys that its readers need. */
export interface ClusterSecret {
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
}

/** The Secrets of the cluster that all secrets together make, in order of namespace and name. */
export function clusterSecrets(secrets: readonly Secret[]): ClusterSecret[] {
  const keys = new Map<string, ClusterPlace[]>();
  for (const place of secrets.flatMap(({ places }) => places)) {
    if (place.in !== 'cluster') continue;
    const id = `${place.namespace}/${place.secret}`;
    keys.set(id, [...(keys.get(id) ?? []), place]);
  }
  return [...keys.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, [first, ...more]]) =>
      first === undefined
        ? []
        : [
            {
              namespace: first.namespace,
              name: first.secret,
              keys: [first, ...more].map(({ key }) => key).sort(),
            },
          ],
    );
}

/** The variable of the Vault that a board's role takes a part from: letters, digits and underscores only. */
export function vaultVariable(...words: readonly string[]): string {
  return ['vault', ...words].join('_').replaceAll('-', '_');
}
