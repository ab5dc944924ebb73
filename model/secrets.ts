/** A secret that the home needs. Values never stand in the model: it says what must exist, and who reads it. */
export type SecretNeed = KubernetesSecret | BoardSecret;

/** A Secret of the cluster, declared external until it stands in `secrets/kubernetes/`. */
export interface KubernetesSecret {
  readonly kind: 'kubernetes';
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
  /** Who reads it, and for what. */
  readonly purpose: string;
}

/** A variable of `secrets/boards.vault.yml`. */
export interface BoardSecret {
  readonly kind: 'board';
  /** Name of the variable. */
  readonly name: string;
  readonly purpose: string;
}
