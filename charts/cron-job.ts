import type { Chart } from 'cdk8s';
import { KubeCronJob } from 'cdk8s-plus-27/lib/imports/k8s.js';
import { addConfig, labelsOf, metadataOf, type PodProps, podSpec } from './workload.ts';

/** Work of our own that comes to its end, again and again. */
export interface CronJobProps extends PodProps {
  /** Five fields (model/schedule.ts). */
  readonly schedule: string;
  /** Of the IANA list. */
  readonly timeZone: string;
  /** Seconds after its time in which it is still begun: the home may have been off. */
  readonly startingDeadline: number;
  /** Seconds that it may take, with all tries. */
  readonly deadline: number;
  /** How often it is tried again when it fails. */
  readonly retries: number;
  /** Labels of pods beside one of which it must run. */
  readonly beside: Readonly<Record<string, string>>;
}

/**
 * Adds a CronJob and its config map. Its pods are as safe as those of a workload; they are not restarted but made again, so
 * that each try keeps its words. One never runs beside another.
 */
export function addCronJob(chart: Chart, props: CronJobProps): void {
  const { name, schedule, timeZone, startingDeadline, deadline, retries, beside } = props;
  new KubeCronJob(chart, `cron-job-${name}`, {
    metadata: metadataOf(props),
    spec: {
      schedule,
      timeZone,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: startingDeadline,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 2,
      jobTemplate: {
        metadata: { labels: labelsOf(props) },
        spec: {
          backoffLimit: retries,
          activeDeadlineSeconds: deadline,
          template: {
            metadata: { labels: labelsOf(props) },
            spec: {
              restartPolicy: 'Never',
              affinity: {
                podAffinity: {
                  requiredDuringSchedulingIgnoredDuringExecution: [
                    { labelSelector: { matchLabels: beside }, topologyKey: 'kubernetes.io/hostname' },
                  ],
                },
              },
              ...podSpec(props),
            },
          },
        },
      },
    },
  });
  addConfig(chart, props);
}
