import { certificatePem, issue, keyPem, startOfDay } from './certificate.ts';
import { deviceIdOf } from './device-id.ts';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
} from './x509.ts';

/** Who a board is among its Syncthing peers. */
export interface SyncthingIdentity {
  /** `cert.pem` */
  readonly certificate: string;
  /** `key.pem`, SEC 1 as Syncthing writes it: `-----BEGIN EC PRIVATE KEY-----`. */
  readonly key: string;
  /** Follows from the certificate. */
  readonly deviceId: string;
}

/** Peers refuse a certificate for another name (Syncthing's option `certName`). */
const name = 'syncthing';

/**
 * A new identity, such as Syncthing 1 makes for itself at its first start (lib/tlsutil/tlsutil.go): ECDSA P-384, for
 * 20 years. Version 2 makes Ed25519 and takes both; version 1 takes this for certain.
 */
export async function makeSyncthingIdentity(now: Date): Promise<SyncthingIdentity> {
  const issued = await issue({
    curve: 'P-384',
    subject: [{ O: ['Syncthing'] }, { OU: ['Automatically Generated'] }, { CN: [name] }],
    notBefore: startOfDay(now),
    days: 20 * 365,
    extensions: async () => [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new BasicConstraintsExtension(false, undefined, true),
      new SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
    ],
  });
  const certificate = certificatePem(issued);
  return { certificate, key: await keyPem(issued, 'sec1'), deviceId: deviceIdOf(certificate) };
}
