import { type Chart, JsonPatch } from 'cdk8s';
import {
  ClusterIssuer,
  type ClusterIssuerSpec,
  type ClusterIssuerSpecAcmeSolvers,
  type ClusterIssuerSpecAcmeSolversDns01,
} from '../../imports/cert-manager.io.ts';
import type { AcmeAuthority, Certificates, DnsProvider } from '../../model/facts/certificates.ts';

/** Annotations of Traefik for an Ingress: the entry point without TLS, which an authority asks. */
const atPort80 = { 'traefik.ingress.kubernetes.io/router.entrypoints': 'web' } as const;

/** Who signs the certificates of the home. Its Secrets are in the namespace of cert-manager. */
export function addIssuer(chart: Chart, { issuer, authority }: Certificates): void {
  const spec: ClusterIssuerSpec =
    authority.kind === 'private-ca' ? { ca: { secretName: authority.secretName } } : { acme: acme(authority) };
  const object = new ClusterIssuer(chart, 'issuer', { metadata: { name: issuer }, spec });
  // A chart gives its namespace to every object; this one is of the whole cluster.
  object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
}

function acme({ server, email, accountSecretName, proof }: AcmeAuthority): NonNullable<ClusterIssuerSpec['acme']> {
  const solver: ClusterIssuerSpecAcmeSolvers =
    proof.by === 'http'
      ? {
          // Else cert-manager first asks for the answer itself, by the name's public address, which many a router does not
          // let its own network reach (hairpin NAT). A board that has not run the answering pod yet fetches its image.
          waitInsteadOfSelfCheck: '5m',
          http01: {
            ingress: { ingressClassName: 'traefik', ingressTemplate: { metadata: { annotations: atPort80 } } },
          },
        }
      : { dns01: dns01(proof.provider, { name: proof.credential.secretName, key: proof.credential.key }) };
  return { server, email, privateKeySecretRef: { name: accountSecretName }, solvers: [solver] };
}

interface SecretKey {
  readonly name: string;
  readonly key: string;
}

function dns01(provider: DnsProvider, credential: SecretKey): ClusterIssuerSpecAcmeSolversDns01 {
  switch (provider.kind) {
    case 'cloudflare':
      return { cloudflare: { apiTokenSecretRef: credential } };
    case 'digitalocean':
      return { digitalocean: { tokenSecretRef: credential } };
    case 'route53':
      return {
        route53: {
          accessKeyId: provider.accessKeyId,
          region: provider.region,
          ...(provider.hostedZoneId !== null && { hostedZoneId: provider.hostedZoneId }),
          secretAccessKeySecretRef: credential,
        },
      };
    case 'rfc2136':
      return {
        rfc2136: {
          nameserver: `${provider.nameserver}:53`,
          tsigKeyName: provider.keyName,
          tsigAlgorithm: provider.algorithm,
          tsigSecretSecretRef: credential,
        },
      };
    case 'acme-dns':
      return { acmeDns: { host: provider.server, accountSecretRef: credential } };
  }
}
