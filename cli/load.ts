import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import type { BuildContext, BuildOptions, BuildResult, Message, PluginBuild } from 'esbuild';
import { LoadError } from './load-error.ts';
import { evaluate, importMeta } from './load-evaluate.ts';
import { formatLocation, type Location } from './location.ts';

export { LoadError } from './load-error.ts';

/** What the config file exports, not yet checked. */
export interface LoadedConfig {
  readonly value: unknown;
  /** The config file, absolute. */
  readonly file: string;
  /** The config and every local file that it imports, absolute, in order of path. */
  readonly files: readonly string[];
}

export interface LoadOptions {
  /**
   * How long the config may run, in milliseconds.
   * @default 10000
   */
  readonly timeLimit?: number;
}

/**
 * Loads a config once: bundles it with its local imports and runs it in this thread.
 *
 * What the config prints goes to standard error. Types are not checked: the schema finds what matters.
 *
 * @throws LoadError when the file cannot be read, bundled or run, or has no object as default export.
 */
export async function loadConfig(file: string, { timeLimit = 10_000 }: LoadOptions = {}): Promise<LoadedConfig> {
  const path = resolve(file);
  checkFile(path);
  let bundle: BuildResult<BundleOptions>;
  try {
    // Not `buildSync`: the program goes on loading itself meanwhile.
    bundle = await esbuild().build(buildOptions(path));
  } catch (error) {
    throw bundleError(error, path);
  }
  return finish(path, bundle, timeLimit);
}

/** Loads a config again and again, for `--watch`: keeps esbuild running, so that a reload takes a few milliseconds. */
export class ConfigLoader {
  readonly #file: string;
  readonly #timeLimit: number;
  #context: BuildContext<BundleOptions> | undefined;
  #files: Set<string>;

  constructor(file: string, { timeLimit = 10_000 }: LoadOptions = {}) {
    this.#file = resolve(file);
    this.#timeLimit = timeLimit;
    this.#files = new Set([this.#file]);
  }

  /**
   * The config and every local file that the last load read, absolute, also when it failed. Watch their folders rather
   * than the files: an import that could not be found may come, and editors replace files.
   */
  get files(): readonly string[] {
    return [...this.#files].sort();
  }

  /** @throws LoadError as {@link loadConfig} does; load again when a file has changed. */
  async load(): Promise<LoadedConfig> {
    this.#files = new Set([this.#file]);
    checkFile(this.#file);
    let bundle: BuildResult<BundleOptions>;
    try {
      this.#context ??= await esbuild().context({
        ...buildOptions(this.#file),
        plugins: [
          {
            name: 'files',
            setup: ({ onLoad }: PluginBuild) => onLoad({ filter: /.*/ }, ({ path }) => void this.#files.add(path)),
          },
        ],
      });
      bundle = await this.#context.rebuild();
    } catch (error) {
      throw bundleError(error, this.#file);
    }
    return finish(this.#file, bundle, this.#timeLimit);
  }

  /** Ends esbuild: until then the program does not end by itself. */
  async dispose(): Promise<void> {
    await this.#context?.dispose();
    this.#context = undefined;
  }
}

/** esbuild, loaded at the first use only: it costs more than the rest of the start. */
function esbuild(): typeof import('esbuild') {
  return createRequire(import.meta.url)('esbuild');
}

type BundleOptions = ReturnType<typeof buildOptions>;

function buildOptions(file: string) {
  return {
    absWorkingDir: dirname(file),
    // Relative: esbuild takes a * in an entry point for a pattern.
    entryPoints: [`./${basename(file)}`],
    outfile: '.homecloud.config.bundle.cjs',
    write: false,
    bundle: true,
    // The home's packages are shared with the program, never copied into the config.
    packages: 'external',
    // A home's folder is where the admin put it, not where its links lead.
    preserveSymlinks: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    define: { 'import.meta': importMeta },
    supported: { 'dynamic-import': false },
    sourcemap: 'external',
    sourcesContent: false,
    metafile: true,
    logLevel: 'silent',
    // TypeScript calls these errors too, but nobody may have run it.
    logOverride: { 'duplicate-object-key': 'error', 'import-is-undefined': 'error' },
  } as const satisfies BuildOptions;
}

const readable = 'let your user read the file and enter its folders';

/** Refuses what esbuild would explain less well, or wait for: it reads a pipe to its end. */
function checkFile(file: string): void {
  const name = basename(file);
  try {
    const stats = statSync(file);
    if (stats.isDirectory()) {
      throw new LoadError(
        `${file} is a folder, not a config`,
        `name the file in it: ${join(name, 'homecloud.config.ts')}`,
      );
    }
    if (!stats.isFile()) throw new LoadError(`${file} is not a regular file`, 'name a TypeScript file');
  } catch (error) {
    if (error instanceof LoadError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new LoadError(
        `there is no ${name} in ${dirname(file)}`,
        'go to the folder of your home; a new home starts with a copy of the sample homecloud.config.ts (see the README)',
      );
    }
    throw new LoadError(`${file} cannot be read (${code})`, readable);
  }
}

function finish(file: string, bundle: BuildResult<BundleOptions>, timeLimit: number): LoadedConfig {
  const text = (end: string) => bundle.outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  return {
    value: evaluate({ code: text('.cjs'), sourceMap: text('.map') }, file, timeLimit),
    file,
    files: Object.keys(bundle.metafile.inputs)
      .map((input) => resolve(dirname(file), input))
      .sort(),
  };
}

/** What esbuild throws, in our words: errors in the files, or no esbuild for this machine. */
function bundleError(error: unknown, file: string): unknown {
  if (!(error instanceof Error)) return error;
  if (!('errors' in error && Array.isArray(error.errors))) {
    const [firstLine] = error.message.split('\n', 1);
    return new LoadError(
      `esbuild, which reads the config, does not run here: ${firstLine}`,
      'install again on this machine, optional packages included: npm ci --include=optional',
    );
  }
  const messages: Message[] = error.errors;
  const [first, ...more] = messages.map((message) => syntaxError(message, dirname(file)));
  if (first === undefined) return error;
  const others = more.map(
    ({ message, location }) => `\nalso ${location === undefined ? '' : `${formatLocation(location)}: `}${message}`,
  );
  return new LoadError(first.message + others.join(''), first.hint, first.location);
}

function syntaxError({ text, id, notes, location }: Message, folder: string): LoadError {
  const place = location === null ? undefined : locationOf(location, folder);
  const [, missing] = /^Could not resolve "(.*)"$/.exec(text) ?? [];
  if (missing !== undefined) {
    return new LoadError(`cannot find ${missing}`, 'a path starts from the folder of the file that imports it', place);
  }
  if (text.startsWith('Top-level await')) {
    return new LoadError(
      'the file waits: it has an await outside of a function',
      'a config is read at once: for a file, use the functions of node:fs that end in Sync',
      place,
    );
  }
  if (text.startsWith('Cannot read file')) return new LoadError(text, readable, place);
  const hint = id === 'duplicate-object-key' ? 'take one of the two away' : notes.map((note) => note.text).join(' ');
  return new LoadError(text, hint === '' ? 'correct the line' : hint, place);
}

function locationOf({ file, line, column, lineText }: NonNullable<Message['location']>, folder: string): Location {
  // esbuild counts bytes of UTF-8.
  const before = Buffer.from(lineText).subarray(0, column).toString();
  return { file: resolve(folder, file), line, column: before.length + 1 };
}
