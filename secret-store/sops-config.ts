import { join } from 'node:path';
import { load } from 'js-yaml';
import { sopsConfig } from '../secret-files/sops-config.ts';
import { readIfThere, secretFiles, writeWhole } from './files.ts';

/**
 * Writes `.sops.yaml` for the admin's own `sops`. One with rules of the admin's own is left as it is.
 * @returns the file, when it was written
 */
export function writeSopsConfig(folder: string, recipients: readonly string[]): string[] {
  const file = join(folder, secretFiles.sopsConfig);
  const text = sopsConfig(recipients);
  const old = readIfThere(file);
  if (old === text || (old !== undefined && !hasOurRuleAlone(old, text))) return [];
  writeWhole(file, text);
  return [secretFiles.sopsConfig];
}

/** Whether a config is one that homecloud wrote, for whichever recipients. */
function hasOurRuleAlone(text: string, ours: string): boolean {
  const shapeOf = (config: string) => {
    const { creation_rules: rules, ...others } = load(config) as { creation_rules?: Record<string, unknown>[] };
    return JSON.stringify([rules?.map(({ age: _age, ...rule }) => rule), others]);
  };
  try {
    return shapeOf(text) === shapeOf(ours);
  } catch {
    return false;
  }
}
