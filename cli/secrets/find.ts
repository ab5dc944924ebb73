import { suggest } from '../../model/nearest.ts';
import type { Secret } from '../../model/secrets.ts';
import { SecretFileError } from '../../secret-files/error.ts';

/** The secret of that name. @throws SecretFileError with what there is */
export function findSecret(secrets: readonly Secret[], name: string): Secret {
  const found = secrets.find((secret) => secret.name === name);
  if (found !== undefined) return found;
  const names = secrets.map((secret) => secret.name);
  throw new SecretFileError(
    // What was typed could be a value.
    /^[a-z0-9-]{1,63}$/.test(name) ? `This home has no secret ${name}.` : 'This home has no secret of that name.',
    suggest(name, names, `its secrets are ${names.join(', ')}`),
  );
}
