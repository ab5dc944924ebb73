export interface VirtualIp {
  readonly address: string;
  readonly routerId: number;
  /** Label of the nodes that can own it: those with an API server and the ingress. */
  readonly nodeLabel: string;
}
