import * as z from 'zod';

/** The fields of a schedule, each with its first and its last number (crontab(5)). */
const fields = [
  { what: 'minute', first: 0, last: 59 },
  { what: 'hour', first: 0, last: 23 },
  { what: 'day of the month', first: 1, last: 31 },
  { what: 'month', first: 1, last: 12 },
  // A CronJob of Kubernetes takes no 7 (robfig/cron, parser.go, dow).
  { what: 'day of the week', first: 0, last: 6 },
] as const;

/** When something is done again and again, as Kubernetes reads it: five fields of numbers, `*`, `,`, `-` and `/`. */
export const schedule = z.string().refine((written) => judge(written) === undefined, {
  error: ({ input }) => judge(String(input)) ?? '',
});

/** What is wrong with a schedule; `undefined` where nothing is. */
function judge(written: string): string | undefined {
  const parts = written.split(' ');
  if (parts.length !== fields.length) {
    return "is not a schedule: write minute, hour, day of the month, month and day of the week, for example '0 3 * * *' for every day at 3 in the morning";
  }
  const wrong = fields.find(({ first, last }, at) => !isField(parts[at] ?? '', first, last));
  return wrong && `is not a schedule: write numbers from ${wrong.first} to ${wrong.last}, or *, for its ${wrong.what}`;
}

function isField(text: string, first: number, last: number): boolean {
  return text.split(',').every((part) => {
    const [, range = '', from, to, step] = /^(\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? [];
    if (range === '' || (step !== undefined && Number(step) === 0)) return false;
    const numbers = [from, to].flatMap((number) => (number === undefined ? [] : [Number(number)]));
    return numbers.every((number) => number >= first && number <= last) && (numbers[0] ?? 0) <= (numbers[1] ?? last);
  });
}
