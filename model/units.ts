const powers = { MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;

/** Bytes of `'8GiB'`, or `undefined` for what is not a number above zero with the unit MiB, GiB or TiB. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s?(MiB|GiB|TiB)$/.exec(text);
  if (!match) return undefined;
  const bytes = Math.round(Number(match[1]) * powers[match[2] as keyof typeof powers]);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** `8 GiB`, `1.5 GiB`, `512 MiB`: the largest unit that leaves at least one. */
export function formatBytes(bytes: number): string {
  const unit = bytes >= powers.TiB ? 'TiB' : bytes >= powers.GiB ? 'GiB' : 'MiB';
  // Down: what is too little never looks like enough.
  return `${Math.floor((bytes / powers[unit]) * 10) / 10} ${unit}`;
}
