// The trust kit of a home, read as devices read it: the certificate by OpenSSL, the profile of Apple by a reader of
// property lists.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { succeed } from './process.mjs';

/**
 * Both files hold the same root, it is an authority, and the page tells its fingerprint.
 * @param {import('./homes.mjs').Home} home with an authority of its own
 */
export async function trustKit({ dist }) {
  const folder = join(dist, 'pages/trust');
  const root = join(folder, 'root.crt');
  const { stdout: shown } = await succeed('openssl', [
    'x509',
    '-in',
    root,
    '-noout',
    '-fingerprint',
    '-sha256',
    '-ext',
    'basicConstraints',
  ]);
  const fingerprint = /Fingerprint=([0-9A-F:]+)/.exec(shown)?.[1];
  const wrong = [];
  if (!shown.includes('CA:TRUE')) wrong.push('root.crt is no authority');
  if (!readFileSync(join(folder, 'index.html'), 'utf8').includes(`<code>${fingerprint}</code>`)) {
    wrong.push(`the page does not tell ${fingerprint}`);
  }

  const script =
    'import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], "rb")), default=lambda d: d.hex()))';
  const { stdout } = await succeed('python3', ['-c', script, join(folder, 'root.mobileconfig')]);
  const { PayloadType, PayloadUUID, PayloadContent } = JSON.parse(stdout);
  const [payload] = PayloadContent;
  if (PayloadType !== 'Configuration' || payload.PayloadType !== 'com.apple.security.root')
    wrong.push('no profile with a root');
  if (payload.PayloadContent !== new X509Certificate(readFileSync(root)).raw.toString('hex'))
    wrong.push('another root');
  const ids = [PayloadUUID, payload.PayloadUUID];
  const isUuid = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;
  if (ids[0] === ids[1] || !ids.every((id) => isUuid.test(id))) wrong.push(`no two identities: ${ids}`);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}
