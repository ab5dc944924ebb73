// Servers of HTTPS on this machine's loopback.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loopbackNetwork } from './loopback.mjs';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

export const network = loopbackNetwork();

/** Makes a CA: its certificate, and its key beside it. */
export async function makeAuthority(path) {
  const key = path.replace(/crt$/, 'key');
  const options = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  await succeed('openssl', ['req', ...options, '-subj', '/CN=k3s-server-ca', '-keyout', key, '-out', path]);
}

/** A certificate of a CA for an address, with its key. */
export async function certificate(ca, address) {
  const file = join(newFolder('certificate'), address);
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=k3s'];
  const signer = ['-CA', ca, '-CAkey', ca.replace(/crt$/, 'key'), '-days', '1'];
  const extensions = ['-addext', `subjectAltName=IP:${address}`];
  await succeed('openssl', [
    'req',
    '-x509',
    ...options,
    ...signer,
    ...extensions,
    '-keyout',
    `${file}.key`,
    '-out',
    `${file}.crt`,
  ]);
  return { key: readFileSync(`${file}.key`), cert: readFileSync(`${file}.crt`) };
}
