/** Where a value stands in the config: `['boards', 2, 'address']`. */
export type Path = readonly (string | number)[];

/** What a rule finds: a place, what is wrong there (both sides of a conflict), and how to mend it. */
export interface Finding {
  readonly path: Path;
  /** Reads after the path: `192.168.1.12 is already used by boards[0].address`. */
  readonly message: string;
  readonly hint: string;
  /** The other side of a conflict. */
  readonly other?: Path;
}

/** What a check of a rule gives. */
export interface RuleFinding extends Finding {
  /** Nobody knows which of the two sides is wrong: both are unknown to the rules after it. @default false */
  readonly isEitherWrong?: boolean;
}

/** A finding with the code of the rule that made it. */
export interface Problem extends Finding {
  /** Stable, upper case: `NET005`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
}

/** What the user can mend in the config: all problems of a stage at once, never one at a time. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => `${problem.code} ${formatPath(problem.path)}: ${problem.message}`).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** `boards[2].address`, as a person would write it in TypeScript. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z_$][\w$]*$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text === '' ? 'the config' : text;
}

/** The first four of a list, and how many more there are. */
export function listed(texts: readonly string[]): string {
  const more = texts.length - 4;
  return more > 0 ? `${texts.slice(0, 4).join(', ')} and ${more} more` : texts.join(', ');
}
