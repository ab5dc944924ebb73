import { namespaceOfApp } from './app-parts.ts';
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
    yield {
      ...(chosenBy(config, capability) ?? { path: [name as Section], hint: otherHost("host: 'wiki'") }),
      message: `has the host name ${host}, which ${owner} has already`,
    };
  }
}

/** The key that chose the host name: only apps can. */
function chosenBy(
  { apps, charts, releases }: Config,
  capability: string,
): Pick<RuleFinding, 'path' | 'hint'> | undefined {
  const isIt = ({ name }: { readonly name: string }) => namespaceOfApp({ name }) === capability;
  const at = apps.findIndex(isIt);
  if (at >= 0) return { path: ['apps', at], hint: otherHost("host: 'wiki'") };
  const hint = otherHost("page: { host: 'wiki' }");
  const chart = charts.findIndex((one) => one.app !== undefined && isIt(one));
  if (chart >= 0) return { path: ['charts', chart, 'app', 'page'], hint };
  const release = releases.findIndex(isIt);
  return release < 0 ? undefined : { path: ['releases', release, 'app', 'page'], hint };
}

function otherHost(how: string): string {
  return `give the app another one: ${how}`;
}
