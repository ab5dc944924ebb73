import type { Board, DnasInstance, Model } from '../../model/model.ts';
import type { Container, Mount, Probe, Volume } from '../workload.ts';
import { disksArePresent } from './disks.ts';

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
 * The server answers and its disks are there. Without a disk no one is sent to it; when the disk stays away, it is
 * started again and waits: it would go on serving the dead disk otherwise, even after the disk is back.
 */
export function probes(
  { model, instance }: Place,
  answers: string,
): Pick<Container, 'startup' | 'readiness' | 'liveness'> {
  const command = ['sh', '-c', `${disksArePresent(model.dnas, instance.mountPoints)} && ${answers}`];
  const probe = (periodSeconds: number, failureThreshold: number): Probe => ({
    exec: { command },
    periodSeconds,
    timeoutSeconds: 10,
    failureThreshold,
  });
  return {
    // Half an hour: a container that ran for more than ten minutes is started again without a pause.
    startup: probe(5, 360),
    readiness: probe(15, 1),
    liveness: probe(30, 2),
  };
}
