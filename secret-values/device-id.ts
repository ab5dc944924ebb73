// Apart from the making of certificates: what reads one does not load all of X.509, which takes longer than the rest of
// `secrets list`.
import { createHash, X509Certificate } from 'node:crypto';
import { formatDeviceId } from '../model/syncthing-id.ts';

/**
 * The device ID that Syncthing shows for a certificate.
 * @param certificate in PEM
 * @throws when it is no certificate
 */
export function deviceIdOf(certificate: string): string {
  return formatDeviceId(createHash('sha256').update(new X509Certificate(certificate).raw).digest());
}
