import { objectsOf } from '../objects.ts';
import type { Laws } from './law.ts';

export const namespaceLaws: Laws = {
  'a restricted namespace has no privileged pods': (tree, model) => {
    const restricted = new Set(
      model.namespaces.filter(({ podSecurity }) => podSecurity === 'restricted').map(({ name }) => name),
    );
    return [...objectsOf(tree)]
      .filter(
        ([, { metadata }]) =>
          restricted.has(metadata.namespace ?? '') && metadata.annotations?.['homecloud.io/privileges'] !== undefined,
      )
      .map(([path]) => path);
  },

  'every namespace is closed, but for what policies allow': (tree, model) => {
    const closed = new Map(
      [...objectsOf(tree).values()]
        .filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'default-deny')
        .map(({ metadata, spec }) => [metadata.namespace, (spec as { policyTypes: string[] }).policyTypes]),
    );
    return model.namespaces.flatMap(({ name, open }) =>
      ['Ingress', 'Egress'].flatMap((direction) =>
        closed.get(name)?.includes(direction) || open?.directions.some((one) => one === direction)
          ? []
          : [`${name}: ${direction}`],
      ),
    );
  },
};
