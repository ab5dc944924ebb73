import type { Config } from './config.ts';
import type { DnsProvider } from './facts/certificates.ts';
import { anybody, type Flow, fromApiServer, type Pods, tcp, toApiServer, toDns, udp } from './flows.ts';
import { fromTraefik, ingressNamespace } from './traefik.ts';

/** Namespace of cert-manager. */
export const certManagerNamespace = 'cert-manager';

/** Pods of its chart (its templates/*-deployment.yaml): of one part, or of all. */
function pods(component?: string): Pods {
  return {
    namespace: certManagerNamespace,
    labels: {
      'app.kubernetes.io/instance': 'cert-manager',
      ...(component !== undefined && { 'app.kubernetes.io/component': component }),
    },
  };
}

const controller = pods('controller');

/** The pod with the measurements of the certificates, and their port (the chart's values.yaml, `prometheus`). */
export const certManagerMetrics = { pods: controller, port: 9402 } as const;

/** Pods that answer the authority at port 80: in the namespace of the certificate (cert-manager, pkg/issuer/acme/http). */
const proof: Pods = { namespace: ingressNamespace, labels: { 'acme.cert-manager.io/http01-solver': 'true' } };
const proofPort = 8089;

/**
 * What cert-manager is reached by and reaches.
 * @param provider who hosts the public zone, for `acme-dns`
 */
export function certificatesFlows(config: Config, provider: DnsProvider | undefined): Flow[] {
  const { certificates, boards } = config;
  const { mode, resolvers } = certificates;
  if (mode === 'none') return [];
  const flows: Flow[] = [
    toDns('cert-manager', pods()),
    toApiServer('cert-manager', pods(), boards),
    fromApiServer(
      'cert-manager',
      pods('webhook'),
      10250,
      config,
      'the API server asks whether objects of cert-manager are right',
    ),
  ];
  if (mode === 'private-ca') return flows;
  flows.push({
    name: 'cert-manager-to-authority',
    from: controller,
    to: anybody,
    ports: tcp(...new Set([443, ...(provider?.kind === 'acme-dns' ? [portOf(provider.server)] : [])])),
    reason: 'asks the authority for certificates, and the provider of the zone for records',
  });
  if (mode === 'acme-http') return [...flows, fromTraefik('http-proof', proof, proofPort)];
  const nameservers = [...resolvers, ...(provider?.kind === 'rfc2136' ? [provider.nameserver] : [])];
  flows.push({
    name: 'cert-manager-to-name-servers',
    from: controller,
    to: { networks: [...new Set(nameservers)].sort().map((address) => `${address}/32`) },
    ports: [...tcp(53), ...udp(53)],
    reason: 'sees whether the record of a proof is there',
  });
  return flows;
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);
}
