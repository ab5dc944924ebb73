/** A line of a table, by column. */
export type Row = Readonly<Record<string, string | number>>;

/** Columns as wide as their widest cell. */
export function formatTable(rows: readonly Row[]): string {
  const [first] = rows;
  if (first === undefined) return '  none';
  const columns = Object.keys(first);
  const lines = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_column, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  return lines
    .map((line) => `  ${line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
