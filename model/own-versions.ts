import { groupOf, type KubernetesObject, type OwnObject, podsOf, valuesOf } from './own-objects.ts';
import type { Path, RuleFinding } from './problems.ts';

/** Whether what the admin's objects bring is the same tomorrow: images, charts and sources of Flux. */

/** Names of versions that lead elsewhere tomorrow. */
const moving = /^(latest|stable|main|master|edge|nightly|dev|lts)$/;

const digest = /^sha256:[0-9a-f]{64}$/;

/** One release: a range, `*` and `1.x` are none. */
export const release = /^v?\d+\.\d+\.\d+([-+][\w.+-]+)?$/;

/** Whether an image always is the same: it has a digest, or the tag of one release. */
function isExactImage(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  const [, tag] = /:([\w][\w.-]*)$/.exec(image.slice(image.lastIndexOf('/') + 1)) ?? [];
  return tag !== undefined && !moving.test(tag);
}

/** Images below the keys of a value that could be another one tomorrow. */
export function* floatingImages(value: unknown, path: Path): Generator<RuleFinding> {
  for (const [keys, inner] of valuesOf(value)) {
    const named = keys.at(-1) === 'image' || /\/image$/.test(operationPath(value, keys));
    if (!named || typeof inner !== 'string' || isExactImage(inner)) continue;
    yield {
      path,
      message: `has the image ${inner}, which is not an exact version`,
      hint: 'write the tag of one release, for example ghcr.io/example/wiki:1.2.3, or a digest',
    };
  }
}

/**
 * Images in the values of a chart that could be another one tomorrow. What the chart itself says is its version's: only
 * what is written here is looked at, and a name without a tag has its tag elsewhere.
 */
export function* floatingValues(values: unknown, path: Path): Generator<RuleFinding> {
  for (const [keys, group] of [[[], values] as const, ...valuesOf(values)]) {
    if (typeof group !== 'object' || group === null || digest.test(`${(group as { digest?: unknown }).digest}`))
      continue;
    for (const [key, inner] of Object.entries(group)) {
      const [, tag] = /image$/i.test(key)
        ? (/:([\w][\w.-]*)$/.exec(`${inner}`) ?? [])
        : /^(image)?tag$/i.test(key)
          ? ['', `${inner}`]
          : [];
      if (tag === undefined || !moving.test(tag)) continue;
      yield floatingValue([...path, ...keys, key], `${inner}`);
    }
  }
}

/** @param keys with the places of elements of lists as texts */
function floatingValue(keys: Path, value: string): RuleFinding {
  return {
    path: keys.map((key) => (/^\d+$/.test(`${key}`) ? Number(key) : key)),
    message: `is ${value}, which is not an exact version`,
    hint: "write the tag of one release, for example '1.2.3', or leave it to the chart",
  };
}

/** The JSON pointer of the operation whose value stands there. */
function operationPath(value: unknown, keys: readonly string[]): string {
  const [index = '', key] = keys;
  if (!Array.isArray(value) || key !== 'value' || keys.length !== 2) return '';
  return String((value[Number(index)] as { path?: unknown } | undefined)?.path);
}

export function* floating(objects: readonly OwnObject[]): Generator<RuleFinding> {
  for (const { object, path } of objects) {
    for (const pod of podsOf(object)) yield* floatingImages(pod, path);
    yield* floatingChart(object, path);
    yield* floatingSource(object, path);
  }
}

interface ChartSpec {
  readonly chart?: unknown;
  readonly version?: unknown;
  readonly sourceRef?: { readonly kind?: unknown };
}

/** Only a HelmRepository has versions of a chart: in another source, the version of the source is the chart's. */
function* floatingChart(object: KubernetesObject, path: Path): Generator<RuleFinding> {
  const spec = chartOf(object);
  if (spec === undefined || release.test(`${spec.version}`)) return;
  if (['GitRepository', 'Bucket'].includes(`${spec.sourceRef?.kind}`)) return;
  yield {
    path,
    message: `has the chart ${spec.chart} in the version ${spec.version ?? 'that is the latest'}, which is not exact`,
    hint: "write the version of one release: version: '1.2.3'",
  };
}

/** The chart that an object of Flux names; that of a release can come from a source of its own, which says the version. */
function chartOf({ apiVersion, kind, ...rest }: KubernetesObject): ChartSpec | undefined {
  const spec = rest['spec'] as (ChartSpec & { readonly chart?: { readonly spec?: ChartSpec } }) | undefined;
  if (kind === 'HelmRelease') return spec?.chart?.spec;
  return kind === 'HelmChart' && groupOf(apiVersion) === sources ? spec : undefined;
}

/** The group of the sources of Flux. */
const sources = 'source.toolkit.fluxcd.io';

type Reference = Readonly<Record<'branch' | 'tag' | 'semver' | 'name' | 'commit' | 'digest', unknown>>;

/** Which field of a reference counts, where several are set, is said by Flux (source-controller, docs/spec/v1). */
function* floatingSource(
  { apiVersion, kind, metadata, ...rest }: KubernetesObject,
  path: Path,
): Generator<RuleFinding> {
  if (groupOf(apiVersion) !== sources) return;
  const { ref = {} } = (rest['spec'] ?? {}) as { readonly ref?: Partial<Reference> };
  const source =
    kind === 'OCIRepository'
      ? { is: ociReference(ref), hint: "write the tag of one release, ref: { tag: '1.2.3' }, or a digest" }
      : kind === 'GitRepository'
        ? { is: gitReference(ref), hint: "write the tag of one release, ref: { tag: 'v1.2.3' }, or a commit" }
        : undefined;
  if (source?.is === undefined) return;
  yield {
    path,
    message: `has ${source.is} in the ${kind} ${metadata.name}, which is not an exact version`,
    hint: source.hint,
  };
}

/** What a reference of an OCIRepository leads to, unless that is exact. */
function ociReference({ digest: pinned, semver, tag }: Partial<Reference>): string | undefined {
  if (digest.test(`${pinned}`)) return undefined;
  return semver === undefined ? tagReference(tag ?? 'latest') : semverReference(semver);
}

/** What a reference of a GitRepository leads to, unless that is exact. */
function gitReference({ branch, tag, semver, name, commit }: Partial<Reference>): string | undefined {
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(`${commit}`)) return undefined;
  if (name !== undefined) return tagReference(`${name}`.replace(/^refs\/tags\//, ''), `${name}`);
  if (semver !== undefined) return semverReference(semver);
  return tag === undefined ? `the branch ${branch ?? 'master'}` : tagReference(tag);
}

function semverReference(semver: unknown): string | undefined {
  return release.test(`${semver}`) ? undefined : `the versions ${semver}`;
}

/** A tag is a release, unless its name says that it moves; any other reference of Git moves. */
function tagReference(tag: unknown, name = `refs/tags/${tag}`): string | undefined {
  if (!name.startsWith('refs/tags/')) return name;
  return moving.test(`${tag}`) ? `the tag ${tag}` : undefined;
}
