import { randomInt } from 'node:crypto';

/**
 * What passwords are made of. None has a character that Samba, a mount option of CIFS (`,`), htpasswd (`:`), a URL, a
 * shell or YAML reads as its own.
 */
export const alphabets = {
  /**
   * For people, who type it on a phone: no upper case, which costs a key each, and none of `i l o 0 1`, which look
   * alike on paper.
   */
  typed: 'abcdefghjkmnpqrstuvwxyz23456789',
  /** For machines: the most entropy for each character that every consumer takes as it is. */
  alphanumeric: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
} as const;

/** Entropy below which a password is not made unless its consumer can take no more. Bits. */
export const minimumEntropyBits = 128;

/** What a password looks like. */
export interface PasswordForm {
  readonly alphabet: keyof typeof alphabets;
  /** Random characters, without hyphens. */
  readonly length: number;
  /** Characters between hyphens. @default none: no hyphens */
  readonly groupsOf?: number;
  /** Why the consumer takes no password of {@link minimumEntropyBits}. @default undefined: it does */
  readonly weakerBecause?: string;
}

/** The first password of a person: `k7pm-wq3d-…`, seven groups of four, 138 bits. */
export const personalPassword: PasswordForm = { alphabet: 'typed', length: 28, groupsOf: 4 };

/** A password between two machines: 190 bits, and short of the 72 bytes after which bcrypt reads no further. */
export const machinePassword: PasswordForm = { alphabet: 'alphanumeric', length: 32 };

/** Entropy of a random password of this form, in bits. Hyphens add none. */
export function entropyBits({ alphabet, length }: Pick<PasswordForm, 'alphabet' | 'length'>): number {
  return length * Math.log2(alphabets[alphabet].length);
}

/**
 * A new random password; each character is as likely as any other.
 * @throws when it would be weaker than {@link minimumEntropyBits} without a reason: a slip of ours
 */
export function makePassword(form: PasswordForm): string {
  const { length, groupsOf = length, weakerBecause } = form;
  if (entropyBits(form) < minimumEntropyBits && weakerBecause === undefined) {
    throw new RangeError(
      `${length} characters of the alphabet ${form.alphabet} have ${Math.floor(entropyBits(form))} bits of entropy; ` +
        `make it longer, to at least ${minimumEntropyBits} bits, or say why its consumer takes no more`,
    );
  }
  const letters = alphabets[form.alphabet];
  const groups: string[] = [];
  for (let made = 0; made < length; made += groupsOf) {
    const size = Math.min(groupsOf, length - made);
    groups.push(Array.from({ length: size }, () => letters.charAt(randomInt(letters.length))).join(''));
  }
  return groups.join('-');
}
