import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { styleText } from 'node:util';
import { ConfigError, formatPath, type Problem } from '../model/problems.ts';
import { SecretFileError } from '../secret-files/error.ts';
import { SecretsError, secretRules } from '../secret-store/problems.ts';
import { WriteError } from '../tree/write-error.ts';
import { LoadError } from './load-error.ts';
import { codeFrame, formatLocation, type Location } from './location.ts';
import type { VerbOptions } from './main.ts';

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

/**
 * A problem as text: place, code, what is wrong, where the other side stands, how to mend it.
 * @param isOuter for what is wrong around the config: without a key, with the line of its place. @default false
 */
export function formatProblem(problem: LocatedProblem, isOuter = false): string {
  const { code, severity, path, message, hint, location, other, otherLocation } = problem;
  const label = severity === 'error' ? paint('red', 'error') : paint('yellow', 'warning');
  return [
    `${location ? `${formatLocation(location)} ` : ''}${label} ${code}`,
    isOuter ? `  ${message}` : `  ${paint('bold', formatPath(path))}: ${message}`,
    ...(location && isOuter ? [codeFrame(location).replace(/^/gm, '  ')] : []),
    ...(other && otherLocation ? [`  ${formatPath(other)} is at ${formatLocation(otherLocation)}`] : []),
    `  → ${hint}`,
  ].join('\n');
}

/** Codes of what is wrong outside of the config's values. */
export const outerRules = [
  {
    code: 'CFG007',
    severity: 'error',
    title: 'the config is a TypeScript file that runs to its end and exports the home',
    reason: 'nothing can be said about it',
  },
  {
    code: 'OUT009',
    severity: 'error',
    title: 'dist/ can be written, and is a folder of the home alone',
    reason: 'a half-written dist/, or files of somebody else, would be lost',
  },
  ...secretRules,
] as const;

/** What `--json` prints of a problem. */
export type JsonResult = { readonly fine: boolean; readonly problems: readonly LocatedProblem[] };

/** Runs a verb and tells what the user can mend, without a stack. Anything else is a bug of homecloud and keeps its stack. */
export async function reportingErrors(
  verb: () => Promise<ExitCode>,
  { config, json = false }: Pick<VerbOptions, 'config' | 'json'>,
): Promise<ExitCode> {
  try {
    return await verb();
  } catch (error) {
    const problems = await mendable(error, config);
    if (problems === undefined) throw error;
    const exitCode = error instanceof WriteError ? exitCodes.findings : exitCodes.wrong;
    if (json) {
      printJson({ fine: false, problems });
      return exitCode;
    }
    printError(problems.map((problem) => formatProblem(problem, !(error instanceof ConfigError))).join('\n\n'));
    if (error instanceof ConfigError)
      printError(`\n${count(problems.length, 'problem')} in ${relative(process.cwd(), config)}: nothing was written.`);
    return exitCode;
  }
}

/** What a person can mend; `undefined` for a bug of ours. */
async function mendable(error: unknown, config: string): Promise<LocatedProblem[] | undefined> {
  if (error instanceof ConfigError) return locateProblems(error.problems, config);
  const outer = (code: string, { message, hint }: { readonly message: string; readonly hint: string }) =>
    ({ code, severity: 'error', path: [], message, hint }) as const;
  if (error instanceof SecretsError) return error.problems.map((problem) => outer(problem.code, problem));
  if (error instanceof SecretFileError) return [outer('SEC012', error)];
  if (error instanceof WriteError) return [outer('OUT009', error)];
  if (isFileError(error)) {
    const { path, code = '' } = error;
    const message = `${path === undefined ? '' : `${path}: `}${fileErrors.get(code)}`;
    return [outer('SEC012', { message, hint: 'mend that, then run this again' })];
  }
  if (error instanceof LoadError)
    return [{ ...outer('CFG007', error), ...(error.location && { location: error.location }) }];
  return undefined;
}

/** What a person can mend about a file that a verb reads or writes by its name. */
const fileErrors: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'this account may not read or write it'],
  ['EPERM', 'this account may not do that, or its file system cannot'],
  ['EISDIR', 'a folder is there, where a file is needed'],
  ['ENOTDIR', 'goes through a file, where a folder is needed'],
  ['EROFS', 'is on a file system that can only be read'],
  ['ENOSPC', 'the disk is full; no file was changed half'],
  ['EDQUOT', 'this account has no more space on the disk; no file was changed half'],
  ['EFBIG', 'the file would be larger than this account may write; no file was changed half'],
  ['ELOOP', 'is a link that goes in a circle'],
  ['ENOENT', 'is not there, or is a link to nothing'],
]);

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return error instanceof Error && syscall !== undefined && fileErrors.has(code ?? '');
}

/** What is wrong around the config, as text. */
export function formatOuter({ code, message, hint }: Pick<Problem, 'code' | 'message' | 'hint'>): string {
  return formatProblem({ code, severity: 'error', path: [], message, hint }, true);
}

/** Text for programs, on standard output. */
export function printJson(result: JsonResult & Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
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
