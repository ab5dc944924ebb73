import type { Nextcloud } from '../../model/facts/nextcloud.ts';
import { htmlFolder, runFolder, turnFile } from './paths.ts';

/** Changed whenever all jobs that were due came to their end. */
export const ranFile = `${runFolder}/jobs-ran`;

/** From the start of the jobs to the next, at least, and then to the end of a pause (Nextcloud's manual, "Background jobs"). */
const roundSeconds = 300;

/** Of each round, for all shares: it goes on in the next. */
const scanSeconds = 150;

/** Between two looks at what changed: also where jobs and scans never come to an end, the board has that much rest. */
const pauseSeconds = 60;

/** Of each look at what changed. */
const changesSeconds = 60;

/** Nobody dumps the database meanwhile; who does is waited for, less than the liveness probe waits. */
const inTurn = `flock --no-fork --timeout 3000 ${turnFile}`;

/**
 * The jobs of Nextcloud every five minutes. Not the `cron.sh` of the image, whose crond wants root. What others write into
 * shares is looked for with them, and once a minute where the boards tell that something changed: while they tell nothing new,
 * no PHP is started.
 */
export function cronScript({ shares }: Nextcloud): string {
  const hasShares = shares.list.length > 0;
  return `set -u
job=
trap 'test -z "$job" || { kill -TERM "$job" 2> /dev/null; wait "$job"; }; exit 0' TERM INT
touch ${ranFile}

# Since the board started: a clock is set.
now() {
  read -r seconds rest < /proc/uptime
  echo "\${seconds%.*}"
}
${hasShares ? scanFunctions(shares) : ''}
round=${roundSeconds}
while :; do
  end=$(($(now) + round))
  ${inTurn} php -f ${htmlFolder}/cron.php &
  job=$!
  if wait "$job"; then
    touch ${ranFile}
  else
    echo 'the jobs of Nextcloud ended with an error; they are tried again in five minutes'
  fi
${hasShares ? scan : ''}  while :; do
${pause(pauseSeconds)}${hasShares ? look : ''}    test "$(now)" -lt "$end" || break
  done
done
`;
}

function scanFunctions({ list, folder, changes }: Nextcloud['shares']): string {
  const files = list.map(({ name }) => `${folder.inPod}/${name}/${changes}`);
  return `known=

# Of each share by itself, and not for long: a file server that hangs is not waited for.
told() {
  for file in ${files.join(' ')}; do
    timeout --kill-after=5 5 head -c 65536 "$file" 2> /dev/null
  done | cksum
}

scan() {
  limit=$1
  shift
  ${inTurn} timeout --kill-after=10 "$limit" php ${htmlFolder}/occ --no-interaction homecloud:scan "$@" &
  job=$!
  wait "$job" && return
  echo 'the scan of the shares ended with an error; it goes on with the next'
  return 1
}
`;
}

const scan = `  scan ${scanSeconds * 2} --seconds=${scanSeconds}
`;

/** What a look that failed did not see is looked at again; what one left for another reason, the scan of all comes to. */
const look = `    new=$(told)
    if test "$new" != "$known" && scan ${changesSeconds * 2} --seconds=${changesSeconds} --changed; then
      known=$new
    fi
`;

/** A shell that waits hears a signal at once, one that sleeps after it. @param seconds that nothing is done */
function pause(seconds: number): string {
  return `    sleep ${seconds} &
    job=$!
    wait "$job"
`;
}
