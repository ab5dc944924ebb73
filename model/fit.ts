import { cpuFit, memoryFit, type Pods, type Room, requestsOf, roomOf } from './capacity.ts';
import type { Config, Section } from './config.ts';
import { byName } from './order.ts';
import type { Finding, RuleFinding } from './problems.ts';
import { type Rule, rule } from './rules.ts';
import type { Slice } from './slice.ts';
import { formatBytes } from './units.ts';

/**
 * The rule of what fits. It reads what all slices ask for, so that it is none of theirs.
 * @param sections all sections of the config that a slice reads
 */
export function fitRule(slices: readonly Slice[], sections: readonly Section[]): Rule {
  return rule({
    code: 'NODE007',
    severity: 'error',
    title: 'what runs fits the boards, also when one of them is away',
    reason: 'what finds no room waits for ever, and a board that gives more than it has kills what the family uses',
    readsAll: sections,
    check: (config) => misfits(slices, config as Config),
  });
}

function* misfits(slices: readonly Slice[], config: Config): Generator<RuleFinding> {
  const boards = config.boards.map((board) => ({
    name: board.name,
    room: roomOf(board),
    containers: slices.flatMap(({ requirements }) => requirements?.(config, board).containers ?? []).sort(byName),
  }));
  const overfull = boards.flatMap((board, index) => [...overfullBoard(board, index)]);
  yield* overfull;
  // The sum is wrong with them.
  if (overfull.length > 0) return;
  const pods = slices.flatMap((slice) => slice.pods?.(config) ?? []);
  const misfit = misfitOf(boards, pods);
  if (misfit !== undefined) yield { path: ['boards'], ...misfit };
}

/** What has no room on the boards, or when any one of them is away; one board is enough to show it. */
export function misfitOf(
  boards: readonly Room[],
  pods: readonly Pods[],
): Pick<Finding, 'message' | 'hint'> | undefined {
  for (const { boards: rest, when } of outages(boards)) {
    const memory = memoryFit(rest, pods);
    const cpu = cpuFit(rest, pods);
    if (memory.fits && cpu?.fits !== false) continue;
    const what = memory.fits ? 'processors' : 'memory';
    const { asked, left, largest } = memory.fits ? (cpu ?? memory) : memory;
    const format = memory.fits ? (amount: number) => `${amount}m` : formatBytes;
    const pieces = asked > left ? '' : `, in pieces: one pod asks for ${format(largest)}`;
    return {
      message: `${when} what may run on any board asks for ${format(asked)} of ${what}, and ${format(left)} is there for it${pieces}`,
      hint: '"homecloud report capacity" shows who asks for what. Turn something off, or add a board or memory',
    };
  }
  return undefined;
}

function* overfullBoard({ name, room, containers }: Room, index: number): Generator<RuleFinding> {
  const asked = requestsOf(containers);
  const names = containers.map((container) => container.name).join(', ');
  const hint = `let less of this run there: ${names}; or give the board more memory`;
  if (asked.memory > room.memory) {
    yield {
      path: ['boards', index],
      message: `what is bound to ${name} asks for ${formatBytes(asked.memory)} of memory, and the board has ${formatBytes(Math.max(0, room.memory))} for pods`,
      hint,
    };
  } else if (room.cpu !== null && asked.cpu > room.cpu) {
    yield {
      path: ['boards', index],
      message: `what is bound to ${name} asks for ${asked.cpu}m of a processor, and the board has ${room.cpu}m`,
      hint,
    };
  }
}

/** The boards that are left when any one is away, and all of them. A single board cannot be away: nothing would run. */
export function outages<T extends { readonly name: string }>(
  boards: readonly T[],
): { readonly away: string | null; readonly when: string; readonly boards: readonly T[] }[] {
  const all = { away: null, when: boards.length === 1 ? 'on the board' : 'on all boards', boards };
  if (boards.length === 1) return [all];
  return [
    all,
    ...boards.map(({ name }) => ({
      away: name,
      when: `when ${name} is away,`,
      boards: boards.filter((board) => board.name !== name),
    })),
  ];
}
