import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { styleText } from 'node:util';
import { ConfigError, formatPath, type Problem } from '../model/problems.ts';
import { WriteError } from '../tree/write-error.ts';
import { LoadError } from './load-error.ts';
import { codeFrame, formatLocation, type Location } from './location.ts';

/** Exit codes: all is well; drift or findings; the config or the call is wrong. */
export const exitCodes = { fine: 0, findings: 1, wrong: 2 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A problem with the places of both of its sides, where they can be found. */
export interface LocatedProblem extends Problem {
  readonly location?: Location;
  readonly otherLocation?: Location;
}

/** Finds the problems' places in the config file. Reads and parses it, so only when there is a problem. */
export async function locateProblems(problems: readonly Problem[], file: string): Promise<LocatedProblem[]> {
  if (problems.length === 0) return [];
  const { locator } = await import('./locate.ts');
  const locate = locator(file, readFileSync(file, 'utf8'));
  return problems.map((problem) => {
    const location = locate(problem.path);
    const otherLocation = problem.other && locate(problem.other);
    return { ...problem, ...(location && { location }), ...(otherLocation && { otherLocation }) };
  });
}

/** A problem as text: place, code, what is wrong, where the other side stands, how to mend it. */
export function formatProblem(problem: LocatedProblem): string {
  const { code, severity, path, message, hint, location, other, otherLocation } = problem;
  const label = severity === 'error' ? paint('red', 'error') : paint('yellow', 'warning');
  return [
    `${location ? `${formatLocation(location)} ` : ''}${label} ${code}`,
    `  ${paint('bold', formatPath(path))}: ${message}`,
    ...(other && otherLocation ? [`  ${formatPath(other)} is at ${formatLocation(otherLocation)}`] : []),
    `  → ${hint}`,
  ].join('\n');
}

/** Runs a verb and tells what the user can mend, without a stack. Anything else is a bug of homecloud and keeps its stack. */
export async function reportingErrors(
  verb: () => Promise<ExitCode>,
  configFile = 'homecloud.config.ts',
): Promise<ExitCode> {
  try {
    return await verb();
  } catch (error) {
    if (error instanceof ConfigError) {
      const problems = await locateProblems(error.problems, configFile);
      printError(problems.map(formatProblem).join('\n\n'));
      printError(
        `\n${count(problems.length, 'problem')} in ${relative(process.cwd(), configFile)}: nothing was written.`,
      );
      return exitCodes.wrong;
    }
    if (error instanceof LoadError) {
      const { message, hint, location } = error;
      printError(`${location ? `${formatLocation(location)} ` : ''}${paint('red', 'error')}\n  ${message}`);
      if (location) printError(codeFrame(location).replace(/^/gm, '  '));
      printError(`  → ${hint}`);
      return exitCodes.wrong;
    }
    if (error instanceof WriteError) {
      printError(`${paint('red', 'error')}\n  ${error.message}\n  → ${error.hint}`);
      return exitCodes.findings;
    }
    throw error;
  }
}

/** `1 file`, `3 files`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Text for standard error; standard output is for results. */
export function printError(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Colour, only on a terminal and where `NO_COLOR` is not set. */
function paint(style: 'red' | 'yellow' | 'bold', text: string): string {
  return process.stderr.isTTY && !process.env['NO_COLOR'] ? styleText(style, text) : text;
}
