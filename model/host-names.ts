import type { Config, Section } from './config.ts';
import type { RuleFinding } from './problems.ts';
import { type Rule, rule } from './rules.ts';
import type { Slice } from './slice.ts';

/**
 * The rule of host names. It reads those of all slices, so that it is none of theirs.
 * @param sections all sections of the config that a slice reads
 */
export function hostNameRule(slices: readonly Slice[], sections: readonly Section[]): Rule {
  return rule({
    code: 'HOME003',
    severity: 'error',
    title: 'each host name leads to one page',
    reason: 'Traefik would send a visitor to one of two pages, and nobody knows to which',
    readsAll: sections,
    check: (config) => shared(slices, config as Config),
  });
}

function* shared(slices: readonly Slice[], config: Config): Generator<RuleFinding> {
  const owners = new Map<string, string>();
  const all = slices.flatMap(({ name, hostNames }) => (hostNames?.(config) ?? []).map((one) => ({ ...one, name })));
  for (const { host, capability, name } of all) {
    const owner = owners.get(host);
    owners.set(host, capability);
    if (owner === undefined) continue;
    // Only apps choose their host names.
    const index = name === 'apps' ? config.apps.findIndex((app) => `app-${app.name}` === capability) : -1;
    yield {
      path: index < 0 ? [name as Section] : ['apps', index],
      message: `has the host name ${host}, which ${owner} has already`,
      hint: "give the app another one: host: 'wiki'",
    };
  }
}
