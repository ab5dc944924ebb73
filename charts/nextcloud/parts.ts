import type { Model, Nextcloud } from '../../model/model.ts';
import type { WorkloadProps } from '../workload.ts';

/** Where the config map of each part is. */
export const configFolder = '/etc/homecloud';

/** What the flows of the slice know a part by (model/nextcloud-flows.ts). */
export function partOf(component: string): Pick<WorkloadProps, 'app' | 'instance' | 'component'> {
  return { app: 'nextcloud', instance: 'nextcloud', component };
}

/** The Secret of all parts, encrypted: a new password starts each again. */
export function secretTexts({ encryptedSecrets }: Model, { namespace, secretName }: Nextcloud): string[] {
  return encryptedSecrets
    .filter((one) => one.namespace === namespace && one.name === secretName)
    .map(({ text }) => text);
}
