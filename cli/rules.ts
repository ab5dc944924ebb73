import { catalogue } from '../model/catalogue.ts';
import { outerRules } from './problems.ts';

type Line = Readonly<Record<string, string>>;

/** Titles of the tables of {@link ruleTables}. */
export const ruleTitles = {
  rules: 'Rules: what a config is judged by',
  held: 'Held: what no config can break',
  later: 'Not judged yet',
} as const;

/** Every known way to break a home: what is judged, what cannot happen, and what is not judged yet. */
export function ruleTables(): Readonly<Record<keyof typeof ruleTitles, readonly Line[]>> {
  const entries = [...catalogue, ...outerRules.map((rule) => ({ kind: 'rule' as const, ...rule }))].sort((a, b) =>
    a.code < b.code ? -1 : 1,
  );
  return {
    rules: entries.flatMap((entry) =>
      entry.kind === 'rule'
        ? [
            {
              code: entry.code,
              severity: entry.severity,
              'what must be': entry.title,
              'what happens otherwise': entry.reason,
            },
          ]
        : [],
    ),
    held: entries.flatMap((entry) =>
      entry.kind === 'held'
        ? [{ code: entry.code, 'what must be': entry.title, 'why it cannot be otherwise': entry.reason }]
        : [],
    ),
    later: entries.flatMap((entry) =>
      entry.kind === 'later'
        ? [
            {
              code: entry.code,
              'what must be': entry.title,
              why: entry.reason,
              'comes with': entry.issue === null ? 'no issue yet' : `issue ${entry.issue}`,
            },
          ]
        : [],
    ),
  };
}

/** The catalogue as a page, in Markdown. */
export function rulesPage(): string {
  const tables = ruleTables();
  const parts = Object.entries(ruleTitles).map(([part, title]) => {
    const rows = tables[part as keyof typeof ruleTitles];
    const columns = Object.keys(rows[0] ?? {});
    const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
    return [
      `## ${title}`,
      '',
      line(columns),
      line(columns.map(() => '---')),
      ...rows.map((row) => line(columns.map((column) => row[column] ?? ''))),
    ].join('\n');
  });
  return [
    '# What a config is judged by',
    '',
    '`npm run golden` writes this page from the code; `npx homecloud report rules` prints it. Each rule stands beside the fields',
    'that it judges, in `model/`, and has its smallest mistake in `test/invalid/`.',
    '',
    parts.join('\n\n'),
    '',
  ].join('\n');
}
