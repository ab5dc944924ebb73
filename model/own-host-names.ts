import type { Config, Section } from './config.ts';
import { ownObjects } from './own.ts';
import { hostsOf } from './own-routes.ts';
import type { RuleFinding } from './problems.ts';
import { type Rule, rule } from './rules.ts';
import type { Slice } from './slice.ts';

/**
 * The rule of the host names of the admin's routes. It reads the host names of all slices, so that it is none of theirs.
 * @param sections all sections of the config that a slice reads
 */
export function ownHostNameRule(slices: readonly Slice[], sections: readonly Section[]): Rule {
  return rule({
    code: 'OWN017',
    severity: 'warning',
    title: 'each host name of a route of your own is one of the home',
    reason:
      'records and certificates are made for the host names of the home alone: nobody finds the page, or trusts it',
    readsAll: sections,
    check: (config) => strange(slices, config as Config),
  });
}

function* strange(slices: readonly Slice[], config: Config): Generator<RuleFinding> {
  const known = new Set(slices.flatMap(({ hostNames }) => hostNames?.(config) ?? []).map(({ host }) => host));
  for (const { object, path } of ownObjects(config)) {
    for (const host of new Set(hostsOf(object))) {
      if (known.has(host)) continue;
      yield {
        path,
        message: `has the host name ${host}, which is none of the home: it gets no record${isSigned(config, host) ? '' : ' and no certificate'} by itself`,
        hint: 'let an app of the home have it, apps[].host; or see to it yourself, and acknowledge this',
      };
    }
  }
}

/** Whether a certificate is there for any name: that of the domain, which is for one label below it; or Traefik's own. */
function isSigned({ certificates, home }: Config, host: string): boolean {
  if (certificates.mode === 'acme-http') return false;
  return certificates.mode === 'none' || host === home.domain || host.slice(host.indexOf('.') + 1) === home.domain;
}
