import { compareSync, genSaltSync, hashSync } from 'bcryptjs';

/**
 * Cost of the hash: 2^8 rounds. Traefik computes it for every single request (pkg/middlewares/auth/basic_auth.go), and
 * a page makes dozens; each step up doubles that work of the board, and what an attacker gains by sending wrong
 * passwords. The passwords that homecloud makes have 128 bits of entropy and more, which no hash needs to stretch.
 */
const cost = 8;

/** Bcrypt reads no further. Bytes. */
const passwordLimit = 72;

/**
 * A line of an htpasswd file, or of a `users` list of Traefik's basicAuth.
 * @returns `user:$2y$08$…` without a line break: the form of `htpasswd -B`. Traefik's library (go-http-auth, basic.go)
 * knows bcrypt by `$2a$`, `$2b$`, `$2x$` and `$2y$`; Apache's by `$2y$`
 * @throws when the user or the password cannot stand in such a file
 */
export function htpasswdLine(user: string, password: string): string {
  if (user === '' || /[:\p{Cc}]|^#|^\s|\s$/u.test(user)) {
    throw new RangeError(
      `a user of htpasswd has no colon, no space at an end and no # in front: ${JSON.stringify(user)}`,
    );
  }
  if (Buffer.byteLength(password) > passwordLimit || /\0/.test(password)) {
    throw new RangeError(
      `the password of ${user} has more than ${passwordLimit} bytes, or a NUL: bcrypt would compare only a part of it`,
    );
  }
  // One algorithm, two marks: $2b$ is OpenBSD's, $2y$ that of htpasswd.
  return `${user}:${hashSync(password, genSaltSync(cost).replace('$2b$', '$2y$'))}`;
}

/** Whether a line of {@link htpasswdLine} or `htpasswd -B` is of this user and this password. */
export function verifyHtpasswd(line: string, user: string, password: string): boolean {
  const colon = line.indexOf(':');
  return line.slice(0, colon) === user && compareSync(password, line.slice(colon + 1).trim());
}
