import type { Chart } from 'cdk8s';
import { KubeIngress } from 'cdk8s-plus-27/lib/imports/k8s.js';
import type { HostName } from '../model/model.ts';
import { entryPoints } from './route.ts';

/** Name of the class that Traefik's chart makes. On another cluster, a patch of `/spec/ingressClassName` takes its place. */
export const ingressClass = 'traefik';

export interface IngressProps {
  readonly name: string;
  /** A host name of the model: it also says from where it is reached. */
  readonly hostName: HostName;
  readonly service: { readonly name: string; readonly port: number };
  /** Traefik's middlewares of a namespace, which other controllers do without. @default none */
  readonly middlewares?: { readonly namespace: string; readonly names: readonly string[] };
}

/**
 * Sends the requests for a host name to a service, over TLS only, by an object that every ingress controller reads: the
 * apps also run where there is no Traefik. Traefik's own objects are for pages that need its middlewares.
 */
export function addIngress(chart: Chart, { name, hostName, service, middlewares }: IngressProps): void {
  new KubeIngress(chart, `ingress-${name}`, {
    metadata: {
      name,
      annotations: {
        // Without the first, it would be on every entry point that is a default one.
        'traefik.ingress.kubernetes.io/router.entrypoints': hostName.exposures
          .map((exposure) => entryPoints[exposure])
          .join(','),
        'traefik.ingress.kubernetes.io/router.tls': 'true',
        ...(middlewares !== undefined && {
          'traefik.ingress.kubernetes.io/router.middlewares': middlewares.names
            .map((one) => `${middlewares.namespace}-${one}@kubernetescrd`)
            .join(','),
        }),
      },
    },
    spec: {
      ingressClassName: ingressClass,
      // Without a secret: the certificate that the controller serves by default.
      tls: [{ hosts: [hostName.host] }],
      rules: [
        {
          host: hostName.host,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: service.name, port: { number: service.port } } },
              },
            ],
          },
        },
      ],
    },
  });
}
