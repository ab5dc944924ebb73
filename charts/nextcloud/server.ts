import type { Chart } from 'cdk8s';
import { IntOrString } from 'cdk8s-plus-27/lib/imports/k8s.js';
import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import type { Model } from '../../model/model.ts';
import { addWorkload, type Container, type InitContainer, type Mount, type Probe } from '../workload.ts';
import { apacheConfig, apacheEnvironment, apacheMounts, serveScript } from './apache.ts';
import { appFiles, appName } from './app/files.ts';
import { cronScript, ranFile } from './cron.ts';
import { guardScript } from './guard.ts';
import { databasePhp, installJson, installPhp, installScript } from './install.ts';
import { configFolder, partOf, secretTexts, wwwData } from './parts.ts';
import { htmlFolder, ownAppsFolder, runFolder, secretsFolder, volumeFolder } from './paths.ts';
import { phpIni } from './php.ts';
import { sharesJson } from './shares.ts';
import { appsJson, systemConfigPhp, systemJson } from './system-config.ts';

const whole: Mount = { volume: 'files', path: volumeFolder, writable: true };

/** All that PHP needs, however it is started. */
const own: readonly Mount[] = [
  { volume: 'config', path: configFolder },
  { volume: 'secrets', path: secretsFolder },
  whole,
  { volume: 'files', path: htmlFolder, subPath: 'html', writable: true },
  { volume: 'tmp', path: '/tmp', writable: true },
  { volume: 'app', path: `${ownAppsFolder}/${appName}` },
];

/**
 * Nextcloud: one pod, for its volume is on one board at a time.
 *
 * It is installed and upgraded before its containers start, where no probe looks and nobody ends it half-way. Its jobs run
 * beside it and not as a CronJob: each of those would be a new pod every five minutes, on whichever board has the volume.
 */
export function addServer(chart: Chart, model: Model, nextcloud: Nextcloud): void {
  const { secretName, secretKeys, mail, resources, ports, shares } = nextcloud;
  const hasShares = shares.list.length > 0;
  // The folder above all of them: a mount of one share would stay with a server that is gone.
  const mounts = hasShares ? [...own, { volume: 'shares', path: shares.folder.inPod, writable: true }] : own;
  const image = model.pins.nextcloud;
  const common = {
    image,
    environment: phpEnvironment,
    runAs: wwwData,
    mounts,
  } satisfies Partial<InitContainer>;
  addWorkload(chart, {
    name: 'nextcloud',
    ...partOf('server'),
    priority: 'normal',
    // The time of an upload or a job that is under way: Apache and PHP end what they do, and take nothing new.
    terminationGracePeriod: 120,
    secretTexts: secretTexts(model, nextcloud),
    config: {
      'guard.sh': guardScript,
      'install.sh': installScript(nextcloud),
      'install.php': installPhp(nextcloud),
      'install.json': installJson(nextcloud),
      'database.php': databasePhp(nextcloud),
      'homecloud.config.php': systemConfigPhp(nextcloud),
      'system.json': systemJson(nextcloud),
      'apps.json': appsJson(nextcloud),
      'shares.json': sharesJson(model, nextcloud),
      'php.ini': phpIni(nextcloud),
      ...apacheConfig(nextcloud),
      'serve.sh': serveScript(nextcloud),
      'cron.sh': cronScript(nextcloud),
    },
    volumes: {
      files: { claim: nextcloud.claims.files.name },
      secrets: {
        secret: secretName,
        keys: [secretKeys.admin, secretKeys.cache, secretKeys.database, ...(mail === null ? [] : [secretKeys.mail])],
      },
      app: { files: appFiles(model) },
      ...(hasShares && { shares: { claim: shares.volume, hasMounts: true } }),
      run: { emptyIn: 'memory', sizeLimit: '16Mi' },
      tmp: { emptyIn: 'disk', sizeLimit: '512Mi' },
    },
    initContainers: [
      {
        ...common,
        name: 'guard',
        command: ['sh', `${configFolder}/guard.sh`],
        resources: resources.cron,
        mounts: [
          { volume: 'config', path: configFolder },
          { ...whole, writable: false },
        ],
      },
      { ...common, name: 'install', command: ['sh', `${configFolder}/install.sh`], resources: resources.server },
    ],
    containers: [
      {
        ...common,
        name: 'nextcloud',
        command: ['sh', `${configFolder}/serve.sh`],
        environment: { ...phpEnvironment, ...apacheEnvironment(nextcloud) },
        resources: resources.server,
        ports: [{ name: 'web', number: ports.web }],
        mounts: [...mounts, { volume: 'run', path: runFolder, writable: true }, ...apacheMounts],
        ...serverProbes(nextcloud),
      },
      {
        ...common,
        name: 'cron',
        command: ['sh', `${configFolder}/cron.sh`],
        resources: resources.cron,
        mounts: [...mounts, { volume: 'run', path: runFolder, writable: true }],
        ...cronProbes,
      },
    ],
  });
}

/** PHP reads these folders after its own, whatever starts it (PHP manual, "The configuration file"). */
const phpEnvironment = { PHP_INI_SCAN_DIR: `:${configFolder}:${runFolder}` } as const;

/**
 * A file that Apache serves without PHP tells whether it lives: with the database away, a new start of Apache mends
 * nothing. Ten minutes, in which all of its processes may be busy with uploads. Whether people are sent there is asked of
 * Nextcloud itself, which needs its database for an answer.
 */
function serverProbes({ host }: Nextcloud): Pick<Container, 'startup' | 'readiness' | 'liveness'> {
  const asks = (path: string) => ({
    httpGet: { path, port: IntOrString.fromString('web'), httpHeaders: [{ name: 'Host', value: host }] },
  });
  return {
    startup: { ...asks('/robots.txt'), periodSeconds: 5, timeoutSeconds: 10, failureThreshold: 60 },
    readiness: { ...asks('/status.php'), periodSeconds: 15, timeoutSeconds: 14, failureThreshold: 4 },
    liveness: { ...asks('/robots.txt'), periodSeconds: 60, timeoutSeconds: 30, failureThreshold: 10 },
  };
}

/**
 * Of the jobs: started again when none came to its end for two hours. That is what the alert sees. They are never unready,
 * which would take the pages away, too.
 */
const cronProbes: Pick<Container, 'startup' | 'readiness' | 'liveness'> = {
  startup: cronProbe(`test -e ${ranFile}`, 5, 24),
  readiness: cronProbe(`test -e ${ranFile}`, 60, 3),
  liveness: cronProbe(`test -n "$(find ${ranFile} -mmin -120)"`, 60, 3),
};

function cronProbe(test: string, periodSeconds: number, failureThreshold: number): Probe {
  return { exec: { command: ['sh', '-c', test] }, periodSeconds, timeoutSeconds: 10, failureThreshold };
}
