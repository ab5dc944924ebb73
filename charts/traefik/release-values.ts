import type { Model } from '../../model/model.ts';
import { entryPoints } from '../route.ts';
import type { TraefikPort, TraefikValues } from './values.ts';

/** Values of the release: Traefik on the boards' own ports, so that it sees the address of each visitor. */
export function traefikValues({ traefik, virtualIp }: Model): TraefikValues {
  const { namespace, ports, resources } = traefik;
  return {
    deployment: { kind: 'DaemonSet' },
    // Two pods cannot hold one port of a board.
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    nodeSelector: { [virtualIp.nodeLabel]: 'true' },
    tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }],
    priorityClassName: 'system-cluster-critical',
    service: { enabled: false },
    ports: {
      web: {
        port: 8000,
        hostPort: ports.http,
        expose: { default: false },
        asDefault: false,
        http: { redirections: { entryPoint: { to: entryPoints.lan, scheme: 'https', permanent: true } } },
      },
      // The chart's own; nothing reaches it and no route is on it.
      websecure: { port: 8442, expose: { default: false }, asDefault: false },
      [entryPoints.lan]: { ...secure, port: 8444, hostPort: ports.lan, exposedPort: ports.lan, asDefault: true },
      [entryPoints.internet]: { ...secure, port: 8443, hostPort: ports.internet, exposedPort: ports.lan },
    },
    ingressClass: { enabled: true, isDefaultClass: true },
    providers: {
      // Else a TLSOption `default` of any namespace would count.
      kubernetesCRD: { enabled: true, allowCrossNamespace: false, defaultTLSResourcesNamespace: namespace },
      kubernetesIngress: {
        enabled: true,
        publishedService: { enabled: false },
        ingressEndpoint: { ip: virtualIp.address },
      },
    },
    api: { dashboard: true },
    ingressRoute: { dashboard: { enabled: false } },
    core: { strictTLSOptions: true },
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    resources: {
      requests: { cpu: resources.cpuRequest, memory: resources.memoryRequest },
      limits: { memory: resources.memoryLimit },
    },
  };
}

/** An entry point that speaks TLS only. */
const secure = {
  expose: { default: false },
  asDefault: false,
  http: { tls: { enabled: true } },
  // The default of 60 seconds cuts the upload of a film off (nextcloud/server issue 37695).
  transport: { respondingTimeouts: { readTimeout: '30m' } },
} satisfies Omit<TraefikPort, 'port'>;
