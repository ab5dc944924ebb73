import { type ApiObject, JsonPatch } from 'cdk8s';

/** Takes the namespace away that a chart gives to every object: this one is of the whole cluster. */
export function clusterWide(object: ApiObject): void {
  object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
}
