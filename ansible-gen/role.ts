import type { Board } from '../model/facts/boards.ts';
import type { Model } from '../model/model.ts';

/** Types of Ansible's argument specification that homecloud uses. */
export type ArgumentType = 'str' | 'int' | 'float' | 'bool' | 'path' | 'list' | 'dict';

/** The shape of one variable, as Ansible's `meta/argument_specs.yml` describes it. */
export interface Argument {
  readonly type: ArgumentType;
  /** One sentence or more: it becomes the argument spec, the README table and the comment in the defaults. */
  readonly description: string;
  /** Of a list. */
  readonly elements?: ArgumentType;
  /** Of a dict, or of a list of dicts. */
  readonly options?: Readonly<Record<string, Argument>>;
  readonly choices?: readonly (string | number)[];
  /** Stands in `defaults/main.yml`. Absent: the variable is required, unless `required` is false. */
  readonly default?: unknown;
  /** @default true when there is no `default` */
  readonly required?: boolean;
}

/** One variable of a role, named `<role>_<key>`. */
export interface RoleVariable extends Argument {
  /**
   * A secret: Ansible hides it, and the inventory takes its value from the Vault, where the home has that secret: from
   * the variable `vault_<role>_<key>`, or for `board`, where each board has its own, `vault_<role>_<board>_<key>`. For
   * `person` it is a map from the people who have one, each from `vault_<role>_<person>_<key>`.
   */
  readonly secret?: boolean | 'board' | 'person';
  /** Its value for the whole home, written to `group_vars/all`; `undefined` leaves the default. */
  readonly all?: (model: Model) => unknown;
  /** Its value for one board, written to that board's `host_vars`; `undefined` leaves the default. */
  readonly board?: (board: Board, model: Model) => unknown;
}

/**
 * A variable of a role of another collection that the role includes. It has no prefix of ours: the inventory holds it
 * by its own name, where that role looks for it.
 */
export interface IncludedVariable {
  readonly name: string;
  /** Why it has not the default of its role: one sentence or more, for the README. */
  readonly reason: string;
  /** Its value for the whole home. */
  readonly value?: unknown;
  /** Its value for one board, where it depends on that. */
  readonly board?: (board: Board, model: Model) => unknown;
}

/** What is done on a board: static tasks, handlers and templates beside a typed description of its variables. */
export interface Role {
  /** Folder name and variable prefix. */
  readonly name: string;
  /** One sentence: what it does. */
  readonly description: string;
  /** Keys are without the `<role>_` prefix. */
  readonly variables: Readonly<Record<string, RoleVariable>>;
  /** Variables of the roles that it includes. */
  readonly included?: {
    readonly variables: readonly IncludedVariable[];
    /** Whether the home includes those roles at all. */
    readonly isUsed: (model: Model) => boolean;
    /** What the admin sets: it takes the place of the values above. */
    readonly ofAdmin: (model: Model) => Readonly<Record<string, unknown>>;
  };
}

/** A role as written in `ansible-gen/roles/<role>/role.ts`; it keeps the literal types of the variables. */
export function defineRole<const R extends Role>(role: R): R {
  return role;
}

/** Its variables by their full names, `<role>_<key>`. */
export function variablesOf(role: Role): [string, RoleVariable][] {
  return Object.entries(role.variables).map(([key, variable]) => [variableName(role, key), variable]);
}

export function variableName({ name }: Role, key: string): string {
  return `${name}_${key}`;
}

/** Whether the role cannot run without a value of it. */
export function isRequired({ required, default: value }: Argument): boolean {
  return required ?? value === undefined;
}

/** Values of included variables for the whole home, the admin's before ours. */
export function includedOfHome({ included }: Role, model: Model): Readonly<Record<string, unknown>> {
  if (!included?.isUsed(model)) return {};
  const ours = included.variables.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  return { ...Object.fromEntries(ours), ...included.ofAdmin(model) };
}

/** Values of included variables for one board, but for those that the admin sets. */
export function includedOfBoard({ included }: Role, board: Board, model: Model): Readonly<Record<string, unknown>> {
  if (!included?.isUsed(model)) return {};
  const ofAdmin = included.ofAdmin(model);
  return Object.fromEntries(
    included.variables.flatMap(({ name, board: value }) =>
      value === undefined || name in ofAdmin ? [] : [[name, value(board, model)] as const],
    ),
  );
}
