import type { Exposure } from '../../model/facts/traefik.ts';
import type { Model } from '../../model/model.ts';
import { priorities } from '../../model/priorities.ts';
import { containerResources } from '../container-resources.ts';
import { ingressClass } from '../ingress.ts';
import { entryPoints } from '../route.ts';
import { entryPointMiddlewares } from './middlewares.ts';
import type { TraefikPort, TraefikValues } from './values.ts';

/** Values of the release: Traefik on the boards' own ports, so that it sees the address of each visitor. */
export function traefikValues(model: Model): TraefikValues {
  const { traefik, virtualIp, certificates, boards } = model;
  const servers = boards.filter(({ role }) => role === 'server');
  const { namespace, ports, podPorts, resources } = traefik;
  const isProvenByHttp = certificates?.authority.kind === 'acme' && certificates.authority.proof.by === 'http';
  return {
    deployment: { kind: 'DaemonSet' },
    // Two pods cannot hold one port of a board. One more than is replaced at a time: the pod of a board that is away counts
    // as unavailable, and would hold up all others (kubernetes, pkg/controller/daemon/update.go). Of two, one stays.
    updateStrategy: {
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: servers.length > 2 ? 2 : 1, maxSurge: 0 },
    },
    nodeSelector: { [virtualIp.nodeLabel]: 'true' },
    tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }],
    priorityClassName: priorities.critical.className,
    service: { enabled: false },
    ports: {
      web: {
        port: podPorts.http,
        hostPort: ports.http,
        expose: { default: false },
        asDefault: false,
        // The authority asks at port 80, and cert-manager answers there.
        ...(isProvenByHttp && { allowACMEByPass: true }),
        http: { redirections: { entryPoint: { to: entryPoints.lan, scheme: 'https', permanent: true } } },
      },
      // The chart's own; nothing reaches it and no route is on it.
      websecure: { port: 8442, expose: { default: false }, asDefault: false },
      [entryPoints.lan]: {
        ...secure(model, 'lan'),
        port: podPorts.lan,
        hostPort: ports.lan,
        exposedPort: ports.lan,
        asDefault: true,
      },
      [entryPoints.internet]: {
        ...secure(model, 'internet'),
        port: podPorts.internet,
        hostPort: ports.internet,
        exposedPort: ports.lan,
      },
    },
    ingressClass: { enabled: true, isDefaultClass: true, name: ingressClass },
    providers: {
      // Else a TLSOption `default` of any namespace would count.
      kubernetesCRD: { enabled: true, allowCrossNamespace: false, defaultTLSResourcesNamespace: namespace },
      kubernetesIngress: {
        enabled: true,
        publishedService: { enabled: false },
        ingressEndpoint: { ip: virtualIp.address },
      },
    },
    accessLog: accessLog(traefik),
    api: { dashboard: true },
    ingressRoute: { dashboard: { enabled: false } },
    core: { strictTLSOptions: true },
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    resources: containerResources(resources),
  };
}

/** An entry point that speaks TLS only, and what every route of it passes. */
function secure(model: Model, exposure: Exposure) {
  return {
    expose: { default: false },
    asDefault: false,
    http: { tls: { enabled: true }, middlewares: entryPointMiddlewares(model, exposure) },
    // The default of 60 seconds cuts the upload of a film off (nextcloud/server issue 37695).
    transport: { respondingTimeouts: { readTimeout: '30m' } },
  } satisfies Omit<TraefikPort, 'port'>;
}

/**
 * What is logged of a request: who asked which host, when, and what became of it. Not the path or what is behind it,
 * which have names of files, people and shared links in them; and not who was logged in.
 */
const loggedFields = [
  'StartUTC',
  'Duration',
  'ClientHost',
  'RequestHost',
  'RequestMethod',
  'RequestProtocol',
  'RouterName',
  'ServiceName',
  'DownstreamStatus',
  'DownstreamContentSize',
  'OriginStatus',
];

function accessLog({ accessLog }: Model['traefik']): NonNullable<TraefikValues['accessLog']> {
  if (accessLog === 'off') return { enabled: false };
  return {
    enabled: true,
    format: 'json',
    ...(accessLog === 'errors' && { filters: { statusCodes: '400-599' } }),
    fields: {
      defaultMode: 'drop',
      names: Object.fromEntries(loggedFields.map((field) => [field, 'keep'])),
      headers: { defaultMode: 'drop' },
      queryParameters: { defaultMode: 'drop' },
    },
  };
}
