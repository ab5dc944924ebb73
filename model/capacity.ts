import { type BoardConfig, hardware } from './boards.ts';
import { reservedMemory } from './k3s.ts';
import { cpuMillis, memoryBytes } from './quantity.ts';
import type { BoardContainer } from './requirements.ts';
import type { Resources } from './resources.ts';

/** Memory in bytes, processors in thousandths; `null`: nobody knows how many there are. */
export interface Amount {
  readonly memory: number;
  readonly cpu: number | null;
}

/** Pods that the scheduler places, each wherever there is room. */
export interface Pods {
  readonly name: string;
  /** How many there are. */
  readonly replicas: number;
  /**
   * Whether each must have a board of its own: where there are fewer boards, the rest of them waits. That a board is full
   * with others while the rest has one of them already is not looked at. @default false
   */
  readonly areApart?: boolean;
  /** Of all containers of one pod together. `memoryLimit`: `null` where it has none. */
  readonly resources: Pick<Resources, 'cpuRequest' | 'memoryRequest'> & { readonly memoryLimit: string | null };
}

/** A board as the scheduler sees it. */
export interface Room {
  readonly name: string;
  /** What pods may ask for. */
  readonly room: Amount;
  /** Containers that run here and nowhere else. */
  readonly containers: readonly BoardContainer[];
}

/**
 * Part of a board's memory that the firmware and the kernel keep, so that Linux never shows it: a Raspberry Pi 4 with
 * 4 GiB shows 3.7.
 */
const hiddenShare = 0.08;

/** Part of the memory that must stay free, or the kubelet ends pods (`evictionHard`, `memory.available`). */
const evictionShare = 0.05;

/**
 * What pods may ask for on a board: what Linux shows, less what k3s and the system keep, less what must stay free
 * (Kubernetes, "Node Allocatable").
 */
export function roomOf(board: Pick<BoardConfig, 'hardware' | 'role' | 'memory'>): Amount {
  const shown = board.memory * (1 - hiddenShare);
  const { cores } = hardware[board.hardware];
  return {
    memory: Math.floor(shown * (1 - evictionShare) - reservedMemory(board)),
    cpu: cores === null ? null : cores * 1000,
  };
}

interface Requests extends Amount {
  readonly cpu: number;
}

/** What containers or pods ask for together. */
export function requestsOf(all: readonly { readonly resources: Pods['resources'] }[]): Requests {
  const each = all.map(({ resources }) => requestOf(resources));
  return { memory: sum(each.map(({ memory }) => memory)), cpu: sum(each.map(({ cpu }) => cpu)) };
}

/** The same is asked for each board that may be away: each text is read once. */
const read = new WeakMap<Pods['resources'], Requests>();

function requestOf(resources: Pods['resources']): Requests {
  let request = read.get(resources);
  if (request === undefined) {
    request = { memory: memoryBytes(resources.memoryRequest), cpu: cpuMillis(resources.cpuRequest) };
    read.set(resources, request);
  }
  return request;
}

/** Memory that the containers of a board may use together. */
export function memoryLimitOf(containers: readonly BoardContainer[]): number {
  return sum(containers.map(({ resources }) => memoryBytes(resources.memoryLimit)));
}

/** Whether all that must run has room, in one resource. */
export interface Fit {
  /** What is left on the boards beside the containers that are bound to them. */
  readonly left: number;
  readonly asked: number;
  /** By the largest pod. */
  readonly largest: number;
  readonly fits: boolean;
}

/**
 * Whether pods have room for their memory on boards, whatever order the scheduler takes them in.
 *
 * A pod of size p finds no board only if each of the n boards has less than p left. All other pods together then fill
 * more than `left - n * p`. So there is always one when `asked - p <= left - n * p`, and the largest pod needs the most.
 * What fits by luck only is refused: the next restart has another order.
 */
export function memoryFit(boards: readonly Room[], pods: readonly Pods[]): Fit {
  return judge(
    boards.map(({ room, containers }) => room.memory - requestsOf(containers).memory),
    pods,
    ({ memory }) => memory,
  );
}

/** The same for processors; `null` where a board's are not known. */
export function cpuFit(boards: readonly Room[], pods: readonly Pods[]): Fit | null {
  const left = boards.flatMap(({ room, containers }) =>
    room.cpu === null ? [] : [room.cpu - requestsOf(containers).cpu],
  );
  if (left.length < boards.length) return null;
  return judge(left, pods, ({ cpu }) => cpu);
}

/** How many of the pods wait for want of a board of their own. */
export function waitingOf({ replicas, areApart = false }: Pods, boards: number): number {
  return areApart ? Math.max(0, replicas - boards) : 0;
}

/** @param left of each board */
function judge(left: readonly number[], pods: readonly Pods[], sizeOf: (request: Requests) => number): Fit {
  const room = sum(left.map((one) => Math.max(0, one)));
  let [asked, largest] = [0, 0];
  for (const one of pods) {
    const count = one.replicas - waitingOf(one, left.length);
    const size = sizeOf(requestOf(one.resources));
    asked += count * size;
    if (count > 0) largest = Math.max(largest, size);
  }
  return { left: room, asked, largest, fits: asked <= room - (left.length - 1) * largest };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
