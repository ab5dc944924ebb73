/** A text cut into pieces of a length; the last can be shorter. */
export function split(text: string, length: number): string[] {
  return text.match(new RegExp(`.{1,${length}}`, 'g')) ?? [];
}
