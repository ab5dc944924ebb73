import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import { type Extension, type JsonName, type X509Certificate, X509CertificateGenerator } from './x509.ts';

/** A certificate with the key that belongs to it. */
export interface Issued {
  readonly certificate: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

/** What stands in a certificate. */
export interface CertificateRequest {
  readonly curve: 'P-256' | 'P-384';
  readonly subject: JsonName;
  readonly notBefore: Date;
  /** Days from `notBefore`. */
  readonly days: number;
  /** They may need the new public key, to name it. */
  readonly extensions: (publicKey: webcrypto.CryptoKey) => Promise<Extension[]>;
  /** Who signs. @default its own key does */
  readonly issuer?: Issued;
}

const millisecondsPerDay = 24 * 60 * 60 * 1000;

/** A new ECDSA key, and a certificate for it. */
export async function issue(request: CertificateRequest): Promise<Issued> {
  const { curve, subject, notBefore, days, extensions, issuer } = request;
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: curve }, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: makeSerialNumber(),
      subject,
      issuer: issuer?.certificate.subjectName ?? subject,
      notBefore,
      notAfter: new Date(notBefore.getTime() + days * millisecondsPerDay),
      publicKey: keys.publicKey,
      signingKey: issuer?.keys.privateKey ?? keys.privateKey,
      // The hash as strong as the curve.
      signingAlgorithm: { name: 'ECDSA', hash: { 'P-256': 'SHA-256', 'P-384': 'SHA-384' }[curve] },
      extensions: await extensions(keys.publicKey),
    },
    webcrypto,
  );
  return { certificate, keys };
}

/** `-----BEGIN CERTIFICATE-----` */
export function certificatePem({ certificate }: Issued): string {
  return `${certificate.toString('pem')}\n`;
}

/**
 * The private key in PEM.
 * @param format `pkcs8`: `-----BEGIN PRIVATE KEY-----`; `sec1`: `-----BEGIN EC PRIVATE KEY-----`
 */
export async function keyPem({ keys }: Issued, format: 'pkcs8' | 'sec1'): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return key.export({ format: 'pem', type: format }).toString();
}

/** The start of a UTC day: a board whose clock is some minutes behind takes the certificate, too. */
export function startOfDay(now: Date): Date {
  return new Date(Math.floor(now.getTime() / millisecondsPerDay) * millisecondsPerDay);
}

/** 127 random bits in hex: positive and at most 20 bytes, as RFC 5280 §4.1.2.2 wants it. */
function makeSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8(bytes.readUInt8() & 0x7f);
  return bytes.toString('hex');
}
