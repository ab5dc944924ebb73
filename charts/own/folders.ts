import { ApiObject, type ApiObjectProps } from 'cdk8s';
import type { Model } from '../../model/model.ts';
import { groupOf, type KubernetesObject, layers } from '../../model/own-objects.ts';
import type { Problem } from '../../model/problems.ts';
import { clusterWide } from '../cluster-wide.ts';
import { type Folder, folderPath } from '../folder.ts';
import { neverPruned } from '../namespace.ts';
import { policyFolder } from '../policy-folder.ts';
import { addPartsOf, appOf, neededBy } from './apps.ts';
import { type OwnObjects, ownFolder } from './render.ts';

/**
 * The folders of the admin's own objects. Each comes after the namespaces and the kinds that it uses, and after the
 * admin's folders of the layers before it.
 */
export function ownFolders(
  model: Model,
  rendered: readonly OwnObjects[],
  report: (problem: Problem) => void,
): Folder[] {
  return rendered.map(({ folder, objects }) => {
    const before = rendered
      .filter((other) => layers.indexOf(other.folder.layer) < layers.indexOf(folder.layer))
      .map((other) => folderPath(ownFolder(other.folder)));
    const needed = objects.flatMap((object) => [
      ...makerOfNamespace(model, object.metadata.namespace),
      ...makerOfKind(model, object, (capability) =>
        report({
          code: 'OWN013',
          severity: 'error',
          path: 'objects' in folder ? [...folder.path, 'objects', objects.indexOf(object)] : [...folder.path, 'chart'],
          message: `is ${object.kind} ${object.metadata.name} of ${groupOf(object.apiVersion)}, and ${capability} is off`,
          hint: `turn ${capability} on, or take the object away`,
        }),
      ),
    ]);
    const app = appOf(model, folder);
    return {
      ...ownFolder(folder),
      // Of what the home adds: the objects of the chart have their own.
      ...(app !== undefined && { namespace: app.namespace }),
      dependsOn: [
        ...new Set([
          folderPath(policyFolder),
          ...before,
          ...needed,
          ...(app === undefined ? [] : neededBy(model, app)),
        ]),
      ].sort(),
      build: (chart) => {
        if (app !== undefined) addPartsOf(chart, model, app);
        objects.forEach((object, index) => {
          const made = new ApiObject(chart, `object-${index}`, keptByFlux(object) as ApiObjectProps);
          if (object.metadata.namespace === undefined) clusterWide(made);
        });
      },
    };
  });
}

const controllers = (capability: string) => folderPath({ layer: 'controllers', capability });

/** The namespace of Flux is made before all of them. */
function makerOfNamespace({ namespaces }: Model, name: string | undefined): string[] {
  const namespace = namespaces.find((one) => one.name === name && one.capability !== 'flux');
  return namespace === undefined ? [] : [controllers(namespace.capability)];
}

/** Groups of API that a component of the home brings. */
const broughtBy: Readonly<Record<string, { readonly capability: string; readonly key: keyof Model }>> = {
  'traefik.io': { capability: 'traefik', key: 'traefik' },
  'cert-manager.io': { capability: 'certificates', key: 'certificates' },
  'acme.cert-manager.io': { capability: 'certificates', key: 'certificates' },
  'longhorn.io': { capability: 'longhorn', key: 'longhorn' },
  'monitoring.coreos.com': { capability: 'observability', key: 'observability' },
};

function makerOfKind(model: Model, { apiVersion }: KubernetesObject, isOff: (capability: string) => void): string[] {
  const maker = broughtBy[groupOf(apiVersion)];
  if (maker === undefined) return [];
  if (model[maker.key] !== null) return [controllers(maker.capability)];
  isOff(maker.capability);
  return [];
}

/** What holds data is never pruned, as ours; an annotation of the admin's own wins. */
function keptByFlux(object: KubernetesObject): KubernetesObject {
  if (!['Namespace', 'PersistentVolume', 'PersistentVolumeClaim'].includes(object.kind)) return object;
  const { annotations = {} } = object.metadata as { annotations?: Readonly<Record<string, string>> };
  return { ...object, metadata: { ...object.metadata, annotations: { ...neverPruned, ...annotations } } };
}
