import { cpuMillis, memoryBytes } from './quantity.ts';

/** What a container asks for and may use. Kubernetes quantities. */
export interface Resources {
  readonly cpuRequest: string;
  readonly memoryRequest: string;
  readonly memoryLimit: string;
}

/** What several containers ask for and may use together. */
export function together(...all: readonly Resources[]): Resources {
  const memory = (of: (one: Resources) => string) =>
    `${Math.ceil(all.reduce((sum, one) => sum + memoryBytes(of(one)), 0) / 2 ** 20)}Mi`;
  return {
    cpuRequest: `${all.reduce((sum, one) => sum + cpuMillis(one.cpuRequest), 0)}m`,
    memoryRequest: memory(({ memoryRequest }) => memoryRequest),
    memoryLimit: memory(({ memoryLimit }) => memoryLimit),
  };
}
