import type { Chart } from 'cdk8s';
import { TlsOption, TlsStore } from '../../imports/traefik.io.ts';
import type { Model } from '../../model/model.ts';

/**
 * Suites of TLS 1.2 with forward secrecy and authenticated encryption, by their names in Go; TLS 1.3 has no others
 * (RFC 9325, section 4.2). Certificates of the home have ECDSA keys, Traefik's own has RSA.
 */
const cipherSuites = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
];

/** How TLS is spoken on every route, and with which certificates. */
export function addTls(chart: Chart, { certificates }: Model): void {
  // The options of this name hold for every route that names none (Traefik documentation, TLS options).
  new TlsOption(chart, 'tls-default', {
    metadata: { name: 'default' },
    // Not `sniStrict`: the health check of the virtual IP asks by address, and so without a name.
    spec: { minVersion: 'VersionTLS12', cipherSuites },
  });
  if (certificates === null) return;
  // Chosen by the name that a visitor asks for. Not as the default: whoever asks by address, as those do who search the
  // internet for something to break into, would read the names of the home in it.
  new TlsStore(chart, 'tls-store', {
    metadata: { name: 'default' },
    spec: { certificates: certificates.list.map(({ secretName }) => ({ secretName })) },
  });
}
