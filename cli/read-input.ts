import { SecretFileError } from '../secret-files/error.ts';

/** All of standard input, as text. @throws SecretFileError when it is none */
export async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new SecretFileError('What was given is no text in UTF-8.', 'Give it as text, for example in base64.');
  }
}
