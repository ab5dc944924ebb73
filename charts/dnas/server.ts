import type { Board } from '../../model/facts/boards.ts';
import type { DnasInstance } from '../../model/facts/dnas.ts';
import type { Model } from '../../model/model.ts';
import type { Container, Mount, Probe, Volume } from '../workload.ts';

/** A board, what it serves, and the home around it. */
export interface Place {
  readonly model: Model;
  readonly board: Board;
  readonly instance: DnasInstance;
}

/** A program that serves the shares of a board, with what it brings into the pod. */
export interface Server {
  readonly container: Container;
  readonly config: Readonly<Record<string, string>>;
  readonly volumes: Readonly<Record<string, Volume>>;
}

/** The volume of `disksMount`. */
export const disksVolume = 'disks';

/** The folder above all disks: a mount of one disk would stay with the disk that was pulled (measured on a real node). */
export function disksMount({ model }: Place): Mount {
  return { volume: disksVolume, path: model.dnas.root, writable: true };
}

/** Where the config map is. */
export const configFolder = '/etc/dnas';

export const configMount: Mount = { volume: 'config', path: configFolder };

/**
 * While no disk is served, no one is sent to the server. It is started again when it does not answer, or does not serve
 * what is there: it would else go on with a disk that is dead.
 *
 * @param state folder in which the server says what it serves
 * @param answers shell: the server answers
 */
export function probes(state: string, answers: string): Pick<Container, 'startup' | 'readiness' | 'liveness'> {
  const probe = (test: string, periodSeconds: number, failureThreshold: number): Probe => ({
    exec: { command: ['sh', '-c', `. ${configFolder}/disks.sh && ${test} ${state} && ${answers}`] },
    periodSeconds,
    timeoutSeconds: 10,
    failureThreshold,
  });
  return {
    // Five minutes: a small board that starts has much to do at once.
    startup: probe('is_served', 5, 60),
    readiness: probe('serves_any', 15, 1),
    liveness: probe('is_served', 30, 2),
  };
}
