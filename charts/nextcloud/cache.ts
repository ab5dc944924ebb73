import type { Chart } from 'cdk8s';
import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import type { Model } from '../../model/model.ts';
import { memoryBytes } from '../../model/quantity.ts';
import { addWorkload, type Probe } from '../workload.ts';
import { configFolder, partOf, secretTexts } from './parts.ts';

/** Where it keeps its configuration, which has the password, in memory. */
const runFolder = '/run/cache';
const secretsFolder = '/run/secrets/cache';

/** Valkey, in which Nextcloud keeps locks of files and sessions. Nothing of it outlives the pod. */
export function addCache(chart: Chart, model: Model, nextcloud: Nextcloud): void {
  const { cache, ports, resources, secretName, secretKeys } = nextcloud;
  addWorkload(chart, {
    name: cache.host,
    ...partOf('cache'),
    priority: 'normal',
    terminationGracePeriod: 10,
    secretTexts: secretTexts(model, nextcloud),
    config: {
      'cache.conf': cacheConf(nextcloud),
      'serve-cache.sh': serveCache(secretKeys.cache),
      'cache-answers.sh': cacheAnswers(secretKeys.cache, ports.cache),
    },
    volumes: {
      run: { emptyIn: 'memory', sizeLimit: '1Mi' },
      secrets: { secret: secretName, keys: [secretKeys.cache] },
    },
    containers: [
      {
        name: 'valkey',
        image: model.pins.valkey,
        command: ['sh', `${configFolder}/serve-cache.sh`],
        resources: resources.cache,
        // Of the image (valkey-container, Dockerfile.template).
        runAs: { uid: 999, gid: 999 },
        ports: [{ name: 'cache', number: ports.cache }],
        mounts: [
          { volume: 'config', path: configFolder },
          { volume: 'secrets', path: secretsFolder },
          { volume: 'run', path: runFolder, writable: true },
        ],
        startup: answers(5, 24),
        readiness: answers(10, 3),
        liveness: answers(30, 4),
      },
    ],
  });
}

function answers(periodSeconds: number, failureThreshold: number): Probe {
  return {
    exec: { command: ['sh', `${configFolder}/cache-answers.sh`] },
    periodSeconds,
    timeoutSeconds: 10,
    failureThreshold,
  };
}

/**
 * valkey.conf. What Nextcloud writes has an end of its own, so that the longest unused goes first when it is full; a lock
 * has it after an hour, and is never among the oldest in a home's cache (nextcloud/server, lib/private/Lock/
 * MemcacheLockingProvider.php; phpredis sessions). Half of its memory is for values: full and busy, it uses half as much again
 * (test/services/cache.mjs).
 */
function cacheConf({ ports, resources }: Nextcloud): string {
  return `bind 0.0.0.0
port ${ports.cache}
dir ${runFolder}
databases 1
save ""
appendonly no
maxmemory ${Math.floor((memoryBytes(resources.cache.memoryLimit) * 0.5) / 2 ** 20)}mb
maxmemory-policy volatile-lru
tcp-keepalive 60
`;
}

/** The image's program and not its start script: any image or package with the same program does. */
function serveCache(key: string): string {
  return `set -eu
umask 077
password=$(cat ${secretsFolder}/${key})
test -n "$password" || { echo 'the password of the cache is empty'; exit 1; }
{
  cat ${configFolder}/cache.conf
  printf 'requirepass %s\\n' "$password"
} > ${runFolder}/cache.conf
unset password
exec valkey-server ${runFolder}/cache.conf
`;
}

/** The password is a variable of this process alone, and no argument. */
function cacheAnswers(key: string, port: number): string {
  return `VALKEYCLI_AUTH=$(cat ${secretsFolder}/${key})
REDISCLI_AUTH=$VALKEYCLI_AUTH
export VALKEYCLI_AUTH REDISCLI_AUTH
valkey-cli -p ${port} ping | grep -qx PONG
`;
}
