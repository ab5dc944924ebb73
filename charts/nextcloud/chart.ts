import type { Chart } from 'cdk8s';
import { Middleware } from '../../imports/traefik.io.ts';
import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import { addClaim } from '../claim.ts';
import { type Capability, folderPath, volumesReady } from '../folder.ts';
import { addIngress } from '../ingress.ts';
import { addNamespace, namespaceOf } from '../namespace.ts';
import { hostNameOf } from '../route.ts';
import { addBackup } from './backup.ts';
import { addCache } from './cache.ts';
import { addDatabase } from './database.ts';
import { addServer } from './server.ts';
import { addSharesVolume } from './shares.ts';

/** Nextcloud, with its database, its cache and its backup. */
export const nextcloud: Capability = (model) => {
  const { nextcloud: home } = model;
  if (home === null) return [];
  const controllers = { layer: 'controllers', capability: 'nextcloud', namespace: home.namespace } as const;
  const configs = { layer: 'configs', capability: 'nextcloud', namespace: home.namespace } as const;
  return [
    {
      ...controllers,
      build: (chart) => {
        addNamespace(chart, namespaceOf(model.namespaces, 'nextcloud'));
      },
    },
    {
      ...configs,
      dependsOn: [folderPath(controllers), folderPath({ layer: 'controllers', capability: 'traefik' })],
      build: (chart) => addMiddleware(chart, home),
    },
    {
      layer: 'apps',
      capability: 'nextcloud',
      namespace: home.namespace,
      // Traefik serves no page whose middleware is not there.
      dependsOn: [folderPath(controllers), folderPath(configs), ...volumesReady(model)],
      build: (chart) => {
        for (const { size, ...claim } of Object.values(home.claims)) {
          addClaim(chart, { ...claim, bytes: size, isFixed: model.longhorn === null });
        }
        if (home.shares.list.length > 0) addSharesVolume(chart, home);
        addDatabase(chart, model, home);
        addCache(chart, model, home);
        addServer(chart, model, home);
        addBackup(chart, model, home);
        addIngress(chart, {
          name: 'nextcloud',
          hostName: hostNameOf(model.hostNames, home.host),
          service: { name: 'nextcloud', port: home.ports.web },
          middlewares: { namespace: home.namespace, names: [middleware] },
        });
      },
    },
  ];
};

const middleware = 'well-known';

/**
 * Phones that are told a host name alone look there for calendars and contacts (RFC 6764). Nextcloud's own redirect would
 * lead them there, too, where there is no Traefik.
 */
function addMiddleware(chart: Chart, { host, url }: Nextcloud): void {
  new Middleware(chart, middleware, {
    metadata: { name: middleware },
    spec: {
      redirectRegex: {
        regex: `^https://${host.replaceAll('.', '\\.')}/\\.well-known/(card|cal)dav/?$`,
        replacement: `${url}/remote.php/dav/`,
        permanent: true,
      },
    },
  });
}
