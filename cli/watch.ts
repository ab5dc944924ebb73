import { type FSWatcher, watch as watchFolder } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigLoader } from './load.ts';
import { type ExitCode, exitCodes, printError, reportingErrors } from './problems.ts';
import { type SynthOptions, synthOnce } from './synth.ts';

/** Editors save in several steps: one change is read when no other has followed for so many milliseconds. */
const quietTime = 20;

/** Writes `dist/` now and at each change of the config or of a file that it imports, until it is interrupted. */
export async function watch(options: SynthOptions): Promise<ExitCode> {
  const loader = new ConfigLoader(options.config);
  const watchers = new Map<string, FSWatcher>();
  let changed = () => {};
  try {
    for (;;) {
      const change = new Promise<void>((resolve) => {
        changed = resolve;
      });
      await reportingErrors(async () => {
        await synthOnce(options, await loader.load());
        return exitCodes.fine;
      }, options);
      const files = new Set(loader.files);
      for (const folder of new Set([...files].map((file) => dirname(file)))) {
        if (!watchers.has(folder))
          watchers.set(
            folder,
            watchFolder(folder, (_event, name) => void (name && isSource(name) && changed())),
          );
      }
      if (!options.quiet) printError(`Watching ${options.config}; end with Ctrl-C.`);
      await change;
      await new Promise((resolve) => setTimeout(resolve, quietTime));
    }
  } finally {
    for (const watcher of watchers.values()) watcher.close();
    await loader.dispose();
  }
}

/** What a config can import; `dist/`, written beside it, is none of it. */
function isSource(name: string): boolean {
  return /\.([cm]?[jt]s|json)$/.test(name);
}
