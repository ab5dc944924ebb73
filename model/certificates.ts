import * as z from 'zod';
import type { Pods } from './capacity.ts';
import { certificatesFlows, certManagerNamespace as namespace } from './certificates-flows.ts';
import { type ChartValues, chartValues } from './chart-values.ts';
import type { Config } from './config.ts';
import type { AcmeAuthority, Certificate, Certificates, DnsProvider, PrivateAuthority } from './facts/certificates.ts';
import { address, helmValue } from './fields.ts';
import type { HostName } from './model.ts';
import { rule } from './rules.ts';
import type { Secret } from './secrets.ts';
import type { Slice } from './slice.ts';
import { ingressNamespace } from './traefik.ts';

/** Name servers that anyone may ask: Cloudflare's and Quad9's. */
const publicResolvers = ['1.1.1.1', '9.9.9.9'];

const dnsOptions = z.strictObject({
  cloudflare: z.strictObject({}).optional().describe('Cloudflare: `cloudflare: {}`. Its API token is a secret.'),
  digitalocean: z.strictObject({}).optional().describe('DigitalOcean: `digitalocean: {}`. Its token is a secret.'),
  route53: z
    .strictObject({
      accessKeyId: z
        .string()
        .regex(/^[A-Z0-9]{16,128}$/, 'is not an access key ID of AWS: copy it, for example "AKIAIOSFODNN7EXAMPLE"')
        .describe('Access key ID of an IAM user who may change the zone. The secret access key is a secret.'),
      region: z
        .string()
        .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "is not a region of AWS: write for example 'eu-west-3'")
        .default('us-east-1')
        .describe('Region whose API is asked.'),
      hostedZoneId: z
        .string()
        .regex(/^[A-Z0-9]{1,32}$/, "is not a hosted zone ID: write for example 'Z0123456789ABC'")
        .optional()
        .describe('The zone; without it the user must be allowed to list zones.'),
    })
    .optional()
    .describe('Amazon Route 53.'),
  rfc2136: z
    .strictObject({
      nameserver: address.describe("The zone's primary name server, asked at port 53."),
      keyName: z
        .string()
        .regex(
          /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?$/,
          "is not the name of a key: write for example 'homecloud'",
        )
        .describe('Name of the TSIG key. The key is a secret, in base64.'),
      algorithm: z.enum(['HMACSHA256', 'HMACSHA512']).default('HMACSHA256').describe('Algorithm of the TSIG key.'),
    })
    .optional()
    .describe('Dynamic updates (RFC 2136) of a name server of your own: BIND, Knot, PowerDNS.'),
  acmeDns: z
    .strictObject({
      server: z
        .url({ protocol: /^https?$/, error: "is not an address: write for example 'https://auth.acme-dns.io'" })
        .describe('Address of the acme-dns server. The account there is a secret.'),
    })
    .optional()
    .describe('An acme-dns server, for a provider that is not in this list: a CNAME record leads there, once.'),
});

export const certificatesOptions = z.strictObject({
  mode: z
    .enum(['private-ca', 'acme-dns', 'acme-http', 'none'])
    .default('private-ca')
    .describe(
      "Who signs the certificates. `private-ca`: an authority of the home, whose root each phone and laptop installs once; works without the internet and with any domain. `acme-dns`: Let's Encrypt, for one wildcard certificate, proven by a record in your public zone; nothing of the home need be reachable. `acme-http`: Let's Encrypt, for one certificate per host name, proven at port 80 from the outside. `none`: Traefik's own, which browsers warn about, for a lab.",
    ),
  staging: z
    .boolean()
    .default(false)
    .describe(
      "Ask the test authority of Let's Encrypt, whose limits are wide and whose certificates no browser trusts: for the first try.",
    ),
  dns: dnsOptions.prefault({}).describe('Who hosts your public zone: one of these, for `acme-dns`.'),
  resolvers: z
    .array(address)
    .min(1, 'is empty: give the address of at least one public name server')
    .default(publicResolvers)
    .describe(
      'Name servers outside the home, which are asked whether a record of `acme-dns` is there. Those of the home may have answers of their own.',
    ),
  values: z
    .record(z.string(), helmValue)
    .default({})
    .describe("More values of cert-manager's Helm chart, merged over those of homecloud."),
});

type CertificatesConfig = Config['certificates'];

const authoritySecretName = 'home-ca';
/** Its name among the secrets, and so that of its public half. */
const authorityName = 'home-ca';

/** Directories of ACME (Let's Encrypt documentation, "ACME Protocol" and "Staging Environment"). */
const acmeServers = {
  production: 'https://acme-v02.api.letsencrypt.org/directory',
  staging: 'https://acme-staging-v02.api.letsencrypt.org/directory',
} as const;

/** What cert-manager keeps for a home's few certificates: the caches of it grow with the Secrets of the cluster. */
const resources: Certificates['resources'] = {
  controller: { cpuRequest: '10m', memoryRequest: '48Mi', memoryLimit: '160Mi' },
  webhook: { cpuRequest: '5m', memoryRequest: '24Mi', memoryLimit: '96Mi' },
  cainjector: { cpuRequest: '5m', memoryRequest: '48Mi', memoryLimit: '160Mi' },
  check: { cpuRequest: '5m', memoryRequest: '24Mi', memoryLimit: '96Mi' },
};

/**
 * @param hostNames of the whole home: each gets a certificate
 * @param publicHalves of the secrets, by secret and part
 */
export function planCertificates(
  config: Config,
  hostNames: readonly HostName[],
  publicHalves: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Certificates | null {
  const { certificates, home } = config;
  const { mode } = certificates;
  if (mode === 'none') return null;
  return {
    namespace,
    issuer: issuerOf(certificates),
    authority: mode === 'private-ca' ? privateAuthority(publicHalves) : acmeAuthority(config),
    list: mode === 'acme-http' ? perHost(home.domain, hostNames) : wildcard(home.domain, hostNames),
    resolvers: certificates.resolvers,
    resources,
    values: certificates.values,
  };
}

/** Named for whom it asks: cert-manager has a certificate made anew when the name of its issuer is another, and only then. */
function issuerOf({ mode, staging }: CertificatesConfig): string {
  if (mode === 'private-ca') return 'private-ca';
  return staging ? 'lets-encrypt-staging' : 'lets-encrypt';
}

function privateAuthority(publicHalves: Readonly<Record<string, Readonly<Record<string, string>>>>): PrivateAuthority {
  return { kind: 'private-ca', secretName: authoritySecretName, root: publicHalves[authorityName]?.['ca.crt'] ?? null };
}

function acmeAuthority({ certificates, home }: Config): AcmeAuthority {
  const { mode, staging, dns } = certificates;
  const provider = mode === 'acme-dns' ? providerOf(dns) : undefined;
  return {
    kind: 'acme',
    server: staging ? acmeServers.staging : acmeServers.production,
    email: home.admin.email,
    accountSecretName: `${issuerOf(certificates)}-account`,
    proof:
      provider === undefined
        ? { by: 'http' }
        : { by: 'dns', provider, credential: { secretName: credentials[provider.kind].secret, key: credentialKey } },
  };
}

/** The one provider that a checked config has. */
function providerOf({
  cloudflare,
  digitalocean,
  route53,
  rfc2136,
  acmeDns,
}: CertificatesConfig['dns']): DnsProvider | undefined {
  if (cloudflare) return { kind: 'cloudflare' };
  if (digitalocean) return { kind: 'digitalocean' };
  if (route53) return { kind: 'route53', ...route53, hostedZoneId: route53.hostedZoneId ?? null };
  if (rfc2136) return { kind: 'rfc2136', ...rfc2136 };
  if (acmeDns) return { kind: 'acme-dns', server: acmeDns.server };
  return undefined;
}

/** One certificate for the domain and each name of one label below it, and for those that a wildcard does not cover. */
function wildcard(domain: string, hostNames: readonly HostName[]): Certificate[] {
  const covered = (host: string) => host === domain || host.slice(host.indexOf('.') + 1) === domain;
  const others = hostNames.map(({ host }) => host).filter((host) => !covered(host));
  return [
    {
      name: 'home',
      secretName: 'tls-home',
      namespace: ingressNamespace,
      dnsNames: [domain, `*.${domain}`, ...[...new Set(others)].sort()],
    },
  ];
}

/** One certificate per host name: one that cannot be proven holds up no other. */
function perHost(domain: string, hostNames: readonly HostName[]): Certificate[] {
  return [...new Set(hostNames.map(({ host }) => host))].sort().map((host) => {
    const below = host.endsWith(`.${domain}`) ? host.slice(0, -domain.length - 1) : host;
    const name = host === domain ? 'home' : `host-${below}`;
    return { name, secretName: `tls-${name}`, namespace: ingressNamespace, dnsNames: [host] };
  });
}

/** Each provider's credential: the Secret, what the admin supplies, and how it is named in the commands. */
const credentials: Readonly<Record<DnsProvider['kind'], { readonly secret: string; readonly what: string }>> = {
  cloudflare: {
    secret: 'dns-cloudflare',
    what: 'an API token of Cloudflare with the permissions Zone:DNS:Edit and Zone:Zone:Read for your zone',
  },
  digitalocean: {
    secret: 'dns-digitalocean',
    what: 'a personal access token of DigitalOcean that may read and change domains',
  },
  route53: { secret: 'dns-route53', what: 'the secret access key of the IAM user, for certificates.dns.route53' },
  rfc2136: { secret: 'dns-rfc2136', what: 'the TSIG key in base64, for certificates.dns.rfc2136' },
  'acme-dns': {
    secret: 'dns-acme-dns',
    what: 'the account as JSON: {"<domain>": {"username": …, "password": …, "fulldomain": …, "subdomain": …, "allowfrom": []}}, as POST /register of the acme-dns server answered',
  },
};

const credentialKey = 'credential';

/**
 * Endings that no public authority signs for, since no name below them is anybody's: reserved ones (RFC 6761, 6762,
 * 8375, 9476; ICANN's resolution of 2024-07-29 for `internal`) and those that routers and companies took for themselves.
 */
const privateEndings = [
  'home.arpa',
  'internal',
  'local',
  'localhost',
  'localdomain',
  'lan',
  'home',
  'corp',
  'mail',
  'intranet',
  'private',
  'test',
  'example',
  'invalid',
  'alt',
  'onion',
  'arpa',
];

const domainIsPublic = rule({
  code: 'TLS001',
  severity: 'error',
  title: 'a public certificate has a public domain',
  reason: 'no public authority signs for a name that is nobody\'s: "does not end with a valid public suffix"',
  reads: ['home.domain', 'certificates.mode'],
  *check({ home, certificates }) {
    if (!certificates.mode.startsWith('acme-')) return;
    const ending = privateEndings.find((ending) => home.domain === ending || home.domain.endsWith(`.${ending}`));
    if (ending === undefined) return;
    yield {
      path: ['certificates', 'mode'],
      other: ['home', 'domain'],
      message: `is ${certificates.mode}, but home.domain, ${home.domain}, ends with .${ending}, which no public authority signs for`,
      hint: "write mode: 'private-ca', which works with any domain, or use a domain that you own",
    };
  },
});

const zoneHasOneHost = rule({
  code: 'TLS002',
  severity: 'error',
  title: 'a wildcard certificate is proven by DNS, at one provider',
  reason: 'without the provider no record can be written, and with two nobody knows which one the world asks',
  reads: ['certificates.mode', 'certificates.dns'],
  *check({ certificates }) {
    const { mode, dns } = certificates;
    const given = Object.entries(dns).flatMap(([provider, options]) => (options === undefined ? [] : [provider]));
    if (mode === 'acme-dns' && given.length === 0) {
      yield {
        path: ['certificates', 'dns'],
        other: ['certificates', 'mode'],
        message: 'names no provider, and certificates.mode is acme-dns',
        hint: `write who hosts your zone, for example dns: { cloudflare: {} }; homecloud knows ${Object.keys(dnsOptions.shape).join(', ')}`,
      };
    }
    if (mode === 'acme-dns' && given.length > 1) {
      yield {
        path: ['certificates', 'dns'],
        message: `has ${given.length} providers: ${given.join(', ')}`,
        hint: 'leave the one whose name servers the world asks about your domain',
      };
    }
    if (mode !== 'acme-dns' && given.length > 0) {
      yield {
        path: ['certificates', 'dns'],
        other: ['certificates', 'mode'],
        message: `names ${given.join(', ')}, but certificates.mode is ${mode}, which proves nothing by DNS`,
        hint: "write mode: 'acme-dns', or take dns away",
      };
    }
  },
});

/** Domains of examples: Let's Encrypt refuses accounts with an address there (boulder, `forbiddenMailDomains`). */
const exampleDomains = ['example.com', 'example.net', 'example.org'];

const authorityCanWrite = rule({
  code: 'TLS003',
  severity: 'error',
  title: 'the authority can write to the admin',
  reason: "Let's Encrypt makes no account for an address that is copied from an example",
  reads: ['home.admin.email', 'certificates.mode'],
  *check({ home, certificates }) {
    const at = home.admin.email.split('@')[1] ?? '';
    if (!certificates.mode.startsWith('acme-') || !exampleDomains.includes(at.toLowerCase())) return;
    yield {
      path: ['home', 'admin', 'email'],
      other: ['certificates', 'mode'],
      message: `${home.admin.email} is an address of an example, and certificates.mode is ${certificates.mode}`,
      hint: 'write an address that you read',
    };
  },
});

const certificatesAreTrusted = rule({
  code: 'TLS007',
  severity: 'warning',
  title: 'certificates come from an authority that devices trust',
  reason: 'browsers warn about every page, and apps of phones do not connect at all',
  reads: ['certificates.mode', 'certificates.staging'],
  *check({ certificates }) {
    const { mode, staging } = certificates;
    if (!staging) return;
    const isAcme = mode.startsWith('acme-');
    yield {
      path: ['certificates', 'staging'],
      message: isAcme
        ? 'asks the test authority, whose certificates no device trusts'
        : `does nothing: certificates.mode is ${mode}`,
      hint: isAcme ? 'take staging away as soon as the first certificate is there' : 'take staging away',
    };
  },
});

function valuesOf({ values }: CertificatesConfig): ChartValues {
  return chartValues(values, 'certificates.values');
}

/** The job of the check has ended when all else runs. */
function podsOf({ mode }: CertificatesConfig, values: ChartValues): Pods[] {
  if (mode === 'none') return [];
  return (['controller', 'webhook', 'cainjector'] as const).map((part) => {
    const group = part === 'controller' ? '' : `${part}.`;
    return {
      name: part === 'controller' ? 'cert-manager' : `cert-manager-${part}`,
      replicas: values.count(`${group}replicaCount`, 1),
      resources: values.resources(`${group}resources`, resources[part]),
    };
  });
}

export const certificates: Slice = {
  name: 'certificates',
  pods: ({ certificates }) => podsOf(certificates, valuesOf(certificates)),
  uncounted: ({ certificates }) => {
    const values = valuesOf(certificates);
    return podsOf(certificates, values).length === 0 ? [] : values.unread();
  },
  rules: [domainIsPublic, zoneHasOneHost, authorityCanWrite, certificatesAreTrusted],
  namespaces: ({ certificates }) =>
    certificates.mode === 'none'
      ? []
      : [{ name: namespace, capability: 'certificates', podSecurity: 'restricted', reason: null }],
  flows: (config) =>
    certificatesFlows(
      config,
      config.certificates.mode === 'acme-dns' ? providerOf(config.certificates.dns) : undefined,
    ),
  secrets: ({ certificates, home, network }): Secret[] => {
    if (certificates.mode === 'private-ca') {
      return [
        {
          name: authorityName,
          purpose: 'cert-manager signs the certificates of the home with it',
          source: { kind: 'certificate-authority', domain: home.domain, subnet: network.subnet },
          places: ['ca.crt', 'tls.crt', 'tls.key'].map((key) => ({
            in: 'cluster',
            namespace,
            secret: authoritySecretName,
            key,
            part: key,
          })),
          rotation:
            'synth, install the new root on every device (dist/pages/trust/), push, and when Flux has applied it, "kubectl -n traefik delete secret tls-home": the certificate is made anew at once. Needed when home.domain or network.subnet changes.',
        },
      ];
    }
    const provider = certificates.mode === 'acme-dns' ? providerOf(certificates.dns) : undefined;
    if (provider === undefined) return [];
    const { secret, what } = credentials[provider.kind];
    return [
      {
        name: secret,
        purpose: 'cert-manager writes the records that prove the domain with it',
        source: { kind: 'supplied', what },
        places: [{ in: 'cluster', namespace, secret, key: credentialKey, part: 'value' }],
        rotation: 'push: it is read at the next renewal.',
      },
    ];
  },
};
