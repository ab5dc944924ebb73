import { expect, it } from '@jest/globals';
import { App, Chart } from 'cdk8s';
import { addRoute } from '../charts/route.ts';

it('a route is on the entry points of its exposures, and on no other', () => {
  const routeOf = (exposures: readonly ('lan' | 'internet')[]) => {
    const chart = new Chart(new App(), 'test', { namespace: 'photos' });
    addRoute(chart, {
      name: 'photos',
      hostName: { host: 'photos.example.org', capability: 'photos', exposures },
      paths: ['/a', '/b'],
      service: { name: 'photos', port: 80 },
      middlewares: ['first', 'second'],
    });
    return chart.toJson()[0];
  };
  expect(routeOf(['lan', 'internet'])).toEqual({
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'IngressRoute',
    metadata: { name: 'photos', namespace: 'photos' },
    spec: {
      entryPoints: ['lan', 'internet'],
      routes: [
        {
          kind: 'Rule',
          match: 'Host(`photos.example.org`) && (PathPrefix(`/a`) || PathPrefix(`/b`))',
          middlewares: [{ name: 'first' }, { name: 'second' }],
          services: [{ kind: 'Service', name: 'photos', port: 80 }],
        },
      ],
      tls: {},
    },
  });
  expect(routeOf(['lan'])).toMatchObject({ spec: { entryPoints: ['lan'] } });
});
