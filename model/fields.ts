import * as z from 'zod';
import { isAddress, isCidr, isRange, networkAddress } from './addresses.ts';
import { isDeviceId, normalizeDeviceId } from './syncthing-id.ts';
import { parseBytes } from './units.ts';

/** Fields that several slices share: each says what it wants in words that a person at home can act on. */

/**
 * A name that can be a DNS label, a Kubernetes name, an Ansible host and a folder: RFC 1123, section 2.1, without
 * names of digits alone, which YAML and Ansible take for numbers.
 */
export const name = z
  .string()
  .max(63, 'is longer than 63 characters: choose a shorter name')
  .regex(
    /^(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    'may only have lower-case letters, digits and inner hyphens, and needs a letter: for example "oak" or "photos-2"',
  );

export const address = text((written) => {
  const [alone = ''] = written.split('/');
  const example = isAddress(alone) ? `the address alone, '${alone}'` : "four numbers, for example '192.168.1.11'";
  return isAddress(written) ? undefined : `is not an IPv4 address: write ${example}`;
});

export const cidr = text((written) => {
  const example = isAddress(written)
    ? `'${written}/32' for this one machine, or '${networkAddress(`${written}/24`)}/24' for its network`
    : "an address and a prefix length, for example '192.168.1.0/24'";
  return isCidr(written) ? undefined : `is not an IPv4 network: write ${example}`;
});

export const addressRange = text((written) => {
  const tight = written.replaceAll(/\s/g, '');
  const example = isRange(tight)
    ? `it without spaces, '${tight}'`
    : "the first address and the last, '192.168.1.100-192.168.1.199'";
  return isRange(written) ? undefined : `is not a range of addresses: write ${example}`;
});

/** A text that is judged as a whole: `judge` says what is wrong with it, and how to mend it. */
function text(judge: (written: string) => string | undefined) {
  return z.string().refine((written) => judge(written) === undefined, {
    error: ({ input }) => judge(String(input)) ?? '',
  });
}

/** A whole number within limits, both included. */
export function integer(first: number, last: number) {
  const how = `write a number from ${first} to ${last}`;
  return z
    .int(`is not a whole number: ${how}`)
    .min(first, `is below ${first}: ${how}`)
    .max(last, `is above ${last}: ${how}`);
}

/**
 * Labels of letters, digits and hyphens, at least two of them (RFC 1035, section 2.3.1). The longest host name has 253
 * characters, and 64 of them are for a label in front of the domain and its dot.
 */
export const domain = z
  .string()
  .max(189, 'is longer than 189 characters, which leaves no room for a host name in front of it')
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'is not a domain: write lower-case names with dots between them, for example "cloud.example.org"',
  );

export const email = z.email('is not an e-mail address: write for example "alice@example.org"');

/** A Syncthing device ID, in the form that Syncthing shows. */
export const deviceId = z
  .string()
  .refine(
    isDeviceId,
    'is not a Syncthing device ID, or one of its characters is misspelt: copy it from the app\'s page "Show ID", eight groups of seven characters',
  )
  .transform(normalizeDeviceId);

/** Bytes, written with their unit: `'8GiB'`. Resolved to a number of bytes. */
export const bytes = z
  .string()
  .refine((written) => parseBytes(written) !== undefined, {
    error: ({ input }) => {
      const meant = String(input).replace(
        /^([\d.]+)\s*([MGT])i?B?$/i,
        (_all, number, unit) => `${number}${unit.toUpperCase()}iB`,
      );
      return `is not a size: write a number and its unit, MiB, GiB or TiB, for example '${parseBytes(meant) === undefined ? '8GiB' : meant}'`;
    },
  })
  .transform((text) => parseBytes(text) ?? 0);

/** What the admin writes for somebody else, who knows what it means. */
export type FreeValue = string | number | boolean | FreeValue[] | { [key: string]: FreeValue };

/**
 * A value that homecloud passes on. Not `null`, which means "forget your default" to many readers.
 * @param id its name in the schema
 * @param what it would be otherwise: `no value of a Helm chart`
 */
export function freeValue(id: string, what: string): z.ZodType<FreeValue> {
  const value: z.ZodType<FreeValue> = z
    .lazy(() =>
      z.union([z.string(), z.number(), z.boolean(), z.array(value), z.record(z.string(), value)], {
        error: `has a part that is ${what}: write texts, numbers, true or false, lists and groups of keys`,
      }),
    )
    .meta({ id });
  return value;
}

/** Of the values of a Helm chart. Not `null`, which means "forget your default" to Helm: cdk8s drops it on the way. */
export const helmValue = freeValue('HelmValue', 'no value of a Helm chart');

/** A capability that this version of homecloud cannot build: only `false`, its absence, is taken. */
export const notYet = (what: string) =>
  z.literal(false, { error: () => `is not available yet: this version of homecloud does not build ${what}` });

/** The name of an account on a board (Debian, adduser: NAME_REGEX). */
export const accountName = z
  .string()
  .max(32, 'is longer than 32 characters: no account has such a name')
  .regex(
    /^[a-z_][a-z0-9_-]*$/,
    "is not the name of an account: write lower-case letters, digits, - and _, for example 'admin'",
  );

/** The key types of OpenSSH that each of our systems takes; DSA and certificates are not among them (sshd(8)). */
const hostKeyTypes = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-rsa'];
const userKeyTypes = [...hostKeyTypes, 'sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'];

/** The public key of an SSH server. */
export const hostKey = publicKey(
  hostKeyTypes,
  "copy the type and the key from the board's file /etc/ssh/ssh_host_ed25519_key.pub",
);

/** The public key that a person logs in with. */
export const userKey = publicKey(userKeyTypes, 'copy the one line of a file such as ~/.ssh/id_ed25519.pub');

function publicKey(types: readonly string[], how: string) {
  return text((written) =>
    isPublicKey(written, types)
      ? undefined
      : `is not a public key of OpenSSH: ${how}, which begins with "ssh-ed25519 AAAA"`,
  );
}

/** `<type> <base64> [comment]`, where the key names its own type first, after its length (RFC 4253, section 6.6). */
function isPublicKey(written: string, types: readonly string[]): boolean {
  const [type = '', key = ''] = written.split(' ');
  if (/[\r\n\t"]/.test(written) || !types.includes(type) || !/^[A-Za-z0-9+/]+={0,2}$/.test(key)) return false;
  const bytes = Buffer.from(key, 'base64');
  if (bytes.toString('base64') !== key || bytes.length < 4) return false;
  const isOfType = bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString() === type;
  // Of one length only: what was cut off while copying is seen.
  return isOfType && (type !== 'ssh-ed25519' || bytes.length === 51);
}
