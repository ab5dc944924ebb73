import ipaddr from 'ipaddr.js';

/** IPv4 arithmetic on the texts of the config. Callers pass texts that the schema has accepted. */

export function isAddress(text: string): boolean {
  // The library makes an error for each text that it refuses.
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && ipaddr.IPv4.isValidFourPartDecimal(text);
}

export function isCidr(text: string): boolean {
  const [address, prefix] = text.split('/');
  return address !== undefined && isAddress(address) && /^(\d|[12]\d|3[0-2])$/.test(prefix ?? '');
}

export function isRange(text: string): boolean {
  const [first, last, more] = text.split('-');
  if (first === undefined || last === undefined || more !== undefined || !isAddress(first)) return false;
  return isAddress(last) ? addressNumber(first) <= addressNumber(last) : isAddress(lastOfShortRange(first, last));
}

/** `192.168.1.100-199` means `192.168.1.100-192.168.1.199`. */
function lastOfShortRange(first: string, last: string): string {
  return `${first.slice(0, first.lastIndexOf('.'))}.${last}`;
}

/** The address as an unsigned 32-bit number, to compare and to count. */
export function addressNumber(address: string): number {
  return ipaddr.IPv4.parse(address)
    .toByteArray()
    .reduce((number, byte) => number * 256 + byte, 0);
}

/** First and last address, both included. */
export interface Interval {
  readonly first: number;
  readonly last: number;
}

export function intervalOf(cidrOrRange: string): Interval {
  if (cidrOrRange.includes('/')) {
    const first = addressNumber(networkAddress(cidrOrRange));
    return { first, last: first + 2 ** (32 - prefixLength(cidrOrRange)) - 1 };
  }
  const [first = '', last = ''] = cidrOrRange.split('-');
  return { first: addressNumber(first), last: addressNumber(isAddress(last) ? last : lastOfShortRange(first, last)) };
}

export function contains(cidrOrRange: string, address: string): boolean {
  const { first, last } = intervalOf(cidrOrRange);
  const number = addressNumber(address);
  return first <= number && number <= last;
}

export function overlaps(a: string, b: string): boolean {
  const [left, right] = [intervalOf(a), intervalOf(b)];
  return left.first <= right.last && right.first <= left.last;
}

export function isWithin(inner: string, outer: string): boolean {
  const [small, large] = [intervalOf(inner), intervalOf(outer)];
  return large.first <= small.first && small.last <= large.last;
}

export function prefixLength(cidr: string): number {
  return ipaddr.IPv4.parseCIDR(cidr)[1];
}

export function networkAddress(cidr: string): string {
  return ipaddr.IPv4.networkAddressFromCIDR(cidr).toString();
}

export function broadcastAddress(cidr: string): string {
  return ipaddr.IPv4.broadcastAddressFromCIDR(cidr).toString();
}

/** The address `offset` places after the first of the network. */
export function addressAt(cidr: string, offset: number): string {
  const number = intervalOf(cidr).first + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** The last of an address's four numbers. */
export function lastOctet(address: string): number {
  return addressNumber(address) % 256;
}
