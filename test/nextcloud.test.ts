import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import type { WrittenConfig } from '../model/config.ts';
import { hoursBetween } from '../model/schedule.ts';
import { households, modelOf } from './homes.ts';
import { kubernetesOf, specOf } from './objects.ts';

/** The config map of a part, by file. */
function filesOf(config: WrittenConfig, part = 'nextcloud'): Record<string, string> {
  const text = kubernetesOf(modelOf(config)).get(`apps/nextcloud/configmap-${part}.yaml`);
  return (load(text ?? '') as { data: Record<string, string> }).data;
}

const settings = (config: WrittenConfig) => JSON.parse(filesOf(config)['system.json'] ?? '') as Record<string, unknown>;

const family = households.family;

it('without it, nothing of it is in the tree', () => {
  const shares = (family.shares ?? []).map(({ nextcloudBoard: _board, ...share }) => ({ ...share, nextcloud: false }));
  const tree = kubernetesOf(modelOf({ ...family, nextcloud: {}, shares }));
  expect([...tree.keys()].filter((path) => path.includes('nextcloud'))).toEqual([]);
});

describe('settings', () => {
  it('have a value for all that another config would set', () => {
    const keys = (config: WrittenConfig) => Object.keys(settings(config));
    expect(keys(family)).toEqual(keys(households.full));
  });

  it('send mail as the server wants it, or none', () => {
    expect(settings(family)).toMatchObject({ mail_smtpmode: 'null', mail_smtphost: null, mail_smtpauth: false });
    expect(settings(households.full)).toMatchObject({
      mail_smtphost: 'mail.example.net',
      mail_smtpport: 465,
      mail_smtpsecure: 'ssl',
      mail_smtpname: 'cloud',
      mail_from_address: 'cloud',
      mail_domain: 'example.net',
    });
    const nextcloud = { ...family.nextcloud, mail: { from: 'a@example.org', server: 'smtp.example.org:587' } };
    expect(settings({ ...family, nextcloud })).toMatchObject({ mail_smtpsecure: null, mail_smtpname: 'a@example.org' });
  });

  it('ask for a second factor whom the config says', () => {
    expect(settings(family)).toMatchObject({ twofactor_enforced: 'true', twofactor_enforced_groups: ['admin'] });
    expect(settings(households.full)).toMatchObject({ twofactor_enforced: 'true', twofactor_enforced_groups: [] });
    const nextcloud = { ...family.nextcloud, secondFactor: 'nobody' as const };
    expect(settings({ ...family, nextcloud })).toMatchObject({ twofactor_enforced: false });
  });
});

describe('links for guests', () => {
  const core = (nextcloud: WrittenConfig['nextcloud']) => {
    const { apps } = JSON.parse(filesOf({ ...family, nextcloud })['apps.json'] ?? '') as {
      apps: { core: Record<string, string> };
    };
    return apps.core;
  };

  it('have a password and an end, and take files, unless the config says otherwise', () => {
    expect(core({ enabled: true })).toMatchObject({
      shareapi_allow_links: 'yes',
      shareapi_enforce_links_password: 'yes',
      shareapi_enforce_expire_date: 'yes',
      shareapi_allow_public_upload: 'yes',
    });
    expect(core({ enabled: true, links: { uploads: false } })).toMatchObject({ shareapi_allow_public_upload: 'no' });
  });

  it('are for home only where it is not reached from outside, and the app says so', () => {
    const isTold = (config: WrittenConfig) =>
      (JSON.parse(filesOf(config)['shares.json'] ?? '') as { linksAreForHomeOnly: boolean }).linksAreForHomeOnly;
    expect(isTold(family)).toBe(true);
    expect(isTold(households.full)).toBe(false);
  });

  it('have the address by which the home is reached from outside', () => {
    expect(settings(households.full)).toMatchObject({
      overwritehost: 'nextcloud.manor.example.net',
      overwriteprotocol: 'https',
      'overwrite.cli.url': 'https://nextcloud.manor.example.net',
    });
  });
});

describe('the gallery', () => {
  const config = (gallery: boolean) => ({ ...family, nextcloud: { ...family.nextcloud, gallery } });

  it('is installed where it is wanted, with the types that it asks for', () => {
    expect(filesOf(config(true))['install.sh']).toContain('occ app:enable calendar contacts memories twofactor_totp');
    expect(settings(config(true))).toMatchObject({ 'memories.index.mode': '1', 'memories.vod.disable': true });
    expect(filesOf(config(false))['install.sh']).toContain('occ app:enable calendar contacts twofactor_totp');
    expect(settings(config(false))).toMatchObject({ 'memories.index.mode': null, 'memories.vod.disable': null });
  });

  it('leaves out what lies in the bin of a share', () => {
    const pattern = new RegExp(`${settings(config(true))['memories.index.path.blacklist']}`);
    expect(pattern.test('/alice/files/photos/.recycle/2026/a.jpg')).toBe(true);
    expect(pattern.test('/alice/files/photos/a.recycle/a.jpg')).toBe(false);
    expect(pattern.test('/alice/files/photos/2026/a.jpg')).toBe(false);
  });

  it('reads pictures by the program for the processor of the board where it runs', () => {
    expect(filesOf(config(true))['homecloud.config.php']).toContain("php_uname('m')");
    expect(filesOf(config(false))['homecloud.config.php']).not.toContain('memories');
  });
});

it('has more where each board has more memory', () => {
  const boards = family.boards.map((board) => ({ ...board, memory: '16GiB' }));
  const large = { ...family, boards };
  const workers = (config: WrittenConfig) =>
    Number(/MaxRequestWorkers (\d+)/.exec(filesOf(config)['mpm_prefork.conf'] ?? '')?.[1]);
  expect([workers(family), workers(large)]).toEqual([10, 22]);
  expect(filesOf(family, 'database')['mariadb.cnf']).toContain('innodb-buffer-pool-size = 192M');
  expect(filesOf(large, 'database')['mariadb.cnf']).toContain('innodb-buffer-pool-size = 384M');
});

it('is reached from the outside where the config says so, and reaches it only then', () => {
  const policies = (config: WrittenConfig) =>
    [...kubernetesOf(modelOf(config)).keys()].flatMap((path) => {
      const [, name] = /^controllers\/nextcloud\/networkpolicy-(.+)\.yaml$/.exec(path) ?? [];
      return name === undefined ? [] : [name];
    });
  expect(policies(family)).toContain('nextcloud-to-internet-out');
  expect(policies(family)).not.toContain('nextcloud-to-mail-out');
  expect(policies(households.full)).not.toContain('nextcloud-to-internet-out');
  expect(policies(households.full)).toContain('nextcloud-to-mail-out');
  const route = kubernetesOf(modelOf(households.full)).get('apps/nextcloud/ingress-nextcloud.yaml');
  expect(route).toContain('router.entrypoints: lan,internet');
});

it('database and cache reach nobody, and Nextcloud and its backup alone reach them', () => {
  const { flows } = modelOf(households.full);
  const of = (component: string) => (end: object) =>
    'labels' in end && (end.labels as Record<string, string>)['app.kubernetes.io/component'] === component;
  const reachedBy = {
    database: ['nextcloud-backup-to-database', 'nextcloud-to-database'],
    cache: ['nextcloud-to-cache'],
  };
  for (const [part, names] of Object.entries(reachedBy)) {
    const isIt = of(part);
    const mine = flows.filter(({ from, to }) =>
      [from, to].some((end) => 'namespace' in end && end.namespace === 'nextcloud'),
    );
    expect(mine.filter(({ from }) => isIt(from))).toEqual([]);
    const found = mine.filter(({ to }) => isIt(to)).map(({ name }) => name);
    expect(found.sort()).toEqual(names);
  }
});

describe('dumps of the database', () => {
  const target = 'nfs://nas.example.org:/volumes';
  const scheduleOf = (longhorn: WrittenConfig['longhorn']) =>
    modelOf({ ...family, longhorn: { ...family.longhorn, ...longhorn } }).nextcloud?.backup.schedule;

  it.each([
    ['0 3 * * *', '0 2 * * *'],
    ['15 0 * * 0', '15 23 * * *'],
    // At no one hour.
    ['0 */6 * * *', '0 2 * * *'],
    ['0,30 4 * * *', '0 2 * * *'],
  ])('are made just before the backup of volumes, at %s', (schedule, when) => {
    expect(scheduleOf({ backup: { target, schedule } })).toBe(when);
  });

  it('are made at 2 where there is none', () => {
    expect(scheduleOf({})).toBe('0 2 * * *');
  });

  it.each([
    ['0 2 * * *', '0 3 * * *', 1, 1],
    ['0 4 * * *', '0 3 * * *', 23, 23],
    // At the same time is not before.
    ['0 3 * * *', '0 3 * * *', 24, 24],
    ['0 2 * * *', '0 */6 * * *', 22, 4],
    ['0 2 * * *', '0 3 * * 0', 1, 6 * 24 + 1],
    ['0 0 30 2 *', '0 3 * * *', 0, 0],
  ])('%s and then %s lie apart as they do', (first, second, age, wait) => {
    expect(hoursBetween(first, second)).toEqual({ age, wait });
  });

  it('are made beside Nextcloud, by the program of its database, one at a time, with room for all of it', () => {
    const model = modelOf(households.full);
    const spec = specOf(model, 'CronJob', 'backup') as {
      schedule: string;
      timeZone: string;
      concurrencyPolicy: string;
      jobTemplate: { spec: { template: { metadata: { labels: object }; spec: PodSpec } } };
    };
    expect(spec).toMatchObject({ schedule: '30 0 * * *', timeZone: model.home.timeZone, concurrencyPolicy: 'Forbid' });
    const { template } = spec.jobTemplate.spec;
    const server = specOf(model, 'Deployment', 'nextcloud') as { template: { metadata: { labels: object } } };
    const [term] = template.spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    expect(server.template.metadata.labels).toMatchObject(term?.labelSelector.matchLabels ?? { none: 'none' });
    // A dump would wait for the pod of the last one.
    expect(template.metadata.labels).not.toMatchObject(term?.labelSelector.matchLabels ?? {});
    const database = specOf(model, 'Deployment', 'database') as { template: { spec: PodSpec } };
    expect(template.spec.containers[0]?.image).toBe(database.template.spec.containers[0]?.image);
    const scratch = template.spec.volumes.find(({ name }) => name === 'scratch')?.emptyDir?.sizeLimit;
    expect(Number.parseInt(scratch ?? '', 10)).toBeGreaterThan(10 * 1024);
  });

  it('may take longer where the database is larger, and are believed for no longer', () => {
    const limits = (config: WrittenConfig) => [
      Number(/--kill-after=10 (\d+) /.exec(filesOf(config, 'backup')['backup.sh'] ?? '')?.[1]),
      Number(/time\(\) - (\d+)/.exec(filesOf(config)['homecloud.config.php'] ?? '')?.[1]),
    ];
    expect(limits(family)).toEqual([1800, 1920]);
    expect(limits(households.full)).toEqual([3000, 3120]);
  });

  it('are kept as many as the config says', () => {
    expect(filesOf(households.full, 'backup')['backup.sh']).toContain('tail -n +5 |');
  });
});

interface PodSpec {
  readonly affinity: {
    readonly podAffinity: {
      readonly requiredDuringSchedulingIgnoredDuringExecution: readonly {
        readonly labelSelector: { readonly matchLabels: object };
      }[];
    };
  };
  readonly containers: readonly { readonly image: string }[];
  readonly volumes: readonly { readonly name: string; readonly emptyDir?: { readonly sizeLimit?: string } }[];
}
