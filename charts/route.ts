import type { Chart } from 'cdk8s';
import { IngressRoute } from '../imports/traefik.io.ts';
import type { Exposure } from '../model/facts/traefik.ts';
import type { HostName } from '../model/model.ts';

/**
 * Traefik's entry point of each exposure. Which one a visitor comes in by is decided by the port that the router
 * forwards, never by a source address, which home routers rewrite.
 */
export const entryPoints: Readonly<Record<Exposure, string>> = { lan: 'lan', internet: 'internet' };

export interface RouteProps {
  readonly name: string;
  /** A host name of the model: it also says from where it is reached. */
  readonly hostName: HostName;
  /** Only paths that begin with one of these. @default every path */
  readonly paths?: readonly string[];
  readonly service: { readonly name: string; readonly port: number } | { readonly traefik: string };
  /** Names of middlewares in the chart's namespace, in the order in which a request meets them. */
  readonly middlewares?: readonly string[];
}

/** Sends the requests for a host name to a service, over TLS only. */
export function addRoute(chart: Chart, { name, hostName, paths = [], service, middlewares = [] }: RouteProps): void {
  const host = `Host(\`${hostName.host}\`)`;
  const prefixes = paths.map((path) => `PathPrefix(\`${path}\`)`).join(' || ');
  new IngressRoute(chart, `route-${name}`, {
    metadata: { name },
    spec: {
      entryPoints: hostName.exposures.map((exposure) => entryPoints[exposure]),
      routes: [
        {
          kind: 'Rule',
          match: prefixes === '' ? host : `${host} && (${prefixes})`,
          services: [
            'traefik' in service
              ? { kind: 'TraefikService', name: service.traefik }
              : { kind: 'Service', name: service.name, port: service.port },
          ],
          ...(middlewares.length > 0 && { middlewares: middlewares.map((middleware) => ({ name: middleware })) }),
        },
      ],
      tls: {},
    },
  });
}

/** The host name of the model. */
export function hostNameOf(hostNames: readonly HostName[], host: string): HostName {
  const hostName = hostNames.find((one) => one.host === host);
  if (hostName === undefined) throw new Error(`the model has no host name ${host}`);
  return hostName;
}
