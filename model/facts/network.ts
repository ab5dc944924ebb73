export interface Network {
  readonly subnet: string;
  readonly gateway: string;
  readonly nameservers: readonly string[];
  readonly dhcp: string | null;
  readonly pods: string;
  readonly services: string;
  readonly firewall: { readonly enabled: boolean; readonly trusted: readonly string[] };
  /** Whether boards with shares announce themselves. */
  readonly discovery: boolean;
  /** Address of the cluster's DNS: the tenth of the service network, as k3s chooses it. */
  readonly clusterDns: string;
}
