import { SecretFileError } from '../secret-files/error.ts';

/** Does something with a file, whose name what is wrong then begins with. */
export async function naming<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SecretFileError)) throw error;
    throw new SecretFileError(`${file}: ${error.message}`, error.hint);
  }
}
