const units = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, k: 1e3, M: 1e6, G: 1e9, T: 1e12, '': 1 } as const;

/**
 * Bytes of a Kubernetes quantity of memory: `64Mi`.
 * @throws Error for what is none
 */
export function memoryBytes(quantity: string): number {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|k|M|G|T|)$/.exec(quantity);
  if (!match) throw new Error(`${quantity} is no quantity of memory`);
  return Math.ceil(Number(match[1]) * units[match[2] as keyof typeof units]);
}

/**
 * Thousandths of a processor of a Kubernetes quantity: `50m`, `0.5`.
 * @throws Error for what is none
 */
export function cpuMillis(quantity: string): number {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity);
  if (!match) throw new Error(`${quantity} is no quantity of processors`);
  return Math.ceil(Number(match[1]) * (match[2] === 'm' ? 1 : 1000));
}
