/** IPv4 arithmetic on the texts of the config. Callers pass texts that the schema has accepted. */

/** Without leading zeros: many readers take such a number for an octal one. */
const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const form = new RegExp(`^${byte}(?:\\.${byte}){3}$`);

export function isAddress(text: string): boolean {
  return form.test(text);
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
  return address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0);
}

/** First and last address, both included. */
export interface Interval {
  readonly first: number;
  readonly last: number;
}

export function intervalOf(cidrOrRange: string): Interval {
  if (cidrOrRange.includes('/')) {
    const size = 2 ** (32 - prefixLength(cidrOrRange));
    const address = addressNumber(cidrOrRange.slice(0, cidrOrRange.indexOf('/')));
    const first = address - (address % size);
    return { first, last: first + size - 1 };
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
  return Number(cidr.slice(cidr.indexOf('/') + 1));
}

export function networkAddress(cidr: string): string {
  return addressOf(intervalOf(cidr).first);
}

export function broadcastAddress(cidr: string): string {
  return addressOf(intervalOf(cidr).last);
}

/** The address `offset` places after the first of the network. */
export function addressAt(cidr: string, offset: number): string {
  return addressOf(intervalOf(cidr).first + offset);
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** The last of an address's four numbers. */
export function lastOctet(address: string): number {
  return addressNumber(address) % 256;
}
