import * as z from 'zod';
import type { Pods as CountedPods } from './capacity.ts';
import type { Config } from './config.ts';
import type { Nextcloud } from './facts/nextcloud.ts';
import { bytes, email, integer } from './fields.ts';
import { isOfLonghorn, jobLabels } from './longhorn.ts';
import { nextcloudBackupOptions, nextcloudBackupRules, planNextcloudBackup } from './nextcloud-backup.ts';
import { nextcloudNamespace as namespace, nextcloudFlows, nextcloudPorts as ports } from './nextcloud-flows.ts';
import { nextcloudResources as resourcesOf } from './nextcloud-resources.ts';
import { nextcloudRules } from './nextcloud-rules.ts';
import { cloudShareRequirements, cloudShareRules, planNextcloudShares } from './nextcloud-shares.ts';
import { together } from './resources.ts';
import type { Secret } from './secrets.ts';
import { vaultVariable } from './secrets.ts';
import type { Slice } from './slice.ts';

const mailOptions = z.strictObject({
  from: email.describe('Whom its mail is from: an address that the server lets its user send from.'),
  server: z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?:\d{2,5}$/,
      "is not a server and its port: write for example 'smtp.example.org:587'",
    )
    .describe('Mail server and port, with STARTTLS or, at port 465, TLS: `smtp.example.org:587`.'),
  user: z
    .string()
    .regex(/^[!-~]+$/, 'is not an account: write letters, digits and signs without spaces, or take the key away')
    .optional()
    .describe('Account on the mail server, whose password is a secret. By default `from`.'),
});

export const nextcloudOptions = z.strictObject({
  enabled: z.boolean().default(false).describe('The page at `nextcloud.<domain>`, with its database and its cache.'),
  exposures: z
    .array(z.enum(['lan', 'internet']))
    .min(1, "is empty: write exposures: ['lan']")
    .default(['lan'])
    .describe('From where it is reached: `lan` at home, `internet` from the outside, too.'),
  filesSize: bytes
    .prefault('50GiB')
    .describe(
      'Room for the program, its apps and all that people keep in Nextcloud itself. What lies in shares needs none here. With Longhorn it can grow later.',
    ),
  databaseSize: bytes.prefault('5GiB').describe('Room for the database. With Longhorn it can grow later.'),
  phoneRegion: z
    .string()
    .regex(/^[A-Z]{2}$/, "is not a country: write its two letters of ISO 3166-1, for example 'FR'")
    .optional()
    .describe('Country of phone numbers that are written without one: `FR`. By default none is assumed.'),
  maintenanceHour: integer(0, 23)
    .default(1)
    .describe(
      'Hour, in UTC, at which jobs begin that take long: they may run for four hours (`maintenance_window_start`).',
    ),
  uploadLimit: bytes.prefault('16GiB').describe('The largest file that can be uploaded in one piece.'),
  mail: mailOptions
    .optional()
    .describe('How it sends mail: lost passwords, invitations, shares. By default it sends none.'),
  internet: z
    .boolean()
    .default(true)
    .describe(
      'Whether it reaches the internet: for its apps (contacts and calendars among them) and their updates, and to wake phones.',
    ),
  links: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether people may share by a link with those who have no account.'),
      password: z.boolean().default(true).describe('Whether each link must have a password.'),
      days: integer(1, 3650).default(30).describe('After how many days a link ends, at the latest.'),
      uploads: z
        .boolean()
        .default(true)
        .describe(
          'Whether a link may let guests put files into a folder: a drop folder shows them nothing of what is there.',
        ),
    })
    .prefault({})
    .describe('Links to files for guests.'),
  gallery: z
    .boolean()
    .default(false)
    .describe(
      "The app Memories: pictures of all folders by the day they were taken, whoever wrote them. Without it there is Nextcloud's own app Photos.",
    ),
  secondFactor: z
    .enum(['nobody', 'admins', 'everybody'])
    .default('admins')
    .describe('Who must log in with a code of their phone, too. Who has none yet sets it up at the next log-in.'),
  backup: nextcloudBackupOptions
    .prefault({})
    .describe(
      'Dumps of its database onto the volume of its files, so that one backup has both. Each is loaded once to see that it can be; Nextcloud is in maintenance mode for the minutes that one takes.',
    ),
});

/** Who logs in first; people of the home have accounts of their own. */
const adminUser = 'admin';

const secretName = 'nextcloud';
const secretKeys = {
  admin: 'admin-password',
  database: 'database-password',
  cache: 'cache-password',
  mail: 'mail-password',
} as const;

export function planNextcloud(config: Config): Nextcloud | null {
  const { nextcloud, home, longhorn } = config;
  if (!nextcloud.enabled) return null;
  const host = hostOf(config);
  const labels = isOfLonghorn(undefined, { longhorn }) ? jobLabels(true) : {};
  return {
    namespace,
    host,
    url: `https://${host}`,
    ports,
    adminUser,
    secretName,
    secretKeys,
    claims: {
      files: { name: 'nextcloud', size: nextcloud.filesSize, labels },
      database: { name: 'database', size: nextcloud.databaseSize, labels },
    },
    database: { name: 'nextcloud', user: 'nextcloud', host: 'database' },
    cache: { host: 'cache' },
    phoneRegion: nextcloud.phoneRegion ?? null,
    maintenanceHour: nextcloud.maintenanceHour,
    uploadLimit: nextcloud.uploadLimit,
    mail: planMail(config),
    internet: nextcloud.internet,
    links: { ...nextcloud.links, isForHomeOnly: !nextcloud.exposures.includes('internet') },
    gallery: nextcloud.gallery,
    apps: ['calendar', 'contacts', ...(nextcloud.gallery ? ['memories'] : []), 'twofactor_totp'],
    secondFactor: nextcloud.secondFactor,
    proxies: [config.network.pods],
    measuredFrom: config.network.pods,
    shares: planNextcloudShares(config),
    adminEmail: home.admin.email,
    backup: planNextcloudBackup(config),
    resources: resourcesOf(config),
  };
}

function hostOf({ home }: Config): string {
  return `nextcloud.${home.domain}`;
}

function planMail({ nextcloud: { mail } }: Config): Nextcloud['mail'] {
  if (mail === undefined) return null;
  const at = mail.server.lastIndexOf(':');
  return {
    from: mail.from,
    server: mail.server.slice(0, at),
    port: Number(mail.server.slice(at + 1)),
    user: mail.user ?? mail.from,
  };
}

const restarted = 'synth and push: Flux brings it there, and Nextcloud, its database and its cache are started again.';

function secretsOf({ nextcloud }: Config): Secret[] {
  const inCluster = (key: keyof typeof secretKeys, part: string) =>
    ({ in: 'cluster', namespace, secret: secretName, key: secretKeys[key], part }) as const;
  return [
    {
      name: 'nextcloud-admin',
      purpose: `the admin logs in to Nextcloud with it, as ${adminUser}`,
      source: { kind: 'password', user: adminUser },
      places: [
        { in: 'boards', variable: vaultVariable('nextcloud', 'admin_password'), part: 'password' },
        inCluster('admin', 'password'),
      ],
      rotation: `${restarted} Nextcloud reads it only when it is installed: write the new one into Nextcloud, too.`,
    },
    {
      name: 'nextcloud-database',
      purpose: 'Nextcloud opens its database with it',
      source: { kind: 'token' },
      places: [inCluster('database', 'token')],
      rotation: restarted,
    },
    {
      name: 'nextcloud-cache',
      purpose: 'Nextcloud opens its cache with it, where sessions and locks of files are',
      source: { kind: 'token' },
      places: [inCluster('cache', 'token')],
      rotation: `${restarted} Who is logged in by a browser logs in again.`,
    },
    ...(nextcloud.mail === undefined
      ? []
      : [
          {
            name: 'nextcloud-mail',
            purpose: `Nextcloud sends mail with it, as ${nextcloud.mail.user ?? nextcloud.mail.from}`,
            source: {
              kind: 'supplied' as const,
              what: `the password of ${nextcloud.mail.user ?? nextcloud.mail.from} at ${nextcloud.mail.server}`,
            },
            places: [inCluster('mail', 'value')],
            rotation: restarted,
          },
        ]),
  ];
}

function podsOf(config: Config): CountedPods[] {
  const { server, cron, database, cache, backup } = resourcesOf(config);
  return [
    { name: 'nextcloud', replicas: 1, resources: together(server, cron) },
    { name: 'nextcloud-database', replicas: 1, resources: database },
    { name: 'nextcloud-cache', replicas: 1, resources: cache },
    // For some minutes of a day.
    { name: 'nextcloud-backup', replicas: 1, resources: backup },
  ];
}

export const nextcloud: Slice = {
  name: 'nextcloud',
  rules: [...nextcloudRules, ...cloudShareRules, ...nextcloudBackupRules],
  namespaces: ({ nextcloud }) =>
    nextcloud.enabled ? [{ name: namespace, capability: 'nextcloud', podSecurity: 'restricted', reason: null }] : [],
  hostNames: (config) =>
    config.nextcloud.enabled
      ? [{ host: hostOf(config), capability: 'nextcloud', exposures: config.nextcloud.exposures }]
      : [],
  flows: (config) => (config.nextcloud.enabled ? nextcloudFlows(config) : []),
  pods: (config) => (config.nextcloud.enabled ? podsOf(config) : []),
  secrets: (config) => (config.nextcloud.enabled ? secretsOf(config) : []),
  requirements: cloudShareRequirements,
};
