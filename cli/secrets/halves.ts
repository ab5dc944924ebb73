import type { PublicFacts } from '../../secret-store/public.ts';

/** The public halves of secrets, as text: what a Git server or a peer must be told. */
export function halvesOf({ publicHalves }: PublicFacts, names: readonly string[]): string[] {
  return names.flatMap((name) =>
    Object.entries(publicHalves[name] ?? {}).map(
      ([part, text]) => `  public half of ${name} (${part}):\n  ${text.trim().replaceAll('\n', '\n  ')}`,
    ),
  );
}
