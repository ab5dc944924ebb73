const decimal = { n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 } as const;
const binary = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 } as const;
const units: Readonly<Record<string, number>> = { ...decimal, ...binary };

/** A quantity as Kubernetes reads it, with a unit or an exponent (apimachinery, pkg/api/resource, `Quantity`). */
const form = /^(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i)?)$/;

function numberOf(quantity: string): number | undefined {
  const [, number, exponent, unit = ''] = form.exec(quantity) ?? [];
  if (number === undefined) return undefined;
  return Number(number) * (exponent === undefined ? (units[unit] ?? 1) : 10 ** Number(exponent));
}

/** Up, but not for what is only the binary form of a decimal number. */
function roundUp(value: number): number {
  if (Number.isInteger(value)) return value;
  return Math.ceil(Number(value.toPrecision(14)));
}

export function isMemory(quantity: string): boolean {
  return numberOf(quantity) !== undefined;
}

/** Not in units of bytes. */
export function isCpu(quantity: string): boolean {
  return numberOf(quantity) !== undefined && !quantity.endsWith('i');
}

/**
 * Bytes of a Kubernetes quantity of memory: `64Mi`.
 * @throws Error for what is none
 */
export function memoryBytes(quantity: string): number {
  const value = numberOf(quantity);
  if (value === undefined) throw new Error(`${quantity} is no quantity of memory`);
  return roundUp(value);
}

/**
 * Thousandths of a processor of a Kubernetes quantity: `50m`, `0.5`.
 * @throws Error for what is none
 */
export function cpuMillis(quantity: string): number {
  const value = isCpu(quantity) ? numberOf(quantity) : undefined;
  if (value === undefined) throw new Error(`${quantity} is no quantity of processors`);
  return roundUp(value * 1000);
}

/** Of bytes; whole `MiB` are written as such. */
export function binaryQuantity(size: number): string {
  return size % 2 ** 20 === 0 ? `${size / 2 ** 20}Mi` : `${size}`;
}
