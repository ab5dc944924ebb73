import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509';
import { certificatePem, type Issued, issue, keyPem, startOfDay } from './certificate.ts';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
} from './x509.ts';

/** For which home a certificate authority signs. */
export interface AuthorityOfHome {
  /** Name of the home: the admin finds the authority by it among those of a phone or a browser. */
  readonly home: string;
  /** The only domain that it can sign for, with all below it. */
  readonly domain: string;
  /** IPv4 network in CIDR notation, whose addresses it can sign for, too. @default none: names only */
  readonly subnet?: string;
  readonly now: Date;
}

/**
 * The data of a Secret of type `kubernetes.io/tls`, as the CA issuer of cert-manager reads it: it appends `ca.crt` to
 * the chain, and passes it on with each certificate (cert-manager, pkg/util/kube/pki.go).
 */
export interface AuthoritySecret {
  /** The root, in PEM: what the people of the home install on their devices. Not secret. */
  readonly 'ca.crt': string;
  /** The authority that signs for the home, in PEM; itself signed by the root. */
  readonly 'tls.crt': string;
  /** Its private key, PKCS #8 in PEM. */
  readonly 'tls.key': string;
}

/** Of each address, IPv4 or IPv6. */
const everyAddress = ['0.0.0.0/0', '::/0'];

/** No host and no mailbox can be at this domain (RFC 2606 §2): permitting it alone forbids every other. */
const nowhere = 'invalid';

/** Longest common name of a certificate, in characters (RFC 5280, ub-common-name). */
const commonNameLimit = 64;

/**
 * A new private certificate authority of a home, for ten years.
 *
 * The people of the home trust it on their devices, so whoever steals its key must not gain the rest of the internet:
 * critical name constraints let it sign for nothing but the home's domain, and where given the home's addresses.
 *
 * Java, and what is built like it, takes from a root that a person installed nothing but its key, and ignores its
 * constraints. So the root signs one authority below it, which has the same constraints, and its key is then thrown
 * away; the cluster gets the key of that authority, which can sign no further one (`pathLen` 0).
 *
 * Names of other kinds (directory names above all, which each certificate has as its subject) stay free: no program
 * takes one for the name of a server, and Go refuses every certificate below an authority that constrains them.
 */
export async function makeCertificateAuthority(of: AuthorityOfHome): Promise<AuthoritySecret> {
  const root = await issueAuthority(of, 'private CA');
  const signer = await issueAuthority(of, 'signing CA', root);
  return {
    'ca.crt': certificatePem(root),
    'tls.crt': certificatePem(signer),
    'tls.key': await keyPem(signer, 'pkcs8'),
  };
}

function issueAuthority(of: AuthorityOfHome, role: string, issuer?: Issued): Promise<Issued> {
  return issue({
    curve: 'P-256',
    subject: [{ O: ['homecloud'] }, { CN: [commonName(of, role)] }],
    notBefore: startOfDay(of.now),
    days: 3653,
    ...(issuer && { issuer }),
    extensions: async (publicKey) => [
      new BasicConstraintsExtension(true, issuer ? 0 : 1, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(publicKey),
      ...(issuer ? [await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey)] : []),
      nameConstraints(of),
    ],
  });
}

/** With the day, since for a while an old and a new one stand side by side on each device. */
function commonName({ home, now }: AuthorityOfHome, role: string): string {
  const rest = ` ${role} ${now.toISOString().slice(0, 10)}`;
  return home.slice(0, commonNameLimit - rest.length) + rest;
}

/** RFC 5280 §4.2.1.10. A kind of name that has a permitted subtree is refused outside it. */
function nameConstraints({ domain, subnet }: AuthorityOfHome): Extension {
  const permitted = [{ dNSName: domain }, { rfc822Name: nowhere }, { uniformResourceIdentifier: nowhere }];
  const constraints = new NameConstraints({
    permittedSubtrees: subtrees([...permitted, ...(subnet === undefined ? [] : [{ iPAddress: subnet }])]),
    // Some verifiers take IPv4 and IPv6 for two kinds (CA/Browser Forum, Baseline Requirements §7.1.2.5.2).
    excludedSubtrees: subtrees(
      everyAddress.filter((all) => subnet === undefined || all !== '0.0.0.0/0').map((all) => ({ iPAddress: all })),
    ),
  });
  return new Extension(id_ce_nameConstraints, true, AsnConvert.serialize(constraints));
}

function subtrees(names: readonly Partial<GeneralName>[]): GeneralSubtrees {
  return new GeneralSubtrees(names.map((name) => new GeneralSubtree({ base: new GeneralName(name) })));
}
