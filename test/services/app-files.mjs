// Our app of Nextcloud, as a tree has it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

/** @param {string} dist of a home @returns {Record<string, string>} the files of the app, as the pod has them */
export function appFiles(dist) {
  const read = (file) => load(readFileSync(join(dist, 'kubernetes/apps/nextcloud', file), 'utf8'));
  const { data } = read('configmap-nextcloud-app.yaml');
  const { volumes } = read('deployment-nextcloud.yaml').spec.template.spec;
  const { items } = volumes.find(({ name }) => name === 'app').configMap;
  return Object.fromEntries(items.map(({ key, path }) => [path, data[key]]));
}
