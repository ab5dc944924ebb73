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

/**
 * The longest time between two runs.
 * @param written a schedule that is right
 * @returns hours; those of 28 years for one that never comes, such as the 30th of February
 */
export function longestGapHours(written: string): number {
  let [last, longest] = [0, 0];
  for (const minute of runsOf(written, isWeekly(written) ? threeWeeks : allDates)) {
    longest = Math.max(longest, minute - last);
    last = minute;
  }
  return last === 0 ? allDates * 24 : longest / 60;
}

/**
 * How two schedules lie to each other, over two years.
 * @returns hours. `age`: how long ago the first ran, at most, whenever the second runs. `wait`: how long after the first the
 * second runs, at most. What runs at the same time has not run before
 */
export function hoursBetween(first: string, second: string): { readonly age: number; readonly wait: number } {
  const days = isWeekly(first) && isWeekly(second) ? threeWeeks : 2 * 365 + 1;
  const [before, after] = [first, second].map((one) => [...runsOf(one, days)]) as [number[], number[]];
  const reversed = (minutes: number[]) => minutes.map((minute) => -minute).reverse();
  return { age: longestSince(before, after) / 60, wait: longestSince(reversed(after), reversed(before)) / 60 };
}

/** The longest time from the last of `runs` before each of `others`, for those that have one before; both sorted. */
function longestSince(runs: readonly number[], others: readonly number[]): number {
  let [at, longest] = [0, 0];
  for (const other of others) {
    while ((runs[at + 1] ?? Number.POSITIVE_INFINITY) < other) at += 1;
    const last = runs[at] ?? Number.POSITIVE_INFINITY;
    if (last < other) longest = Math.max(longest, other - last);
  }
  return longest;
}

/** Days after which every date has been on every day of the week: 28 years. */
const allDates = 28 * 365 + 7;

/** Days in which all that is the same every week is seen with what is before and after it. */
const threeWeeks = 3 * 7;

/** Whether every week is like every other. */
function isWeekly(written: string): boolean {
  const [, , day, month] = written.split(' ');
  return day === '*' && month === '*';
}

/** When it runs, in minutes since the first day: whole numbers, whose differences are exact. */
function* runsOf(written: string, count: number): Generator<number> {
  const parts = written.split(' ');
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = fields.map(({ first, last }, at) =>
    numbersOf(parts[at] ?? '', first, last),
  );
  // Where both are said, one of them is enough (robfig/cron, spec.go, dayMatches).
  const isEither = parts[2] !== '*' && parts[4] !== '*';
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute)).sort((a, b) => a - b);
  for (let day = 0; day < count; day++) {
    const date = new Date(Date.UTC(2001, 0, 1 + day));
    const [isDay, isWeekday] = [days.includes(date.getUTCDate()), weekdays.includes(date.getUTCDay())];
    if (!months.includes(date.getUTCMonth() + 1) || !(isEither ? isDay || isWeekday : isDay && isWeekday)) continue;
    for (const time of times) yield day * 24 * 60 + time;
  }
}

function numbersOf(text: string, first: number, last: number): number[] {
  return text.split(',').flatMap((part) => {
    const [, range = '', from = String(first), to, step] = /^(\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? [];
    // One number with a step goes on to the last (robfig/cron, parser.go, getRange).
    const end = to !== undefined ? Number(to) : range === '*' || step !== undefined ? last : Number(from);
    const numbers = Array.from({ length: end - Number(from) + 1 }, (_none, index) => Number(from) + index);
    return numbers.filter((number) => (number - Number(from)) % Number(step ?? 1) === 0);
  });
}
