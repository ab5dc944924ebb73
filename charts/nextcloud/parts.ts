import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import type { Model } from '../../model/model.ts';
import type { WorkloadProps } from '../workload.ts';

/** Where the config map of each part is. */
export const configFolder = '/etc/homecloud';

/** The account of Apache and PHP in the image, `www-data` of Debian: the owner of all files on the volume. */
export const wwwData = { uid: 33, gid: 33 } as const;

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
