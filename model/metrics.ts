import type { Metrics } from './model.ts';
import type { Slice } from './slice.ts';

export function planMetrics(): Metrics {
  return { folder: '/var/lib/node_exporter/textfile_collector' };
}

export const metrics: Slice = {
  name: 'metrics',
  requirements: () => ({ packages: ['smartmontools'] }),
};
