/** The `kustomization.yaml` of a folder: exactly its files, and what the admin changes of them. */
export function kustomization(files: readonly string[], patches: readonly object[] = []): unknown {
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [...files].sort(),
    ...(patches.length > 0 && { patches }),
  };
}
