import type { ContainerResources } from '../container-resources.ts';

/**
 * The values of the Kubernetes Dashboard chart that homecloud sets, with the chart's own names (read in chart 7.13.0:
 * kubernetes/dashboard, tag kubernetes-dashboard-7.13.0; that of 7.14.0, the last, could not be had).
 */
export interface DashboardValues {
  readonly app?: { readonly priorityClassName?: string };
  readonly auth?: DashboardPart;
  readonly api?: DashboardPart;
  readonly web?: DashboardPart;
  readonly metricsScraper?: DashboardPart & { readonly enabled?: boolean };
  /** A proxy of the chart before its services. @default {enabled: true} */
  readonly kong?: { readonly enabled?: boolean };
}

export interface DashboardPart {
  readonly containers?: {
    readonly resources?: ContainerResources;
  };
}
