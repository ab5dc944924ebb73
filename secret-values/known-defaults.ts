// What the guides, charts and images that a home is built from ship as a password. Whoever attacks a home tries these
// first, and so they are refused wherever an admin supplies a value.

/** Shortest value that an admin may supply, in characters. */
const minimumLength = 12;

/** What a text is made of, when that is one part, shorter than the shortest value, at least twice. */
const shortPart = new RegExp(`^(.{1,${minimumLength - 1}}?)\\1+$`, 'su');

/** A default with its decoration is shorter; a file of a megabyte is not searched. In characters. */
const longestDefault = 100;

/** In lower case; a digit or a sign at an end makes none of them better. */
const defaults = new Set([
  // What everyone writes first.
  'admin',
  'changeit',
  'changeme',
  'change-me',
  'default',
  'guest',
  'letmein',
  'passphrase',
  'passw0rd',
  'password',
  'qwerty',
  'root',
  'secret',
  'supersecret',
  'test',
  'token',
  'user',
  'welcome',
  // Our own names.
  'dnas',
  'homecloud',
  // k3s_token in the sample of github.com/techno-tim/k3s-ansible.
  'some-super-dedeuper-secret-password',
  // k3s-io/k3s-ansible, inventory-sample.yml: `changeme!`. ricsanfre/pi-cluster, vault of the sample:
  's1cret0',
  'supers1cret0',
  // Grafana in the chart kube-prometheus-stack, MinIO, Longhorn's backup target to try out.
  'prom-operator',
  'minioadmin',
  'minio123',
  'longhorn-test-secret-key',
  'nextcloud',
  'longhorn',
  // First login of Raspberry Pi OS until April 2022, of Ubuntu Server, Armbian and DietPi.
  'raspberry',
  'ubuntu',
  '1234',
  'dietpi',
  // Samba in containers (dperson/samba, README).
  'badpass',
  'samba',
]);

/** Keys in the order of the alphabet, of the digits and of the rows of keyboards, each begun anew at its end. */
const sequences = ['abcdefghijklmnopqrstuvwxyz', '0123456789', 'qwertyuiop', 'qwertzuiop', 'azertyuiop', 'asdfghjkl'];

/**
 * What makes a supplied secret easy to guess.
 * @param value never stands in the answer
 * @param of `user`: the name that goes with the password
 * @returns a sentence for the admin, or undefined when nothing is known against the value
 */
export function weakness(value: string, { user }: { user?: string } = {}): string | undefined {
  if (value === '') return 'It is empty.';
  if (value.trim() === '') return 'It is nothing but white space.';

  const plain = value.trim().toLowerCase();
  if (defaults.has(plain) || (plain.length <= longestDefault && defaults.has(withoutEnds(plain)))) {
    return 'It is a well-known default, which is tried first.';
  }
  if (user && isMostly(plain, user.toLowerCase())) {
    return `It is the name ${user} and fewer than ${minimumLength} characters more.`;
  }
  const length = Array.from(value).length;
  if (length < minimumLength) return `It has ${length} characters; it needs at least ${minimumLength}.`;

  const part = shortPart.exec(plain)?.[1];
  if (part !== undefined) {
    return Array.from(part).length === 1 ? 'It is one character, repeated.' : 'It is one short part, repeated.';
  }
  if (sequences.some((keys) => follows(plain, keys, 1) || follows(plain, keys, keys.length - 1))) {
    return 'Its characters follow each other as in the alphabet, in counting or on a keyboard.';
  }
  return undefined;
}

/** Without digits and signs in front and behind: `changeme` of `changeme123!`. */
function withoutEnds(text: string): string {
  return text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
}

function isMostly(text: string, name: string): boolean {
  return text.includes(name) && Array.from(text.replaceAll(name, '')).length < minimumLength;
}

/** Whether each character of a text stands `step` keys behind the one before, also around the end of the keys. */
function follows(text: string, keys: string, step: number): boolean {
  for (let index = 1; index < text.length; index++) {
    const before = keys.indexOf(text.charAt(index - 1));
    if (before === -1 || text.charAt(index) !== keys.charAt((before + step) % keys.length)) return false;
  }
  return true;
}
