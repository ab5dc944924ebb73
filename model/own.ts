import * as z from 'zod';
import type { Config } from './config.ts';
import { duplicates } from './duplicates.ts';
import type { OwnFolder, OwnModel } from './facts/own.ts';
import { freeValue, name } from './fields.ts';
import { ownAppOptions } from './own-apps.ts';
import {
  fileNameOf,
  greedy,
  identityOf,
  inClear,
  kindName,
  lists,
  type OwnObject,
  objectName,
  objectSchema,
  podsAsked,
} from './own-objects.ts';
import { floating, floatingImages } from './own-versions.ts';
import { indexed } from './pattern.ts';
import type { Path, RuleFinding } from './problems.ts';
import { rule } from './rules.ts';
import type { Slice } from './slice.ts';

const layer = z
  .enum(['controllers', 'configs', 'apps'])
  .describe(
    'When Flux applies it: `controllers` come first, then `configs`, then `apps`; each has what it needs before.',
  );

const patchValue = freeValue('PatchValue', 'no value of an object');

/** An operation of a JSON patch (RFC 6902) that changes something. */
const operation = z.strictObject({
  op: z.enum(['add', 'replace', 'remove']),
  path: z.string().regex(/^(\/([^~/]|~[01])*)+$/, 'is not a JSON pointer: write for example "/spec/replicas"'),
  value: patchValue.optional(),
});

const patchOptions = z.strictObject({
  folder: z
    .string()
    .regex(/^[a-z0-9.-]+(\/[a-z0-9.-]+)+$/, 'is not a folder of dist/kubernetes: write for example "configs/traefik"')
    .describe('Folder of `dist/kubernetes` with what is changed: `configs/traefik`.'),
  target: z
    .strictObject({
      kind: kindName.describe('Kind of the object: `Middleware`.'),
      name: objectName.optional().describe('Its name. By default all of the kind.'),
    })
    .describe('Which object of the folder.'),
  patch: z
    .union([z.record(z.string(), patchValue), z.array(operation).min(1)], {
      error:
        "is no patch: write the keys that change, { spec: { … } }, or operations, [{ op: 'remove', path: '/spec/…' }]",
    })
    .describe('Keys with their new values, merged as Kustomize does, or a list of operations of a JSON patch.'),
});

const resourceOptions = z.strictObject({
  name: name.describe('Name of the folder, `<layer>/own/<name>`, for ever: a renamed folder is another one.'),
  layer: layer.default('apps'),
  objects: z
    .array(objectSchema)
    .min(1, 'is empty: take the entry away')
    .describe('Kubernetes objects, as they would stand in YAML. They stand in Git: no place for passwords.'),
});

export const kustomizeOptions = z.strictObject({
  patches: z.array(patchOptions).default([]).describe('Changes of objects that homecloud makes, in their order.'),
  resources: z.array(resourceOptions).default([]).describe('Objects of your own, a folder for each entry.'),
});

/**
 * A function that adds a chart of cdk8s. homecloud calls it whenever it synthesizes, with the cdk8s of the home; the
 * config itself loads without.
 */
export type ChartFunction = (scope: never) => unknown;

const isClass = (value: unknown) => typeof value === 'function' && /^class\b/.test(`${value}`);

const chartOptions = z
  .strictObject({
    name: name.describe('Name of the folder, `<layer>/own/<name>`, for ever: a renamed folder is another one.'),
    layer: layer.default('apps'),
    chart: z
      .custom<ChartFunction>((value) => typeof value === 'function' && !isClass(value), {
        error: ({ input }) =>
          isClass(input)
            ? "that is a class cannot be called: write (scope) => new Guestbook(scope, 'guestbook')"
            : "is no function: write (scope) => new Guestbook(scope, 'guestbook')",
      })
      .meta({ tsType: '(scope: any) => unknown' })
      .describe('What adds the chart, with the scope that it gets: `(scope) => new Guestbook(scope, "guestbook")`.'),
    app: ownAppOptions
      .optional()
      .describe(
        'What the home does for it: the namespace `app-<name>`, which its objects are in, with TLS, policies, storage and secrets. By default it has nothing of that.',
      ),
  })
  .refine(({ name, app }) => app === undefined || name.length <= 32, {
    path: ['name'],
    error: 'is longer than 32 characters, which a namespace of an app has no room for: choose a shorter name',
  });

export const chartsOptions = z
  .array(chartOptions)
  .default([])
  .describe('Your own cdk8s charts, a folder for each entry.');

type Resources = Pick<Config, 'kustomize'>['kustomize']['resources'];

/** All objects of `kustomize.resources` that are well-formed. */
function objectsOf(resources: Pick<Resources, 'flatMap' | 'filter' | 'some'>): OwnObject[] {
  return indexed(resources).flatMap(([index, { name, layer, objects }]) =>
    indexed(objects).map(([at, object]) => ({
      object,
      path: ['kustomize', 'resources', index, 'objects', at],
      layer,
      folder: `${layer}/own/${name}`,
    })),
  );
}

/** What the admin adds by himself, without the paths of what nobody wrote. */
export function planOwn({ kustomize, charts }: Config): OwnModel {
  const folders: OwnFolder[] = [
    ...kustomize.resources.map(({ name, layer, objects }, index) => ({
      name,
      layer,
      path: ['kustomize', 'resources', index],
      objects,
    })),
    ...charts.map(({ name, layer, chart, app }, index) => ({
      name,
      layer,
      path: ['charts', index],
      chart,
      isApp: app !== undefined,
    })),
  ];
  const place = ({ layer, name }: OwnFolder) => `${layer}/${name}`;
  return {
    folders: folders.sort((a, b) => (place(a) < place(b) ? -1 : 1)),
    patches: kustomize.patches.map((patch, index) => ({ ...patch, path: ['kustomize', 'patches', index] })),
  };
}

const foldersAreUnique = rule({
  code: 'OWN001',
  severity: 'error',
  title: 'each folder of your own objects has one owner',
  reason: 'the files of two entries would be mixed, and one would overwrite those of the other',
  reads: ['kustomize.resources[].name', 'kustomize.resources[].layer', 'charts[].name', 'charts[].layer'],
  *check({ kustomize, charts }) {
    const entry = (path: Path, layer: string, name: string) => ({
      path: [...path, 'name'],
      key: `${layer}/${name}`,
      what: `the folder ${layer}/own/${name}`,
    });
    yield* duplicates(
      [
        ...indexed(kustomize.resources).map(([index, { layer, name }]) =>
          entry(['kustomize', 'resources', index], layer, name),
        ),
        ...indexed(charts).map(([index, { layer, name }]) => entry(['charts', index], layer, name)),
      ],
      'give each entry its own name, or another layer',
    );
  },
});

const noLists = rule({
  code: 'OWN007',
  severity: 'error',
  title: 'no object of your own is a list of others',
  reason: 'Kustomize takes it apart, and applies what no rule has seen: a Secret in clear, what Flux may delete',
  reads: ['kustomize.resources'],
  check: ({ kustomize }) => lists(objectsOf(kustomize.resources)),
});

const noSecrets = rule({
  code: 'OWN002',
  severity: 'error',
  title: 'no object of your own is a Secret',
  reason: 'whoever reads the repository would read it; a Secret that is encrypted cannot be patched',
  reads: ['kustomize.resources', 'kustomize.patches[].target.kind'],
  *check({ kustomize }) {
    yield* inClear(objectsOf(kustomize.resources));
    for (const [index, { target }] of indexed(kustomize.patches)) {
      if (target.kind !== 'Secret') continue;
      yield {
        path: ['kustomize', 'patches', index, 'target', 'kind'],
        message: 'is Secret, which is encrypted as a whole: with a patch, Flux could not open it any more',
        hint: 'change its value: "homecloud secrets list" says where it comes from',
      };
    }
  },
});

const objectsAreUnique = rule({
  code: 'OWN003',
  severity: 'error',
  title: 'each object of your own stands once',
  reason: 'Flux would apply the one, then the other, for ever; or one file would overwrite the other',
  reads: ['kustomize.resources'],
  check: ({ kustomize }) => repeated(objectsOf(kustomize.resources)),
});

/** Objects that stand twice, and those that would share a file. */
export function* repeated(objects: readonly OwnObject[]): Generator<RuleFinding> {
  const entries = objects.map(({ path, object }) => ({ path, key: identityOf(object), what: identityOf(object) }));
  const found = [...duplicates(entries, 'take one of them away')];
  yield* found;
  const told = new Set(found.map(({ path }) => path));
  yield* duplicates(
    objects
      .filter(({ path }) => !told.has(path))
      .map(({ path, object, folder }) => {
        const file = `${folder}/${fileNameOf(object)}`;
        return { path, key: file, what: `the file ${file}` };
      }),
    'objects of one kind and name, in two namespaces, are two entries',
  );
}

const everythingIsExact = rule({
  code: 'OWN005',
  severity: 'error',
  title: 'every version in objects of your own is exact',
  reason: 'what runs would change by itself, and nobody could go back to what ran before',
  reads: ['kustomize.resources', 'kustomize.patches'],
  *check({ kustomize }) {
    yield* floating(objectsOf(kustomize.resources));
    for (const [index, { patch }] of indexed(kustomize.patches)) {
      yield* floatingImages(patch, ['kustomize', 'patches', index, 'patch']);
    }
  },
});

const nothingIsGreedy = rule({
  code: 'OWN006',
  severity: 'error',
  title: 'every container of your own says what it asks for and may use',
  reason: 'one that takes all the memory of a small board takes the others with it',
  reads: ['kustomize.resources'],
  check: ({ kustomize }) => greedy(objectsOf(kustomize.resources)),
});

export const own: Slice = {
  name: 'own',
  rules: [foldersAreUnique, noLists, noSecrets, objectsAreUnique, everythingIsExact, nothingIsGreedy],
  // Those of charts are known when they are built: OWN014 counts them.
  pods: ({ kustomize, boards }) => objectsOf(kustomize.resources).flatMap((object) => podsAsked(object, boards.length)),
};

/** The objects of the config that are the admin's own, for rules that need all of it. */
export function ownObjects({ kustomize }: Config): readonly OwnObject[] {
  return objectsOf(kustomize.resources);
}
