import { X509Certificate } from 'node:crypto';
import type { Secret } from '../model/secrets.ts';
import type { SecretProblem } from './problems.ts';

/**
 * What is wrong between a private authority and the home: its name constraints are for another domain or network, so
 * that devices would refuse all that it signs, while cert-manager and Flux say that all is well.
 * @param root its root in PEM, as `public.yml` has it
 */
export function authorityProblems({ name, source }: Secret, root: string | undefined): SecretProblem[] {
  if (source.kind !== 'certificate-authority' || root === undefined) return [];
  const { domain, subnet } = source;
  let der: Buffer;
  try {
    der = new X509Certificate(root).raw;
  } catch {
    return [
      {
        code: 'SEC012',
        message: `secrets/public.yml has no certificate as ca.crt of ${name}`,
        hint: 'take it from Git again, as homecloud wrote it',
      },
    ];
  }
  const wrong = [
    ...(der.includes(tagged(dnsName, Buffer.from(domain))) ? [] : [`home.domain ${domain}`]),
    ...(der.includes(tagged(ipAddress, networkBytes(subnet))) ? [] : [`network.subnet ${subnet}`]),
  ];
  if (wrong.length === 0) return [];
  return [
    {
      code: 'SEC015',
      message: `${name} was made for another home, and cannot sign for ${wrong.join(' and ')}`,
      hint: `make another one, and install its root on every device: homecloud secrets rotate ${name}`,
    },
  ];
}

/** Tags of a GeneralName (RFC 5280, section 4.2.1.6). */
const dnsName = 0x82;
const ipAddress = 0x87;

/** A value in DER, of at most 255 bytes. */
function tagged(tag: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...(value.length > 127 ? [0x81] : []), value.length]), value]);
}

/** Address and mask of an IPv4 network in CIDR notation, as a name constraint has them. */
function networkBytes(cidr: string): Buffer {
  const [address = '', length = ''] = cidr.split('/');
  const mask = Buffer.alloc(4);
  mask.writeUInt32BE((2 ** 32 - 2 ** (32 - Number(length))) >>> 0);
  return Buffer.concat([Buffer.from(address.split('.').map(Number)), mask]);
}
