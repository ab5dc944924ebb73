import { htmlFolder, runFolder, turnFile } from './paths.ts';

/** Changed whenever all jobs that were due came to their end. */
export const ranFile = `${runFolder}/jobs-ran`;

/** Of each round, for all shares: it goes on in the next. */
const scanSeconds = 150;

/** Nobody dumps the database meanwhile; who does is waited for, less than the liveness probe waits. */
const inTurn = `flock --no-fork --timeout 3000 ${turnFile}`;

/**
 * The jobs of Nextcloud every five minutes, which it asks for (its administration manual, "Background jobs"). Not the
 * `cron.sh` of the image, whose crond wants root.
 */
export const cronScript = `set -u
job=
trap 'test -z "$job" || { kill -TERM "$job" 2> /dev/null; wait "$job"; }; exit 0' TERM INT
touch ${ranFile}
while :; do
  ${inTurn} php -f ${htmlFolder}/cron.php &
  job=$!
  if wait "$job"; then
    touch ${ranFile}
  else
    echo 'the jobs of Nextcloud ended with an error; they are tried again in five minutes'
  fi
  # What others wrote into shares. A file server that hangs is not waited for.
  ${inTurn} timeout --kill-after=10 ${scanSeconds * 2} php ${htmlFolder}/occ --no-interaction homecloud:scan --seconds=${scanSeconds} &
  job=$!
  wait "$job" || echo 'the scan of the shares ended with an error; it goes on in five minutes'
  sleep 300 &
  job=$!
  wait "$job"
done
`;
