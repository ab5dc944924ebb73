import type { Config, Section } from './config.ts';
import { ownObjects } from './own.ts';
import { homeless } from './own-objects.ts';
import { type Rule, rule } from './rules.ts';
import type { Slice } from './slice.ts';

/**
 * The rule of the namespaces of the admin's objects. It reads those of all slices, so that it is none of theirs.
 * @param sections all sections of the config that a slice reads
 */
export function ownNamespaceRule(slices: readonly Slice[], sections: readonly Section[]): Rule {
  return rule({
    code: 'OWN004',
    severity: 'error',
    title: 'the namespace of each object of your own is there before it',
    reason: 'the API server refuses what is in no namespace, and Flux tries for ever',
    readsAll: sections,
    check: (config) => {
      const objects = ownObjects(config as Config);
      const namespaces = slices.flatMap((slice) => slice.namespaces?.(config as Config) ?? []);
      return homeless(
        objects,
        objects,
        namespaces.map(({ name }) => name),
      );
    },
  });
}
