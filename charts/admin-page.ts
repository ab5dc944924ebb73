import type { Chart } from 'cdk8s';
import { Middleware } from '../imports/traefik.io.ts';
import { addRoute, type RouteProps } from './route.ts';

export interface AdminPageProps extends Omit<RouteProps, 'middlewares'> {
  /** Secret of the chart's namespace with lines of an htpasswd file in the key `users`. */
  readonly secretName: string;
}

/** A page for the admin that has no login of its own: Traefik asks for a password, and keeps it from the page. */
export function addAdminPage(chart: Chart, { secretName, ...route }: AdminPageProps): void {
  const middleware = `${route.name}-auth`;
  new Middleware(chart, middleware, {
    metadata: { name: middleware },
    spec: { basicAuth: { secret: secretName, removeHeader: true } },
  });
  addRoute(chart, { ...route, middlewares: [middleware] });
}
