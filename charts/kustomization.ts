/** The `kustomization.yaml` of a folder: exactly its files. */
export function kustomization(files: readonly string[]): unknown {
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [...files].sort(),
  };
}
