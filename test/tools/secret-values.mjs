// What secret-values/ makes, read by the programs that will read it: OpenSSH, OpenSSL, Syncthing, htpasswd, a reader of
// QR codes, and through secret-readers/ the Go libraries of cert-manager, Flux and Traefik.
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { root as repository } from './homes.mjs';
import { describe, run, succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';
import { sources } from './sources.mjs';

const now = new Date();
const domain = 'cloud.example.org';
const subnet = '192.168.1.0/24';

/** A name that a certificate has, and whether the authority of a home may sign it: with its subnet, and without. */
const names = [
  { dns: domain, allowed: [true, true] },
  { dns: `photos.${domain}`, allowed: [true, true] },
  { dns: `a.b.${domain}`, allowed: [true, true] },
  { dns: `*.${domain}`, allowed: [true, true] },
  { dns: 'example.org', allowed: [false, false] },
  { dns: `not-${domain}`, allowed: [false, false] },
  { dns: `${domain}.example.net`, allowed: [false, false] },
  { dns: 'www.example.com', allowed: [false, false] },
  { dns: '*.org', allowed: [false, false] },
  { ip: '192.168.1.10', allowed: [true, false] },
  { ip: '192.168.2.10', allowed: [false, false] },
  { ip: '203.0.113.7', allowed: [false, false] },
  { ip: '2001:db8::1', allowed: [false, false] },
  { ip: 'fd00::1', allowed: [false, false] },
  { email: `alice@${domain}`, allowed: [false, false] },
  { email: 'alice@example.com', allowed: [false, false] },
  { uri: `https://photos.${domain}/`, allowed: [false, false] },
  { uri: 'https://www.example.com/', allowed: [false, false] },
  { dns: `photos.${domain}`, between: true, allowed: [false, false] },
];

/** The private CA as OpenSSL and Go read it: certificates for the home are taken, for all else refused. */
export async function authority() {
  const { makeCertificateAuthority } = await modules();
  for (const [index, more] of [{ subnet }, {}].entries()) {
    const secret = await makeCertificateAuthority({ home: 'oakwood', domain, now, ...more });
    const folder = newFolder('authority');
    const [root, signer] = ['ca.crt', 'tls.crt'].map((name) => write(folder, name, secret[name]));
    for (const [file, subject, length] of [
      [root, 'private', 1],
      [signer, 'signing', 0],
    ]) {
      const { stdout: text } = await openssl('x509', '-in', file, '-noout', '-text');
      const expected = [
        /Version: 3 /,
        /Signature Algorithm: ecdsa-with-SHA256/,
        /Issuer: O = homecloud, CN = oakwood private CA \d{4}-\d\d-\d\d\n/,
        new RegExp(`Subject: O = homecloud, CN = oakwood ${subject} CA \\d{4}-\\d\\d-\\d\\d\\n`),
        /ASN1 OID: prime256v1/,
        new RegExp(`X509v3 Basic Constraints: critical\\s+CA:TRUE, pathlen:${length}\\n`),
        /X509v3 Key Usage: critical\s+Certificate Sign, CRL Sign\n/,
        /X509v3 Subject Key Identifier:/,
        /X509v3 Name Constraints: critical\s+Permitted:\s+DNS:cloud\.example\.org\n/,
      ];
      for (const one of expected) if (!one.test(text)) throw new Error(`${one} is not in\n${text}`);
    }
    await openssl('verify', '-x509_strict', '-CAfile', root, signer);
    await openssl('pkey', '-in', write(folder, 'tls.key', secret['tls.key']), '-noout', '-check');

    const { leaves } = await readers({ authority: secret, leaves: names });
    const wrong = [];
    for (const [place, { allowed, ...name }] of names.entries()) {
      const { certificate, between, refusal, blindRefusal } = leaves[place];
      const chain = between === '' ? [] : ['-untrusted', write(folder, `between-${place}.crt`, between)];
      const leaf = write(folder, `leaf-${place}.crt`, certificate);
      const args = ['verify', '-x509_strict', '-CAfile', root, '-untrusted', signer, ...chain, leaf];
      const outcome = await run('openssl', args);
      const said = [outcome.code === 0 ? '' : describe('openssl', args, outcome), refusal, blindRefusal];
      // It must be refused for its name or the authority between, not for a slip of this test.
      const reason = name.between
        ? /path length constraint|too many intermediates/
        : /subtree violation|not permitted by|excluded by/;
      const right = said.every((one) => (allowed[index] ? one === '' : reason.test(one)));
      if (!right) wrong.push([JSON.stringify({ ...name, ...more, allowed: allowed[index] }), ...said].join('\n'));
    }
    if (wrong.length > 0) throw new Error(wrong.join('\n\n'));
  }
}

/** The Flux deploy key as OpenSSH and Go read it; and keys of ssh-keygen as we read them. */
export async function sshKey() {
  const { makeSshKey, publicOf } = await modules();
  // The last one needs no padding.
  for (const comment of ['flux@oakwood', '', 'fluxy']) {
    const { privateKey, publicKey, fingerprint } = makeSshKey(comment);
    const folder = newFolder('ssh');
    const key = write(folder, 'id', privateKey);
    const { stdout: derived } = await openssh('-y', '-f', key);
    same('ssh-keygen -y', derived.trim(), publicKey);
    const { stdout: shown } = await openssh('-l', '-f', write(folder, 'id.pub', `${publicKey}\n`));
    same('ssh-keygen -l', shown.trim(), `256 ${fingerprint} ${comment || 'no comment'} (ED25519)`);
    const message = write(folder, 'message', 'message');
    await openssh('-Y', 'sign', '-q', '-n', 'file', '-f', key, message);

    const { sshPublicKey, sshFingerprint } = await readers({ sshKey: privateKey });
    same('x/crypto/ssh', sshPublicKey.trim(), publicKey.split(' ').slice(0, 2).join(' '));
    same('x/crypto/ssh', sshFingerprint, fingerprint);

    const theirs = join(folder, 'theirs');
    await openssh('-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', theirs);
    same('publicOf', publicOf(read(theirs)).publicKey, read(`${theirs}.pub`).trim());
  }
}

/** The Syncthing of this machine takes our identity, and shows the ID that we computed; and that of its own, too. */
export async function syncthing() {
  const { deviceIdOf, isDeviceId, makeSyncthingIdentity } = await modules();
  const ours = newFolder('syncthing-ours');
  const identity = await makeSyncthingIdentity(now);
  write(ours, 'cert.pem', identity.certificate);
  write(ours, 'key.pem', identity.key);
  same('syncthing --device-id', await deviceId(ours), identity.deviceId);

  const theirs = newFolder('syncthing-theirs');
  await installed('syncthing', ['generate', `--home=${theirs}`], 'syncthing');
  const id = await deviceId(theirs);
  same('deviceIdOf', deviceIdOf(read(join(theirs, 'cert.pem'))), id);
  same('isDeviceId', isDeviceId(id), true);

  const shapes = await Promise.all([theirs, ours].map((folder) => shape(join(folder, 'cert.pem'))));
  same('fields of the certificate', shapes[1], shapes[0]);
}

/** `htpasswd` and the library of Traefik's basicAuth take the right password, and no other. */
export async function htpasswd() {
  const { htpasswdLine, machinePassword, makePassword, personalPassword, verifyHtpasswd } = await modules();
  for (const password of [makePassword(personalPassword), makePassword(machinePassword), 'pässwörd: , $ "\'']) {
    const line = htpasswdLine('alice', password);
    const file = write(newFolder('htpasswd'), 'htpasswd', `${line}\n`);
    await installed('htpasswd', ['-vb', file, 'alice', password], 'apache2-utils');
    const { code } = await run('htpasswd', ['-vb', file, 'alice', `${password}x`]);
    same('exit code of htpasswd for a wrong password', code, 3);

    const secret = line.slice('alice:'.length);
    const { passwords } = await readers({
      passwords: [
        { password, secret },
        { password: `${password}x`, secret },
      ],
    });
    same('Traefik', passwords, [true, false]);

    const { stdout: theirs } = await succeed('htpasswd', ['-nbB', 'alice', password]);
    same('verifyHtpasswd', verifyHtpasswd(theirs.trim(), 'alice', password), true);
  }
}

/** The QR code of the paper copy of a new age identity, on paper and on a terminal, says the identity. */
export async function paper() {
  const { paperCopy, readPaperCopy } = await modules();
  for (const generate of [generateX25519Identity, generateHybridIdentity]) {
    const text = await generate();
    const fingerprint = (await identityToRecipient(text)).slice(0, 62);
    for (const ink of ['dark', 'light']) {
      const page = paperCopy({ title: 'Home identity of oakwood', text, fingerprint, ink });
      const image = write(newFolder('paper'), 'page.pgm', picture(page, ink));
      const { stdout } = await installed(
        'zbarimg',
        ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', image],
        'zbar-tools',
      );
      same(`zbarimg on ${ink} ink`, stdout.trim(), text);
      same('readPaperCopy', readPaperCopy(page), { text });
    }
  }
}

/** The half blocks of a page as a PGM picture; ink on what it stands on, both as the terminal or the paper has them. */
function picture(page, ink) {
  const halves = { ' ': [0, 0], '▀': [1, 0], '▄': [0, 1], '█': [1, 1] };
  const all = page.split('\n');
  const first = all.findIndex((line) => /[▀▄█]/.test(line));
  const last = all.findLastIndex((line) => /[▀▄█]/.test(line));
  const lines = all.slice(first - 1, last + 2);
  const width = Math.max(...lines.map((line) => line.length));
  const rows = lines.flatMap((line) => {
    const cells = Array.from(line.padEnd(width), (one) => halves[one]);
    return [0, 1].map((half) => cells.map((cell) => cell[half]));
  });
  const scale = 6;
  const shade = (inked) => ((inked === 1) === (ink === 'dark') ? 0 : 255);
  const pixels = rows.flatMap((row) => {
    const line = row.flatMap((cell) => new Array(scale).fill(shade(cell))).join(' ');
    return new Array(scale).fill(line);
  });
  return `P2\n${width * scale} ${rows.length * scale}\n255\n${pixels.join('\n')}\n`;
}

let bundled;

/** The TypeScript modules, bundled as the product bundles them. */
function modules() {
  const names = ['certificate-authority', 'device-id', 'htpasswd', 'paper', 'password', 'ssh-key', 'syncthing'];
  bundled ??= sources([...names.map((name) => `secret-values/${name}.ts`), 'model/syncthing-id.ts']);
  return bundled;
}

/** The ID that Syncthing shows for the certificate of a folder. */
async function deviceId(home) {
  const two = await run('syncthing', ['device-id', `--home=${home}`]);
  const { stdout } = two.code === 0 ? two : await succeed('syncthing', ['--device-id', `--home=${home}`]);
  return stdout.trim();
}

/** What stands in a certificate of Syncthing, but its numbers. */
async function shape(file) {
  const extensions = 'keyUsage,extendedKeyUsage,basicConstraints,subjectAltName';
  const { stdout } = await openssl('x509', '-in', file, '-noout', '-subject', '-issuer', '-ext', extensions);
  const { validFrom, validTo } = new X509Certificate(read(file));
  return { fields: stdout, days: (Date.parse(validTo) - Date.parse(validFrom)) / (24 * 60 * 60 * 1000) };
}

let program;

/** What the Go programs say; they need each of the values, so that those not asked for are made. */
async function readers({ authority, leaves = [], sshKey, passwords = [] }) {
  program ??= buildReaders();
  const { makeCertificateAuthority, makeSshKey } = await modules();
  const secret = authority ?? (await makeCertificateAuthority({ home: 'oakwood', domain, now }));
  const input = {
    authority: { root: secret['ca.crt'], certificate: secret['tls.crt'], key: secret['tls.key'] },
    now,
    leaves,
    sshKey: sshKey ?? makeSshKey('').privateKey,
    passwords,
  };
  const { stdout } = await succeed(await program, [write(newFolder('readers'), 'input.json', JSON.stringify(input))]);
  return JSON.parse(stdout);
}

async function buildReaders() {
  const file = join(newFolder('secret-readers'), 'secret-readers');
  await installed('go', ['build', '-o', file, '.'], 'golang-go', {
    cwd: join(repository, 'test/tools/secret-readers'),
  });
  return file;
}

const openssl = (...args) => installed('openssl', args, 'openssl');
const openssh = (...args) => installed('ssh-keygen', args, 'openssh-client');

/** Runs a program of a Debian package, which must succeed. */
function installed(command, args, debianPackage, options) {
  return succeed(command, args, options).catch((error) => {
    throw error.code === 'ENOENT' ? new Error(`${command} is missing: apt-get install ${debianPackage}`) : error;
  });
}

/** As secret as OpenSSH wants it. */
function write(folder, name, text) {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

function read(file) {
  return readFileSync(file, 'utf8');
}

function same(what, found, expected) {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(`${what}\nfound:    ${JSON.stringify(found)}\nexpected: ${JSON.stringify(expected)}`);
}
