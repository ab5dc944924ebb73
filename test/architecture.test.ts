import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(__dirname, '..');

/** Which folders a folder may import from, besides itself (design, layout). */
const arrows: Readonly<Record<string, readonly string[]>> = {
  imports: [],
  tree: [],
  model: ['imports/versions.ts'],
  'secret-values': ['model'],
  'secret-files': [],
  'secret-store': ['model', 'secret-files', 'secret-values', 'tree'],
  charts: ['model', 'tree', 'imports'],
  'ansible-gen': ['model', 'tree', 'imports/versions.ts'],
  'cloud-init': ['model', 'tree'],
  pages: ['model', 'tree'],
  cli: [
    'model',
    'tree',
    'charts',
    'ansible-gen',
    'cloud-init',
    'pages',
    'imports',
    'secret-values',
    'secret-files',
    'secret-store',
  ],
};

/** Which packages a folder may import; the others know neither cdk8s nor each other's tools. */
const packages: Readonly<Record<string, readonly string[]>> = {
  imports: ['cdk8s', 'constructs'],
  tree: ['js-yaml', 'fs-native-extensions'],
  model: ['zod', 'ipaddr.js', 'fastest-levenshtein'],
  'secret-values': [
    '@peculiar/x509',
    '@peculiar/asn1-x509',
    '@peculiar/asn1-schema',
    'reflect-metadata',
    'bcryptjs',
    'uqr',
  ],
  'secret-files': ['age-encryption', '@scure/base', 'js-yaml'],
  'secret-store': ['js-yaml'],
  charts: ['cdk8s', 'cdk8s-plus-27', 'cdk8s-plus-27/lib/imports/k8s.js', 'constructs'],
  'ansible-gen': ['js-yaml'],
  'cloud-init': [],
  pages: ['uqr'],
  cli: ['commander', 'esbuild', 'zod', 'cdk8s', '@babel/parser', '@babel/types'],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsOf(folder: string): Import[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const from = join(folder, file);
      const text = readFileSync(join(root, from), 'utf8');
      const imports = /^(?:import|export) (?:[^';]*? from )?'([^']+)'|\bimport\('([^']+)'\)/gm;
      const specifiers = [...text.matchAll(imports)].map(([, fixed, late]) => fixed ?? late ?? '');
      return specifiers.map((to) => ({
        from,
        to: to.startsWith('.') ? relative(root, resolve(root, dirname(from), to)) : to,
      }));
    });
}

function isLocal({ to }: Import): boolean {
  return /\.(ts|json)$/.test(to);
}

describe.each(Object.keys(arrows))('%s', (folder) => {
  const all = importsOf(folder);

  it('imports along the arrows of the design only', () => {
    const allowed = [folder, ...(arrows[folder] ?? [])];
    const wrong = all
      .filter(isLocal)
      .filter(({ to }) => !allowed.some((place) => to === place || to.startsWith(`${place}/`)));
    expect(wrong.filter(({ to }) => to !== 'package.json')).toEqual([]);
  });

  it('knows only its own packages', () => {
    const wrong = all.filter((one) => !isLocal(one) && !one.to.startsWith('node:'));
    expect(wrong.filter(({ to }) => !packages[folder]?.includes(to))).toEqual([]);
  });
});

describe.each(readdirSync(join(root, 'model/facts')))('model/facts/%s', (file) => {
  it('has the facts of the slice of its name', () => {
    expect(readFileSync(join(root, 'model', file), 'utf8')).toMatch(/^export const \w+: Slice = /m);
  });

  it('has types alone, and does not know the whole', () => {
    const text = readFileSync(join(root, 'model/facts', file), 'utf8');
    expect(text.match(/^(import|export) (?!type |interface ).*|.*'\.\.\/model\.ts'.*/gm)).toBeNull();
  });
});

it('no capability imports a sibling', () => {
  const wrong = importsOf('charts').filter(({ from, to }) => {
    const [, here = '', file] = from.split('/');
    const [, there = ''] = to.split('/');
    return (
      isLocal({ from, to }) &&
      file !== undefined &&
      to.startsWith('charts/') &&
      to.split('/').length > 2 &&
      here !== there
    );
  });
  expect(wrong).toEqual([]);
});
