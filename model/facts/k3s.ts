/** k3s on one board. */
export interface BoardK3s {
  /** `config.yaml` of k3s, but for what only the boards know: who starts the cluster, and the tokens. */
  readonly config: Readonly<Record<string, unknown>>;
  /** `KubeletConfiguration` that is laid over that of k3s. */
  readonly kubelet: Readonly<Record<string, unknown>>;
  /** `registries.yaml`; `null` where boards do not share images. */
  readonly registries: Readonly<Record<string, unknown>> | null;
  /** Addresses of the other servers, to join at the first start, before the virtual IP answers. */
  readonly joinAddresses: readonly string[];
}

export interface Cluster {
  /** URL of the API server at the virtual IP, in the kubeconfig and for agents. */
  readonly url: string;
  /** Names and addresses that the API server's certificate is valid for. */
  readonly tlsSans: readonly string[];
  /** Copies of the database on the servers' disks. */
  readonly snapshots: { readonly everyHours: number; readonly keep: number };
}
