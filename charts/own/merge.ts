type Group = Readonly<Record<string, unknown>>;

/**
 * What a merge patch makes of a value, as Kustomize does it, as far as the rules look: groups key by key, lists of named
 * things by their name, anything else whole. The merge keys that other lists have, and the order of a list, are not told.
 * @param byName whether named things are merged: Kustomize knows the lists of the kinds of Kubernetes alone
 * @returns undefined where `$patch: delete` takes the value away
 */
export function merged(value: unknown, patch: unknown, byName: boolean): unknown {
  if (Array.isArray(patch)) {
    const isMerged = byName && areNamed(patch) && areNamed(value);
    return isMerged ? mergedLists(value, patch) : patch.filter((element) => directiveOf(element) === undefined);
  }
  if (!isGroup(patch)) return patch;
  const { $patch: directive, ...rest } = patch;
  if (directive === 'delete') return undefined;
  const base = isGroup(value) && directive !== 'replace' ? value : {};
  const result: Record<string, unknown> = { ...base };
  for (const [key, inner] of Object.entries(rest)) {
    const made = merged(base[key], inner, byName);
    if (made === undefined) delete result[key];
    else result[key] = made;
  }
  return result;
}

/** New ones come first, as Kustomize puts them. */
function mergedLists(list: readonly Named[], patch: readonly Named[]): unknown[] {
  const replaced = patch.some((element) => directiveOf(element) === 'replace');
  const isNew = ({ name }: Named) => replaced || !list.some((one) => one.name === name);
  const added = patch.filter((element) => isNew(element) && directiveOf(element) === undefined);
  if (replaced) return added;
  const changed = list.map((one) => {
    const change = patch.find(({ name }) => name === one.name);
    return change === undefined ? one : merged(one, change, true);
  });
  return [...added.map((element) => merged({}, element, true)), ...changed.filter((one) => one !== undefined)];
}

interface Named extends Group {
  readonly name: string;
}

/** An element that is only a directive, `$patch: replace`, has no name. */
function areNamed(list: unknown): list is readonly Named[] {
  return (
    Array.isArray(list) &&
    list.every((element) => typeof element?.name === 'string' || directiveOf(element) !== undefined)
  );
}

function directiveOf(value: unknown): unknown {
  return isGroup(value) ? value['$patch'] : undefined;
}

function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
