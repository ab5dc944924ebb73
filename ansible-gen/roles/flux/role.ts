import { kubectl } from '../../kubectl.ts';
import { defineRole } from '../../role.ts';

export const flux = defineRole({
  name: 'flux',
  description:
    'Starts Flux once, gives it the secrets that Git cannot hold, and waits until it has applied the repository of the home.',
  variables: {
    version: {
      type: 'str',
      description: 'Exact version that a new cluster starts with, as upstream tags it, for example `v2.9.5`.',
      all: ({ pins }) => pins.flux.version,
    },
    digest: {
      type: 'str',
      description:
        'SHA-256 of `install.yaml` with `sha256:` before it, from `flux_<version>_checksums.txt` of the release. Without it nothing is installed.',
      default: '',
      all: ({ pins }) => pins.flux.digest,
    },
    download_url: {
      type: 'str',
      description: 'Where `<version>/install.yaml` is downloaded from: the releases of Flux, or a mirror of them.',
      all: ({ pins }) => pins.flux.source,
    },
    local_folder: {
      type: 'path',
      description: 'Folder of the controller that holds `install.yaml`, absolute. Then nothing is downloaded.',
      default: '',
    },
    kubectl,
    namespace: {
      type: 'str',
      description: 'Namespace of Flux.',
      all: ({ git }) => git.namespace,
    },
    root: {
      type: 'str',
      description: 'Name of the GitRepository and of the Kustomization that all others come from.',
      all: ({ git }) => git.rootName,
    },
    cluster_folder: {
      type: 'str',
      description: 'Folder with these two objects, below `dist/kubernetes` of the repository.',
      all: ({ git }) => git.clusterFolder,
    },
    decryption_secret: {
      type: 'str',
      description: 'Secret of the cluster that holds the identity.',
      all: ({ git }) => git.decryptionSecretName,
    },
    identity: {
      type: 'str',
      description: 'The age identity that opens the encrypted Secrets of the repository, and those before it.',
      secret: true,
    },
    git_secret: {
      type: 'str',
      description: 'Secret of the cluster that holds what the repository is read with. Empty: everyone can read it.',
      default: '',
      all: ({ git }) => git.secretName ?? undefined,
    },
    git_known_hosts: {
      type: 'str',
      description: 'Host keys of a Git server that is reached by ssh.',
      default: '',
      all: ({ git }) => git.knownHosts ?? undefined,
    },
    git_private_key: {
      type: 'str',
      description: 'Key that the repository is read with by ssh.',
      default: '',
      secret: true,
    },
    git_public_key: {
      type: 'str',
      description: 'Its public half, which the Git server must know.',
      default: '',
      secret: true,
    },
    git_token: {
      type: 'str',
      description: 'Access token that the repository is read with by https.',
      default: '',
      secret: true,
    },
    replace: {
      type: 'bool',
      description:
        'Let Flux follow the repository of the config, although it follows another one. What only the other one has is removed from the cluster.',
      default: false,
    },
    wait_timeout: {
      type: 'int',
      description: 'Seconds that Flux may take until it has applied the repository.',
      default: 600,
    },
  },
});
