import { type Secret, vaultVariable } from './secrets.ts';

/** Who logs in at pages for the admin. */
const user = 'admin';

/**
 * The Secret of a page for the admin that has no login of its own: lines of an htpasswd file, in the key `users`
 * (Traefik documentation, BasicAuth).
 */
export function adminPageSecretName(capability: string): string {
  return `${capability}-auth`;
}

export interface AdminPage {
  readonly capability: string;
  /** Of the route and its middleware. */
  readonly namespace: string;
  /** What the page is: `the page of Longhorn`. */
  readonly what: string;
}

/** The password that such a page asks for. The cluster has its hash, the home the password. */
export function adminPageSecret({ capability, namespace, what }: AdminPage): Secret {
  return {
    name: `${capability}-page`,
    purpose: `the admin sees ${what} with it, as ${user}`,
    source: { kind: 'password', user },
    places: [
      { in: 'boards', variable: vaultVariable(capability, 'page_password'), part: 'password' },
      {
        in: 'cluster',
        namespace,
        secret: adminPageSecretName(capability),
        key: 'users',
        part: 'password',
        form: 'htpasswd',
      },
    ],
    rotation: 'push: Flux brings it to Traefik, and browsers ask again.',
  };
}
