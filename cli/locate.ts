import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse, parseExpression } from '@babel/parser';
import type { MemberExpression, Node, Statement } from '@babel/types';
import type { Path } from '../model/problems.ts';
import type { Location } from './location.ts';

/**
 * Where the value at `path` is written in the config's source: its key in an object, itself in an array. Follows local
 * constants, spreads and local imports. What no source shows, because code made it or it is missing, is placed at the
 * nearest value around it.
 *
 * Import this file late, when there is something to locate: it brings a parser.
 *
 * @param file the config file.
 * @param source its text.
 * @returns undefined when the source cannot be parsed or has no default export.
 */
export function locate(file: string, source: string, path: Path): Location | undefined {
  return locator(file, source)(path);
}

/** {@link locate} for many paths of one config: each file is read and parsed once. */
export function locator(file: string, source: string): (path: Path) => Location | undefined {
  const search = new Search();
  const module = search.parse(resolve(file), source);
  return (path) => (module === undefined ? undefined : search.locate(module, path));
}

/** A source file: what it gives to others, and its constants by name. */
interface Module {
  readonly file: string;
  readonly body: readonly Statement[];
  readonly constants: ReadonlyMap<string, Constant>;
}

/** What a name stands for: an expression of the same file, or an export of another (`*`: all its exports). */
type Constant = Node | { readonly from: string; readonly name: string };

/** A piece of source. */
interface Written {
  readonly node: Node;
  readonly module: Module;
}

/** A value of the config: where to point at, and the expression that gives it. */
interface Place {
  readonly at: Written;
  readonly value: Written;
}

/** Names followed for one path: far more than a config has, few enough for constants that go in circles. */
const followLimit = 500;

class Search {
  readonly #modules = new Map<string, Module | undefined>();
  #followed = 0;

  locate(module: Module, path: Path): Location | undefined {
    this.#followed = 0;
    const root = this.#export(module, 'default');
    if (root === undefined) return undefined;
    let place: Place = { at: root, value: root };
    for (const key of path) {
      const next = this.#find(place.value, key);
      if (next === undefined) break;
      place = next;
    }
    return locationOf(place.at);
  }

  /** The module of a text, or undefined when it is no TypeScript, JavaScript or JSON. */
  parse(file: string, source: string): Module | undefined {
    if (!this.#modules.has(file)) this.#modules.set(file, parseModule(file, source));
    return this.#modules.get(file);
  }

  /** The value of a key or an index. */
  #find(written: Written, key: string | number): Place | undefined {
    const { node, module } = this.#resolve(written);
    const find = (inner: Node) => this.#find({ node: inner, module }, key);
    switch (node.type) {
      case 'ObjectExpression':
        return firstOf([...node.properties].reverse(), (property) => {
          if (property.type === 'SpreadElement') return find(property.argument);
          if (this.#keyOf(property.key, property.computed, module) !== String(key)) return undefined;
          const value = property.type === 'ObjectProperty' ? property.value : property;
          return { at: { node: property.key, module }, value: { node: value, module } };
        });
      case 'ArrayExpression': {
        const element = typeof key === 'number' ? this.#elements({ node, module }).known[key] : undefined;
        return element && { at: element, value: element };
      }
      case 'ConditionalExpression':
        return onlyOne(find(node.consequent), find(node.alternate));
      case 'LogicalExpression':
        return node.operator === '&&' ? find(node.right) : onlyOne(find(node.left), find(node.right));
      case 'CallExpression':
        // An element of `list.map(...)` is made from the same element of the list.
        if (typeof key === 'number')
          return node.callee.type === 'MemberExpression' ? this.#mapped(node.callee, module, key) : undefined;
        // `defineConfig({ ... })`, or a helper: what is written for it with this key is what a person would change.
        return firstOf([...node.arguments].reverse(), find);
      default:
        return undefined;
    }
  }

  #mapped(callee: MemberExpression, module: Module, index: number): Place | undefined {
    const isMap = this.#keyOf(callee.property, callee.computed, module) === 'map';
    const element = isMap ? this.#elements({ node: callee.object, module }).known[index] : undefined;
    // What the function makes of it stands elsewhere: the element is the nearest place.
    return element && { at: element, value: { node: callee, module } };
  }

  /** The elements of an array up to the first spread of what cannot be seen. */
  #elements(written: Written): { readonly known: readonly Written[]; readonly all: boolean } {
    const { node, module } = this.#resolve(written);
    if (node.type !== 'ArrayExpression') return { known: [], all: false };
    const known: Written[] = [];
    for (const element of node.elements) {
      if (element?.type !== 'SpreadElement') {
        known.push({ node: element ?? node, module });
        continue;
      }
      const inner = this.#elements({ node: element.argument, module });
      known.push(...inner.known);
      if (!inner.all) return { known, all: false };
    }
    return { known, all: true };
  }

  /** The expression behind type annotations, names of constants and members of constants. */
  #resolve(written: Written): Written {
    const next = this.#behind(written);
    return next === undefined ? written : this.#resolve(next);
  }

  #behind({ node, module }: Written): Written | undefined {
    switch (node.type) {
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSTypeAssertion':
      case 'TSNonNullExpression':
        return { node: node.expression, module };
      case 'Identifier':
        return this.#constant(module, node.name);
      case 'MemberExpression': {
        const key = this.#keyOf(node.property, node.computed, module);
        if (key === undefined) return undefined;
        const namespace = node.object.type === 'Identifier' ? module.constants.get(node.object.name) : undefined;
        if (namespace !== undefined && 'from' in namespace && namespace.name === '*') {
          return this.#exportOf(module, namespace.from, key);
        }
        return this.#find({ node: node.object, module }, /^\d+$/.test(key) ? Number(key) : key)?.value;
      }
      default:
        return undefined;
    }
  }

  #constant(module: Module, name: string): Written | undefined {
    const constant = module.constants.get(name);
    if (constant === undefined || !this.#mayFollow()) return undefined;
    return 'from' in constant ? this.#exportOf(module, constant.from, constant.name) : { node: constant, module };
  }

  #mayFollow(): boolean {
    this.#followed += 1;
    return this.#followed <= followLimit;
  }

  #exportOf(importer: Module, from: string, name: string): Written | undefined {
    const file = this.#mayFollow() ? resolveLocal(dirname(importer.file), from) : undefined;
    const module = file === undefined ? undefined : this.parse(file, readFileSync(file, 'utf8'));
    return module && this.#export(module, name);
  }

  /** What a module exports by a name. */
  #export(module: Module, name: string): Written | undefined {
    return firstOf(module.body, (statement) => {
      switch (statement.type) {
        case 'ExportDefaultDeclaration':
          return name === 'default' ? { node: statement.declaration, module } : undefined;
        case 'ExportAllDeclaration':
          return name === 'default' ? undefined : this.#exportOf(module, statement.source.value, name);
        case 'ExportNamedDeclaration': {
          if (statement.declaration?.type === 'VariableDeclaration') {
            const declares = statement.declaration.declarations.some(
              ({ id }) => id.type === 'Identifier' && id.name === name,
            );
            return declares ? this.#constant(module, name) : undefined;
          }
          return firstOf(statement.specifiers, (specifier) => {
            if (specifier.type !== 'ExportSpecifier' || nameOf(specifier.exported) !== name) return undefined;
            return statement.source
              ? this.#exportOf(module, statement.source.value, specifier.local.name)
              : this.#constant(module, specifier.local.name);
          });
        }
        default:
          return undefined;
      }
    });
  }

  /** The text of a key, when the source shows it. */
  #keyOf(key: Node, computed: boolean, module: Module): string | undefined {
    const { node } = computed ? this.#resolve({ node: key, module }) : { node: key };
    if (node.type === 'Identifier' && !computed) return node.name;
    if (node.type === 'StringLiteral' || node.type === 'NumericLiteral') return String(node.value);
    return undefined;
  }
}

function parseModule(file: string, source: string): Module | undefined {
  try {
    if (file.endsWith('.json')) {
      const declaration = parseExpression(source);
      const body: Statement = { ...declaration, type: 'ExportDefaultDeclaration', declaration };
      return { file, body: [body], constants: new Map() };
    }
    const { body } = parse(source, { sourceType: 'module', plugins: ['typescript'], attachComment: false }).program;
    return { file, body, constants: constantsOf(body) };
  } catch (error) {
    // The files were loaded a moment ago: what cannot be parsed is newer than that, or nested too deeply.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function constantsOf(body: readonly Statement[]): Map<string, Constant> {
  const constants = new Map<string, Constant>();
  for (const statement of body) {
    if (statement.type === 'ImportDeclaration') {
      const from = statement.source.value;
      for (const specifier of statement.specifiers) {
        const name =
          specifier.type === 'ImportSpecifier'
            ? nameOf(specifier.imported)
            : specifier.type === 'ImportDefaultSpecifier'
              ? 'default'
              : '*';
        constants.set(specifier.local.name, { from, name });
      }
    }
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type === 'VariableDeclaration' && declaration.kind === 'const') {
      for (const { id, init } of declaration.declarations) {
        if (id.type === 'Identifier' && init) constants.set(id.name, init);
      }
    }
  }
  return constants;
}

/** The file of a local import, as esbuild finds it; undefined for a package. */
function resolveLocal(folder: string, from: string): string | undefined {
  if (!/^\.{0,2}\//.test(from)) return undefined;
  const path = from.startsWith('/') ? from : join(folder, from);
  const endings = ['.ts', '.js', '.json', '/index.ts', '/index.js'];
  const candidates = [path, path.replace(/js$/, 'ts'), ...endings.map((ending) => path + ending)];
  return candidates.find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
}

function nameOf(node: { type: 'Identifier'; name: string } | { type: 'StringLiteral'; value: string }): string {
  return node.type === 'Identifier' ? node.name : node.value;
}

/** The one of two that is there; of both, nobody knows which one holds. */
function onlyOne<T>(one: T | undefined, other: T | undefined): T | undefined {
  return one === undefined ? other : other === undefined ? one : undefined;
}

function locationOf({ node, module }: Written): Location | undefined {
  return node.loc ? { file: module.file, line: node.loc.start.line, column: node.loc.start.column + 1 } : undefined;
}

function firstOf<T, R>(items: readonly T[], look: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
