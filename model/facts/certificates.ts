import type { Config } from '../config.ts';
import type { Resources } from '../resources.ts';

/** Certificates of the home's host names, and who signs them. */
export interface Certificates {
  /** Namespace of cert-manager. */
  readonly namespace: string;
  /** Name of the ClusterIssuer. */
  readonly issuer: string;
  readonly authority: PrivateAuthority | AcmeAuthority;
  readonly list: readonly Certificate[];
  /** Name servers outside the home. */
  readonly resolvers: readonly string[];
  /** Of the parts of cert-manager; `check` runs once, when it is installed. */
  readonly resources: Readonly<Record<'controller' | 'webhook' | 'cainjector' | 'check', Resources>>;
  readonly values: Config['certificates']['values'];
}

/** A certificate, kept in a Secret that cert-manager makes. */
export interface Certificate {
  readonly name: string;
  readonly secretName: string;
  readonly namespace: string;
  readonly dnsNames: readonly string[];
}

/** An authority of the home itself. */
export interface PrivateAuthority {
  readonly kind: 'private-ca';
  readonly secretName: string;
  /** Its root in PEM, which people install on their devices; `null` before it is made. */
  readonly root: string | null;
}

/** A public authority that is asked by ACME (RFC 8555). */
export interface AcmeAuthority {
  readonly kind: 'acme';
  /** URL of its directory. */
  readonly server: string;
  readonly email: string;
  /** Secret with the key of the account, which cert-manager makes. */
  readonly accountSecretName: string;
  readonly proof:
    | { readonly by: 'http' }
    | {
        readonly by: 'dns';
        readonly provider: DnsProvider;
        readonly credential: { readonly secretName: string; readonly key: string };
      };
}

/** Who hosts the public zone of the home. */
export type DnsProvider =
  | { readonly kind: 'cloudflare' | 'digitalocean' }
  | {
      readonly kind: 'route53';
      readonly accessKeyId: string;
      readonly region: string;
      readonly hostedZoneId: string | null;
    }
  | {
      readonly kind: 'rfc2136';
      readonly nameserver: string;
      readonly keyName: string;
      readonly algorithm: 'HMACSHA256' | 'HMACSHA512';
    }
  | { readonly kind: 'acme-dns'; readonly server: string };
