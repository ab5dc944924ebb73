import type { SecretSource } from '../model/secrets.ts';
import { newIdentity, recipientOf } from '../secret-files/age.ts';
import { deviceIdOf } from '../secret-values/device-id.ts';
import { makePassword, personalPassword } from '../secret-values/password.ts';
import { makeToken, tokenBytes } from '../secret-values/token.ts';

/** The parts of a value, by name. */
export type Parts = Readonly<Record<string, string>>;

/** What a value is made for. */
export interface MakeContext {
  /** Name of the home. */
  readonly home: string;
  readonly now: Date;
}

/** A new value; `undefined` for one that the admin supplies. */
export async function makeParts(source: SecretSource, { home, now }: MakeContext): Promise<Parts | undefined> {
  switch (source.kind) {
    case 'password':
      return { password: makePassword(personalPassword) };
    case 'token':
      return { token: makeToken(tokenBytes) };
    case 'ssh-key': {
      const { makeSshKey } = await import('../secret-values/ssh-key.ts');
      const { privateKey, publicKey } = makeSshKey(`homecloud of ${home}`);
      return { privateKey, publicKey };
    }
    case 'age-identity':
      return deriveParts(source, { identity: await newIdentity() });
    case 'syncthing-identity': {
      const { makeSyncthingIdentity } = await import('../secret-values/syncthing.ts');
      return { ...(await makeSyncthingIdentity(now)) };
    }
    case 'certificate-authority': {
      const { makeCertificateAuthority } = await import('../secret-values/certificate-authority.ts');
      const { domain, subnet } = source;
      return { ...(await makeCertificateAuthority({ home, domain, subnet, now })) };
    }
    case 'supplied':
      return undefined;
  }
}

/** The parts with those that follow from them. */
export async function deriveParts(source: SecretSource, parts: Parts): Promise<Parts> {
  switch (source.kind) {
    case 'ssh-key': {
      if (parts['privateKey'] === undefined) return parts;
      const { publicOf } = await import('../secret-values/ssh-key.ts');
      return { ...parts, publicKey: publicOf(parts['privateKey']).publicKey };
    }
    case 'age-identity': {
      // The identities before it stand behind it.
      const [identity] = (parts['identity'] ?? '').split('\n');
      return identity ? { ...parts, recipient: await recipientOf(identity) } : parts;
    }
    case 'syncthing-identity': {
      if (parts['certificate'] === undefined) return parts;
      return { ...parts, deviceId: deviceIdOf(parts['certificate']) };
    }
    default:
      return parts;
  }
}

/** Parts that everyone may know. */
export function publicHalves(source: SecretSource, parts: Parts): Parts {
  const names = {
    'ssh-key': 'publicKey',
    'age-identity': 'recipient',
    'syncthing-identity': 'deviceId',
    'certificate-authority': 'ca.crt',
  };
  const name = names[source.kind as keyof typeof names];
  const half = name === undefined ? undefined : parts[name];
  return name === undefined || half === undefined ? {} : { [name]: half };
}

/** The part that can be weak, when somebody has chosen it: whoever can open the files can write their own into them. */
export function guessable(source: SecretSource, parts: Parts): string | undefined {
  switch (source.kind) {
    case 'password':
      return parts['password'];
    case 'token':
      return parts['token'];
    case 'supplied':
      return parts['value'];
    default:
      return undefined;
  }
}
