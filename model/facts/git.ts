export interface Git {
  readonly url: string;
  /** Board that holds the repository, and its folder there; `null` where a Git server has it. */
  readonly repository: { readonly board: string; readonly path: string } | null;
  readonly branch: string;
  readonly interval: string;
  /** Namespace of Flux. */
  readonly namespace: string;
  /** Name of the source and of the root, the two objects that Flux is started with. */
  readonly rootName: string;
  /** Folder of these two, below `dist/kubernetes` in the repository. */
  readonly clusterFolder: string;
  /** Host keys of the server, where it is reached by ssh. */
  readonly knownHosts: string | null;
  /** Secret that holds the credential of the repository; `null` where everyone can read it. */
  readonly secretName: string | null;
  /** Secret that holds the cluster identity, which opens the encrypted files of the repository. */
  readonly decryptionSecretName: string;
}
