import { existsSync } from 'node:fs';
import { createRequire, SourceMap } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect, types } from 'node:util';
import vm from 'node:vm';
import { LoadError } from './load-error.ts';
import type { Location } from './location.ts';

/** The config and its local imports as one CommonJS script. */
export interface Bundle {
  readonly code: string;
  /** JSON; its sources are URLs relative to the config's folder. */
  readonly sourceMap: string;
}

/** The name that the script's frames bear in a stack: a bundle's line is no line of the config. */
export const scriptName = 'homecloud-config-bundle';

/** What the bundle writes for `import.meta`, which a CommonJS script does not have. */
export const importMeta = '__homecloud_import_meta';

/**
 * Runs the bundle in this thread, for a config may hold functions and classes, and returns its default export.
 *
 * While it runs, what it prints goes to standard error, so that standard output has the result of the verb only, and
 * `process.exit` is refused. A synchronous wait in another program (`execFileSync`) cannot be cut.
 *
 * @param file the config: packages are resolved from its folder.
 * @param timeLimit milliseconds.
 * @throws LoadError when the config throws, exits, takes longer than the limit, or has no object as default export.
 */
export function evaluate({ code, sourceMap }: Bundle, file: string, timeLimit: number): unknown {
  const locate = locator(sourceMap, dirname(file));
  let value: unknown;
  let failure: LoadError | undefined;
  const run = () => {
    try {
      value = defaultExport(runScript(code, file, locate), file);
    } catch (thrown) {
      failure ??= thrown instanceof LoadError ? thrown : thrownBy(thrown, file, locate);
    }
  };

  const { exit, exitCode } = process;
  const { write } = process.stdout;
  const { stackTraceLimit } = Error;
  // A package's own frames, ten by default, must not hide the line of the config that called it.
  Error.stackTraceLimit = 200;
  process.stdout.write = process.stderr.write.bind(process.stderr);
  process.exit = (status) => {
    failure = new LoadError(
      `${basename(file)} ends the program: it calls process.exit(${status ?? ''})`,
      'to refuse a wrong value, throw an Error that says what is wrong',
      locate(new Error().stack),
    );
    throw failure;
  };
  try {
    // Only a script of its own context can be cut: it calls back into ours, and the limit holds for all of it.
    vm.runInContext('run()', vm.createContext({ run }), { timeout: timeLimit });
  } catch (error) {
    if (!(types.isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')) throw error;
    failure = new LoadError(
      `${basename(file)} did not finish loading in ${timeLimit / 1000} s`,
      'look for a loop without end, or for slow work: a config only describes the home',
    );
  } finally {
    process.stdout.write = write;
    process.exit = exit;
    process.exitCode = exitCode;
    Error.stackTraceLimit = stackTraceLimit;
  }
  if (failure !== undefined) throw failure;
  return value;
}

/** Finds, in a stack, the innermost place of the config or its local imports. */
type Locator = (stack: unknown) => Location | undefined;

function locator(sourceMap: string, folder: string): Locator {
  let map: SourceMap | undefined;
  return (stack) => {
    if (typeof stack !== 'string') return undefined;
    for (const [, line, column] of stack.matchAll(new RegExp(`${scriptName}:(\\d+)(?::(\\d+))?`, 'g'))) {
      map ??= new SourceMap(JSON.parse(sourceMap));
      const entry = map.findEntry(Number(line) - 1, Number(column ?? 1) - 1);
      if ('originalSource' in entry) {
        return {
          file: fileURLToPath(new URL(entry.originalSource, pathToFileURL(join(folder, '/')))),
          line: entry.originalLine + 1,
          column: entry.originalColumn + 1,
        };
      }
    }
    return undefined;
  };
}

/** Runs the script and returns its `module.exports`. */
function runScript(code: string, file: string, locate: Locator): unknown {
  const module = { exports: {} };
  const meta = {
    get filename() {
      return locate(new Error().stack)?.file ?? file;
    },
    get dirname() {
      return dirname(this.filename);
    },
    get url() {
      return pathToFileURL(this.filename).href;
    },
  };
  const script = vm.compileFunction(code, ['require', 'module', 'exports', importMeta], { filename: scriptName });
  script(requireFrom(file, locate), module, module.exports, meta);
  return module.exports;
}

/** `require` of a package from the config's folder, with errors that say which package, where, and what to do. */
function requireFrom(file: string, locate: Locator): (id: string) => unknown {
  const require = createRequire(file);
  const load = (id: string) => {
    try {
      return require(id);
    } catch (error) {
      const place = locate(new Error().stack);
      throw isInstalled(id, require)
        ? new LoadError(`cannot load "${id}": ${firstLine(describe(error))}`, reinstall(id), place)
        : new LoadError(`the package "${id}" is not installed`, install(id, dirname(place?.file ?? file)), place);
    }
  };
  return Object.assign(load, { resolve: require.resolve });
}

function isInstalled(id: string, require: NodeJS.Require): boolean {
  try {
    require.resolve(id);
    return true;
  } catch (error) {
    // Another module that cannot be found is a file that a package names and lacks.
    return !describe(error).includes(`Cannot find module '${id}'`);
  }
}

function install(id: string, folder: string): string {
  const local = ['.ts', '.mts', '.js', '.mjs', '.json'].find((extension) => existsSync(join(folder, id + extension)));
  if (local !== undefined) return `a file of yours is imported by its path: './${id}${local}'`;
  return `in the folder of the home: npm install ${packageOf(id)}`;
}

function reinstall(id: string): string {
  const name = packageOf(id);
  return name === 'homecloud'
    ? 'in a clone of homecloud: npm ci && npm run build; in a home: npm install homecloud'
    : `install it again, or another version of it: npm install ${name}`;
}

/** `@scope/name` of `@scope/name/file.js`. */
function packageOf(id: string): string {
  return id
    .split('/')
    .slice(0, id.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The error for what the config threw, which can be anything at all. */
function thrownBy(thrown: unknown, file: string, locate: Locator): LoadError {
  let stack: unknown;
  try {
    stack = types.isNativeError(thrown) ? thrown.stack : undefined;
  } catch {
    stack = undefined;
  }
  const place = locate(stack);
  return new LoadError(
    `${basename(file)} throws ${describe(thrown)}`,
    place === undefined ? 'throw an Error, so that its line can be shown here' : 'correct the line',
    place,
  );
}

function describe(thrown: unknown): string {
  try {
    if (types.isNativeError(thrown)) return `${thrown.name}: ${thrown.message}`;
    // Without the thrown object's own functions, and short.
    const text = inspect(thrown, { customInspect: false, depth: 1, breakLength: Number.POSITIVE_INFINITY });
    return `${text.length > 200 ? `${text.slice(0, 200)}...` : text}, which is not an Error`;
  } catch {
    return 'an error that cannot be read';
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** The default export of a module, if it is an object, as a config must be. */
function defaultExport(exports: unknown, file: string): unknown {
  const example = 'end the file with: export default defineConfig({ ... });';
  if (typeof exports !== 'object' || exports === null || !('default' in exports)) {
    const named = typeof exports === 'object' && exports !== null ? Object.keys(exports) : [];
    const instead = named.length === 0 ? 'it exports nothing' : `it exports ${named.join(', ')}`;
    throw new LoadError(`${basename(file)} has no default export: ${instead}`, example);
  }
  const value = exports.default;
  if (types.isPromise(value)) {
    // Its failure is of no interest any more, and would end the program.
    value.catch(() => undefined);
    const hint = 'export the object itself: to read a file, use the functions of node:fs that end in Sync';
    throw new LoadError(`the default export of ${basename(file)} is a Promise, not an object`, hint);
  }
  const kind = kindOf(value);
  if (kind !== undefined) {
    throw new LoadError(
      `the default export of ${basename(file)} is ${kind}, not an object`,
      kind === 'a function' ? `export what it returns; ${example}` : example,
    );
  }
  return value;
}

/** What a value is, or undefined when it is an object. */
function kindOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? undefined : `a ${typeof value}`;
}
