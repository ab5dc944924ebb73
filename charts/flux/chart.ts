import type { Chart } from 'cdk8s';
import { Kustomization } from '../../imports/kustomize.toolkit.fluxcd.io.ts';
import { GitRepository } from '../../imports/source.toolkit.fluxcd.io.ts';
import type { Model } from '../../model/model.ts';
import { type Folder, folderName, folderPath } from '../folder.ts';
import { addNamespace, namespaceOf } from '../namespace.ts';

/** Where the tree stands in the repository of the home. */
const treeInRepository = './dist/kubernetes';

/** What Flux's root points at: the source, the root itself, and one Kustomization for each folder, in their order. */
export function clusterPath(model: Model): string {
  return model.git.clusterFolder;
}

export function buildCluster(chart: Chart, model: Model, folders: readonly Folder[]): void {
  const { git } = model;
  addNamespace(chart, namespaceOf(model.namespaces, 'flux'));
  new GitRepository(chart, 'source', {
    metadata: { name: git.rootName },
    spec: {
      url: git.url,
      ref: { branch: git.branch },
      interval: git.interval,
      ...(git.secretName !== null && { secretRef: { name: git.secretName } }),
    },
  });
  addKustomization(chart, model, { name: git.rootName, path: clusterPath(model), dependsOn: [], stays: false });
  for (const folder of folders) {
    addKustomization(chart, model, {
      name: folderName(folderPath(folder)),
      path: folderPath(folder),
      dependsOn: (folder.dependsOn ?? []).map(folderName),
      stays: folder.stays ?? false,
    });
  }
}

interface KustomizationProps {
  readonly name: string;
  /** Below `dist/kubernetes`. */
  readonly path: string;
  /** Names of other Kustomizations that must be ready before. */
  readonly dependsOn: readonly string[];
  /** Whether its objects outlive it. */
  readonly stays: boolean;
}

function addKustomization(chart: Chart, { git }: Model, { name, path, dependsOn, stays }: KustomizationProps): void {
  new Kustomization(chart, `kustomization-${name}`, {
    metadata: { name },
    spec: {
      sourceRef: { kind: 'GitRepository', name: git.rootName },
      path: `${treeInRepository}/${path}`,
      // A new commit is applied at once; the interval only repairs what was changed by hand.
      interval: '1h',
      retryInterval: '2m',
      timeout: '20m',
      // What leaves a folder that stays goes: a job that the config has no more.
      prune: true,
      ...(stays && { deletionPolicy: 'Orphan' }),
      wait: name !== git.rootName,
      ...(dependsOn.length > 0 && { dependsOn: [...dependsOn].sort().map((one) => ({ name: one })) }),
      decryption: { provider: 'sops', secretRef: { name: git.decryptionSecretName } },
    },
  });
}
