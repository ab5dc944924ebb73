import { createHash } from 'node:crypto';
import type { Model } from '../model/model.ts';
import { type Tree, TreeBuilder } from '../tree/tree.ts';
import { html, page } from './html.ts';

/**
 * The trust kit of a home with an authority of its own: its root in the forms that devices take, and how each of them is
 * made to trust it. Nothing in it is secret. None without such an authority, or before it is made.
 */
export function trustKit(model: Model): Tree {
  const tree = new TreeBuilder();
  const authority = model.certificates?.authority;
  if (authority?.kind !== 'private-ca' || authority.root === null) return tree.build();
  const root = readRoot(authority.root);
  return tree
    .add('root.crt', `${authority.root.trimEnd()}\n`)
    .add('root.mobileconfig', profile(model, root))
    .add('index.html', trustPage(model, root))
    .build();
}

/** What the certificate of an authority is known by. */
interface Root {
  /** In DER, base64. */
  readonly base64: string;
  /** SHA-256 of it, as devices show it: `AB:CD:…`. */
  readonly fingerprint: string;
}

/** Reads a certificate in PEM. */
export function readRoot(pem: string): Root {
  const base64 = pem.replace(/-----[A-Z ]+-----|\s/g, '');
  const hash = createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex').toUpperCase();
  return { base64, fingerprint: hash.replace(/..(?=.)/g, '$&:') };
}

/**
 * A configuration profile for iPhones, iPads and Macs (Apple, "Certificate Root" payload). Its identities come from the
 * root: the same root replaces the profile of before, another one stands beside it.
 */
function profile({ home }: Model, { base64, fingerprint }: Root): string {
  const name = `${home.name}: private CA`;
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadVersion</key><integer>1</integer>
  <key>PayloadIdentifier</key><string>io.homecloud.${home.name}.trust</string>
  <key>PayloadUUID</key><string>${uuid(`profile ${fingerprint}`)}</string>
  <key>PayloadDisplayName</key><string>${name}</string>
  <key>PayloadDescription</key><string>Lets this device trust the pages below ${home.domain}.</string>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadType</key><string>com.apple.security.root</string>
      <key>PayloadVersion</key><integer>1</integer>
      <key>PayloadIdentifier</key><string>io.homecloud.${home.name}.trust.root</string>
      <key>PayloadUUID</key><string>${uuid(`root ${fingerprint}`)}</string>
      <key>PayloadDisplayName</key><string>${name}</string>
      <key>PayloadCertificateFileName</key><string>root.crt</string>
      <key>PayloadContent</key>
      <data>
${lines.join('\n')}
      </data>
    </dict>
  </array>
</dict>
</plist>
`;
}

/** An identity that follows from a text: version 8 of RFC 9562, whose bits are up to who makes it. */
function uuid(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes
    .toString('hex')
    .toUpperCase()
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function trustPage({ home, hostNames }: Model, { fingerprint }: Root): string {
  const example = hostNames[0]?.host ?? home.domain;
  return page(`Trust the pages of ${home.name}`, [
    html`<p>The pages below <code>${home.domain}</code> are signed by an authority that only this home has. A phone or laptop
trusts it once it has the file beside this page. It can sign for <code>${home.domain}</code> and for addresses of the home,
and for nothing else of the internet.</p>
<p>Bring the file to the device by a cable, a memory stick, AirDrop or a mail to yourself. <strong>Before you agree, compare
the fingerprint</strong> (SHA-256) that the device shows with this one:</p>
<p><code>${fingerprint}</code></p>`,
    html`<h2>iPhone and iPad</h2>
<ol>
<li>Open <a href="root.mobileconfig">root.mobileconfig</a> in Mail, Files or Safari.</li>
<li>Settings → General → VPN &amp; Device Management → the profile → Install. "More Details" shows the certificate.</li>
<li>Settings → General → About → Certificate Trust Settings → turn it on. Without this step nothing is trusted.</li>
</ol>`,
    html`<h2>Android</h2>
<ol>
<li>Copy <a href="root.crt">root.crt</a> to the phone.</li>
<li>Settings → Security → Encryption &amp; credentials → Install a certificate → CA certificate → Install anyway.</li>
<li>Choose the file. Settings → … → Trusted credentials → User shows it, with its fingerprint.</li>
</ol>
<p>Browsers and the Nextcloud app trust it from then on; an app whose makers chose to trust no authority of yours does not.
Firefox asks besides: Settings → About Firefox → tap the logo seven times → Settings → Secret Settings → Use third party CA
certificates.</p>`,
    html`<h2>Windows</h2>
<ol>
<li>Open <a href="root.crt">root.crt</a> → Install Certificate → Local Machine.</li>
<li>Place all certificates in the following store → Trusted Root Certification Authorities → Finish.</li>
</ol>
<p>By command, as administrator: <code>certutil -addstore Root root.crt</code></p>`,
    html`<h2>Mac</h2>
<p>Open <a href="root.mobileconfig">root.mobileconfig</a>, then System Settings → General → Device Management → the profile →
Install. By command:
<code>sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain root.crt</code></p>`,
    html`<h2>Linux</h2>
<p>Debian and Ubuntu: <code>sudo install -m 644 root.crt /usr/local/share/ca-certificates/${home.name}.crt &amp;&amp; sudo
update-ca-certificates</code></p>
<p>Fedora: <code>sudo install -m 644 root.crt /etc/pki/ca-trust/source/anchors/${home.name}.crt &amp;&amp; sudo
update-ca-trust</code></p>
<p>Firefox and Chromium may have a store of their own: Settings → Certificates → Authorities → Import.</p>`,
    html`<h2>Is it right?</h2>
<p>Open <code>https://${example}/</code> at home: the browser shows a lock and no warning.</p>
<h2>When a device goes</h2>
<p>Nothing is to be done: the file is not secret. When the admin makes a new authority, this page changes, and each device
needs the new file.</p>`,
  ]);
}
