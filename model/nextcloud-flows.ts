import type { Config } from './config.ts';
import { type Flow, outsideCluster, type Pods, reachable, tcp, toDns } from './flows.ts';
import { fromTraefik, toTraefik } from './traefik.ts';

export const nextcloudNamespace = 'nextcloud';
const namespace = nextcloudNamespace;

/** Of the pods. Nextcloud is not root, so that it is not 80. */
export const nextcloudPorts = { web: 8080, database: 3306, cache: 6379 } as const;

const part = (component: string): Pods => ({
  namespace,
  labels: { 'app.kubernetes.io/name': namespace, 'app.kubernetes.io/component': component },
});

/** The pods of Nextcloud itself, for who reaches them or is reached by them. */
export const nextcloudPods = part('server');

/**
 * Connections of Nextcloud, and of what dumps its database. Database and cache are reached by nobody else, and reach nobody.
 */
export function nextcloudFlows({ nextcloud, network, boards }: Config): Flow[] {
  const { mail, internet } = nextcloud;
  return [
    fromTraefik(namespace, nextcloudPods, nextcloudPorts.web),
    toTraefik(namespace, nextcloudPods, 'it looks at its own pages as a browser does, when it checks its setup'),
    toDns(namespace, nextcloudPods),
    {
      name: 'nextcloud-to-database',
      from: nextcloudPods,
      to: part('database'),
      ports: tcp(nextcloudPorts.database),
      reason: 'Nextcloud keeps there what it knows of files, people, contacts and calendars',
    },
    {
      name: 'nextcloud-to-cache',
      from: nextcloudPods,
      to: part('cache'),
      ports: tcp(nextcloudPorts.cache),
      reason: 'Nextcloud keeps there locks of files and sessions',
    },
    toDns('nextcloud-backup', part('backup')),
    {
      name: 'nextcloud-backup-to-database',
      from: part('backup'),
      to: part('database'),
      ports: tcp(nextcloudPorts.database),
      reason: 'dumps it',
    },
    ...(internet
      ? [
          {
            name: 'nextcloud-to-internet',
            from: nextcloudPods,
            to: reachable('0.0.0.0/0', network),
            ports: tcp(443),
            reason: 'apps and their updates, and messages that wake phones',
          },
        ]
      : []),
    ...(mail === undefined
      ? []
      : [
          {
            name: 'nextcloud-to-mail',
            from: nextcloudPods,
            to: outsideCluster(boards, network),
            ports: tcp(Number(mail.server.slice(mail.server.lastIndexOf(':') + 1))),
            reason: 'sends mail by a server at home or outside, of which only the name is known',
          },
        ]),
  ];
}
