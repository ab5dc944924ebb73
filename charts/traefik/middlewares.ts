import type { Chart } from 'cdk8s';
import { Middleware } from '../../imports/traefik.io.ts';
import type { Exposure } from '../../model/facts/traefik.ts';
import type { Model } from '../../model/model.ts';

const exposures: readonly Exposure[] = ['lan', 'internet'];

/** Half a year: the least that is taken for serious, and still short for who gives the domain another use. */
const hstsSeconds = 15_552_000;

/** Names of the middlewares that every route of an exposure passes, in this order. */
function names(exposure: Exposure) {
  return { rateLimit: `${exposure}-rate-limit`, headers: `${exposure}-headers` };
}

/**
 * The middlewares of an entry point as its configuration names them. They stand before those of each route, and no route
 * can do without: while they are missing, Traefik serves nothing there.
 */
export function entryPointMiddlewares({ traefik }: Model, exposure: Exposure): string[] {
  return Object.values(names(exposure)).map((name) => `${traefik.namespace}-${name}@kubernetescrd`);
}

/** The middlewares of both entry points. */
export function addEntryPointMiddlewares(chart: Chart, model: Model): void {
  for (const exposure of exposures) {
    const { rateLimit, headers } = names(exposure);
    const { average, burst } = model.traefik.rateLimits[exposure];
    new Middleware(chart, rateLimit, { metadata: { name: rateLimit }, spec: { rateLimit: { average, burst } } });
    new Middleware(chart, headers, {
      metadata: { name: headers },
      spec: { headers: securityHeaders(model, exposure) },
    });
  }
}

/** OWASP's "HTTP Headers Cheat Sheet", but for what only an application can know: its content policy. */
function securityHeaders({ certificates }: Model, exposure: Exposure) {
  return {
    // Where browsers warn about the certificate they could not be told to go on.
    ...(certificates !== null && { stsSeconds: hstsSeconds }),
    contentTypeNosniff: true,
    // Applications show pages of their own in frames.
    customFrameOptionsValue: 'SAMEORIGIN',
    referrerPolicy: 'same-origin',
    customResponseHeaders: {
      // An empty value takes the header away.
      Server: '',
      'X-Powered-By': '',
      ...(exposure === 'internet' && { 'X-Robots-Tag': 'noindex, nofollow' }),
    },
  };
}
