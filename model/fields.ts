import * as z from 'zod';
import { isAddress, isCidr, isRange } from './addresses.ts';
import { parseBytes } from './units.ts';

/** Fields that several slices share: each says what it wants in words that a person at home can act on. */

/**
 * A name that can be a DNS label, a Kubernetes name, an Ansible host and a folder: RFC 1123, section 2.1, without
 * names of digits alone, which YAML and Ansible take for numbers.
 */
export const name = z
  .string()
  .max(63, 'is longer than 63 characters')
  .regex(
    /^(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    'may only have lower-case letters, digits and inner hyphens, and needs a letter: for example "oak" or "photos-2"',
  );

export const address = z
  .string()
  .refine(isAddress, 'is not an IPv4 address: write four numbers, for example "192.168.1.11"');

export const cidr = z
  .string()
  .refine(isCidr, 'is not an IPv4 network: write an address and a prefix length, for example "192.168.1.0/24"');

export const addressRange = z
  .string()
  .refine(isRange, 'is not a range of addresses: write the first address and the last, "192.168.1.100-192.168.1.199"');

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

/** Bytes, written with their unit: `'8GiB'`. Resolved to a number of bytes. */
export const bytes = z
  .string()
  .refine(
    (text) => parseBytes(text) !== undefined,
    'is not a size: write a number and its unit, MiB, GiB or TiB: "8GiB"',
  )
  .transform((text) => parseBytes(text) ?? 0);

/** A capability that this version of homecloud cannot build: only `false`, its absence, is taken. */
export const notYet = (what: string) =>
  z.literal(false, { error: () => `is not available yet: this version of homecloud does not build ${what}` });
