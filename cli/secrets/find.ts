import { suggest } from '../../model/nearest.ts';
import type { Secret } from '../../model/secrets.ts';
import { SecretFileError } from '../../secret-files/error.ts';

/** The secret of that name. @throws SecretFileError with what there is */
export function findSecret(secrets: readonly Secret[], name: string): Secret {
  const found = secrets.find((secret) => secret.name === name);
  if (found !== undefined) return found;
  const names = secrets.map((secret) => secret.name);
  throw new SecretFileError(
    `This home has no secret ${name}.`,
    suggest(name, names, `its secrets are ${names.join(', ')}`),
  );
}
