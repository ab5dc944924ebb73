type Group = Readonly<Record<string, unknown>>;

/**
 * What a merge patch makes of a value, as Kustomize does it, as far as the rules look: groups key by key, lists of named
 * things by their name, anything else whole. The merge keys that other lists have are not told.
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

/** Those of the patch come first, in its order, as Kustomize puts them. */
function mergedLists(list: readonly Named[], patch: readonly Named[]): unknown[] {
  const base = patch.some((element) => directiveOf(element) === 'replace') ? [] : list;
  const named = patch.filter(({ name }) => name !== undefined);
  const first = named.map((element) =>
    merged(
      base.find(({ name }) => name === element.name),
      element,
      true,
    ),
  );
  const rest = base.filter(({ name }) => !named.some((element) => element.name === name));
  return [...first.filter((element) => element !== undefined), ...rest];
}

interface Named extends Group {
  /** Missing where the element is only a directive, `$patch: replace`. */
  readonly name?: string;
}

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
