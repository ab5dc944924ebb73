import type { Metrics } from './facts/metrics.ts';
import type { Slice } from './slice.ts';

/**
 * Where a board leaves figures of its own, as `*.prom` files in the text format of Prometheus. It is the place that the
 * documentation of node-exporter's textfile collector has; Debian's package of such programs has another.
 */
export function planMetrics(): Metrics {
  return { folder: '/var/lib/node_exporter/textfile_collector' };
}

export const metrics: Slice = {
  name: 'metrics',
  requirements: () => ({ packages: ['smartmontools'] }),
};
