/** The first line of an age file in ASCII armor, and of a binary one (C2SP, age). */
export const armorStart = '-----BEGIN AGE ENCRYPTED FILE-----';
const binaryStart = 'age-encryption.org/v1\n';

/** Whether a file is one that age wrote, by its start. */
export function isAgeFile(content: Uint8Array): boolean {
  const start = Buffer.from(content.subarray(0, armorStart.length)).toString('latin1');
  return start.startsWith(armorStart) || start.startsWith(binaryStart);
}
