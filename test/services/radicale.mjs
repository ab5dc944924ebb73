// A real server of contacts and calendars (Radicale), on a loopback address, with the people of a home.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../dnas/until.mjs';
import { tool } from '../tools/install.mjs';
import { loopbackNetwork } from '../tools/loopback.mjs';
import { succeed } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';

/** A server at each. */
const network = loopbackNetwork();
let last = 0;
const nextAddress = () => {
  last += 1;
  return `${network}.${last}`;
};

/** Processes that would outlive this one. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** What nobody but the keeper of the server writes: as what Nextcloud makes itself, and what others share. */
const rights = `
[keeper]
user: keeper
collection: .*
permissions: RWrw
[root]
user: .+
collection:
permissions: R
[home]
user: .+
collection: {user}
permissions: RW
[readable]
user: .+
collection: {user}/(contact_birthdays|shared|z-app-generated--contactsinteraction--recent)
permissions: r
[own]
user: .+
collection: {user}/[^/]+
permissions: rw
`;

const types = {
  contacts: '<CR:addressbook xmlns:CR="urn:ietf:params:xml:ns:carddav"/>',
  calendars: '<C:calendar xmlns:C="urn:ietf:params:xml:ns:caldav"/>',
};

export class Radicale {
  #child;
  #folder = newFolder('radicale');
  #scheme;
  #address = nextAddress();
  /** @type {string | undefined} the certificate that signs its own */
  authority;
  password = 'correct-horse';
  /** What it printed. */
  log = () => '';

  /** @param {{ tls?: boolean }} [options] */
  static async start({ tls = false } = {}) {
    const server = new Radicale();
    server.#scheme = tls ? 'https' : 'http';
    await server.#configure(tls);
    await server.start();
    return server;
  }

  get url() {
    return `${this.#scheme}://${this.#address}:5232/`;
  }

  async #configure(tls) {
    const file = (name, text) => {
      const path = join(this.#folder, name);
      writeFileSync(path, text);
      return path;
    };
    const lines = [
      '[server]',
      `hosts = ${this.#address}:5232`,
      // More than the writes of a first run.
      'max_connections = 40',
      '[auth]',
      'type = htpasswd',
      `htpasswd_filename = ${file('users', `alice:${this.password}\nkeeper:${this.password}\n`)}`,
      'htpasswd_encryption = plain',
      'delay = 0',
      '[rights]',
      'type = from_file',
      `file = ${file('rights', rights)}`,
      '[storage]',
      `filesystem_folder = ${join(this.#folder, 'data')}`,
      '[web]',
      'type = none',
      '[logging]',
      'level = warning',
    ];
    if (tls) {
      const [key, certificate] = await this.#makeCertificate(file);
      lines.splice(2, 0, 'ssl = True', `certificate = ${certificate}`, `key = ${key}`);
    }
    file('config', lines.join('\n'));
  }

  /** Of an authority of its own, for its address. */
  async #makeCertificate(file) {
    const [authority, authorityKey, key, request, certificate] = [
      ...['authority.pem', 'authority.key', 'server.key', 'server.csr', 'server.pem'],
    ].map((name) => join(this.#folder, name));
    const newKey = (path) => ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', path];
    await succeed('openssl', [
      ...['req', '-x509', '-subj', '/CN=Home', '-days', '2', ...newKey(authorityKey), '-out', authority],
      ...['-addext', 'keyUsage=critical,keyCertSign'],
    ]);
    await succeed('openssl', ['req', '-subj', '/CN=server', ...newKey(key), '-out', request]);
    const extensions = file('extensions', `subjectAltName=IP:${this.#address}\n`);
    await succeed('openssl', [
      ...['x509', '-req', '-in', request, '-CA', authority, '-CAkey', authorityKey, '-CAcreateserial'],
      ...['-days', '2', '-extfile', extensions, '-out', certificate],
    ]);
    this.authority = authority;
    return [key, certificate];
  }

  async start() {
    const program = join(await tool('radicale'), 'radicale');
    const child = spawn(program, ['--config', join(this.#folder, 'config')], { stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    this.#child = child;
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(text));
    this.log = () => Buffer.concat(said).toString();
    const answers = async () => {
      const status = await this.#status();
      return status === 207 || `it answers ${status}`;
    };
    await until('Radicale answers', answers, 20).catch((error) => {
      throw new Error(`${error.message}\n${this.log()}`);
    });
  }

  /** Of a request by alice, which makes her home where there is none. */
  async #status() {
    const request = ['--request', 'PROPFIND', '--user', `alice:${this.password}`, `${this.url}alice/`];
    const args = ['--silent', '--insecure', '--output', '/dev/null', '--write-out', '%{http_code}', ...request];
    return Number((await succeed('curl', args)).stdout);
  }

  async stop() {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const end = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await end;
    running.delete(child);
  }

  /** Another password from now on: as a credential that was revoked. */
  async changePassword(password) {
    await this.stop();
    this.password = password;
    writeFileSync(join(this.#folder, 'users'), `alice:${password}\nkeeper:${password}\n`);
    await this.start();
  }

  /** Sends a request, as a phone does. `who`: `keeper` may write what alice may only read. */
  async request(method, path, { body, headers = {}, who = 'alice' } = {}) {
    const authorization = `Basic ${Buffer.from(`${who}:${this.password}`).toString('base64')}`;
    const answer = await fetch(`${this.url}alice/${path}`, {
      method,
      headers: { Authorization: authorization, ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text;
  }

  /** Makes a collection. @param {'contacts' | 'calendars'} kind */
  make(kind, name, { displayname = name, color, who } = {}) {
    const apple =
      color === undefined ? '' : `<A:calendar-color xmlns:A="http://apple.com/ns/ical/">${color}</A:calendar-color>`;
    const body = `<?xml version="1.0"?><mkcol xmlns="DAV:"><set><prop><resourcetype><collection/>${types[kind]}</resourcetype><displayname>${displayname}</displayname>${apple}</prop></set></mkcol>`;
    return this.request('MKCOL', `${name}/`, { body, who });
  }

  /** Sets its name and colour. */
  describe(name, { displayname, color }) {
    const body = `<?xml version="1.0"?><propertyupdate xmlns="DAV:" xmlns:A="http://apple.com/ns/ical/"><set><prop><displayname>${displayname}</displayname><A:calendar-color>${color}</A:calendar-color></prop></set></propertyupdate>`;
    return this.request('PROPPATCH', `${name}/`, { body });
  }

  put(collection, file, body, who) {
    const type = file.endsWith('.vcf') ? 'text/vcard' : 'text/calendar';
    return this.request('PUT', `${collection}/${file}`, { body, headers: { 'Content-Type': type }, who });
  }

  delete(path, who) {
    return this.request('DELETE', path, { who });
  }

  #place(collection) {
    return join(this.#folder, 'data/collection-root/alice', collection);
  }

  has(collection) {
    return existsSync(this.#place(collection));
  }

  /** Name and colour, as its store has them. */
  properties(collection) {
    const found = JSON.parse(readFileSync(join(this.#place(collection), '.Radicale.props'), 'utf8'));
    return { displayname: found['D:displayname'], color: found['ICAL:calendar-color'] };
  }

  /** The items of a collection, as its store has them, by file name. @returns {Map<string, string>} */
  items(collection) {
    const place = this.#place(collection);
    const names = readdirSync(place).filter((name) => !name.startsWith('.'));
    return new Map(names.sort().map((name) => [name, readFileSync(join(place, name), 'utf8')]));
  }

  /** Loses the items of a collection behind its back. */
  lose(collection) {
    const place = this.#place(collection);
    for (const name of readdirSync(place))
      if (name !== '.Radicale.props') rmSync(join(place, name), { recursive: true });
  }

  /** Writes many items into the store, as they were there for years. @param {Map<string, string>} items */
  fill(collection, items) {
    const place = this.#place(collection);
    mkdirSync(place, { recursive: true });
    for (const [name, text] of items) {
      writeFileSync(join(place, `.${name}.new`), text);
      renameSync(join(place, `.${name}.new`), join(place, name));
    }
  }
}
