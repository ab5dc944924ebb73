import type { Resources } from '../model/resources.ts';

/** `resources` of a container, as Kubernetes and the values of charts have it. */
export interface ContainerResources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly memory: string };
}

/** Without a limit of processors: it would slow a container down on a board that is idle. */
export function containerResources({ cpuRequest, memoryRequest, memoryLimit }: Resources): ContainerResources {
  return { requests: { cpu: cpuRequest, memory: memoryRequest }, limits: { memory: memoryLimit } };
}
