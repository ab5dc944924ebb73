/** `lib/Scan.php`: what others wrote, seen by Nextcloud. */
export const scanPhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas;

use OCP\Files\StorageNotAvailableException;
use OCP\IDBConnection;
use Psr\Log\LoggerInterface;

/**
 * Looks through a share for what others wrote, a part at a time or where the board tells of changes, and brings the records up
 * to date. New and changed files are taken at once. What is gone is collected, looked for again after a pause, and removed only
 * while the marker is seen and when it is not too much. What cannot be read is neither. A disk that is another is only looked
 * at, until all is seen on it that is known, or somebody agrees.
 */
class Scan
{
    /** So many records may go within a day, or so large a part of all, whichever is more. */
    private const RECORDS = 50;
    private const PART = 0.1;
    private const DAY = 86400;

    /** Records that are removed at once; before, the marker is looked at. */
    private const AT_ONCE = 200;

    /** Of what cannot be read, so much is told by its name. */
    private const NAMED = 20;

    private Guard $storage;
    private Walk $walk;
    private bool $isAccepted;
    private bool $isToBeContinued = false;

    public function __construct(
        private readonly Shares $shares,
        private readonly State $state,
        private readonly IDBConnection $database,
        private readonly LoggerInterface $log,
    ) {
    }

    /**
     * Through all of a share.
     *
     * @param ?float $seconds after which it stops, to go on there the next time; null: it goes through all, from the beginning
     * @param bool $accept whether all may go that is missing, and the disk may be another
     * @return string what came of it
     */
    public function run(Share $share, ?float $seconds, bool $accept): string
    {
        $state = $this->state->of($share);
        $this->isToBeContinued = false;
        $disk = $share->disk();
        // On another disk, what was looked through before says nothing.
        $after = $seconds === null || ($disk !== null && $disk !== $state['on']) ? null : $state['after'];
        if ($after === null) {
            $state['began'] = time();
            $state['missing'] = 0;
            $state['unreadable'] = 0;
        }
        $state['tried'] = time();
        $state['on'] = $disk ?? $state['on'];
        if ($disk !== null && ($accept || $state['disk'] === null)) {
            $state['disk'] = $disk;
        }
        $state['seen'] = $disk !== null && $disk === $state['disk'];
        $this->state->put($share, $state);
        $this->begin($share, $disk, $state['seen'], $seconds);
        if ($disk === null) {
            return 'away';
        }
        try {
            $isWhole = $this->walk->all($after);
            $state = $this->settle($share, $state, $accept);
        } catch (StorageNotAvailableException) {
            $state['seen'] = false;
            $this->state->put($share, $state);
            return 'away';
        }
        $state['unreadable'] += count($this->walk->unreadable);
        $state['after'] = $isWhole ? null : $this->walk->after;
        $this->isToBeContinued = !$isWhole;
        if ($isWhole) {
            $state['whole'] = $state['began'];
            $state['refused'] = $state['missing'];
            $state['unread'] = $state['unreadable'];
            if (!$this->isAccepted && $state['missing'] + $state['unreadable'] === 0) {
                // Another disk, with all that the records know: a copy.
                $state['disk'] = $disk;
                $state['seen'] = true;
            }
        }
        $this->state->put($share, $state);
        return implode(', ', array_filter([
            $this->walk->changed . ' new or changed',
            $state['missing'] > 0 ? $state['missing'] . ' missing and kept' : '',
            $state['unreadable'] > 0 ? $state['unreadable'] . ' unreadable and kept' : '',
            $isWhole ? 'all seen' : 'to be continued',
            $state['disk'] === $disk ? '' : 'on another disk: the share is not available until all is there or you say'
                . ' occ homecloud:scan --accept-missing ' . $share->name,
        ]));
    }

    /**
     * Through the folders in which something changed since, as the board tells. It leaves what is missed, and what it may not
     * remove, to the scan of all: so does a share that was never seen as a whole, or is on another disk.
     *
     * @param float $seconds after which it stops, to go on there the next time
     * @return ?string what came of it; null: there was nothing to look at
     */
    public function changes(Share $share, float $seconds): ?string
    {
        $state = $this->state->of($share);
        $disk = $share->disk();
        $this->begin($share, $disk, $disk !== null && $disk === $state['disk'], $seconds);
        $told = $this->isAccepted ? $share->changes() : ['of' => '', 'folders' => []];
        $last = $told['folders'] === [] ? 0 : end($told['folders'])[0];
        // Numbers that began anew, or that nobody told.
        $seen = $told['of'] === $state['told']['of'] && $state['told']['number'] <= $last ? $state['told']['number'] : 0;
        $folders = array_filter($told['folders'], static fn (array $one): bool => $one[0] > $seen);
        if ($folders === [] || !$this->walk->isSeen()) {
            return null;
        }
        // One that hangs holds up no other in the next round.
        $this->state->put($share, ['tried' => time()] + $state);
        try {
            foreach ($folders as [$number, $path]) {
                if ($share->isPath($path) && !$this->changedFolder($share, $path)) {
                    break;
                }
                $seen = $number;
            }
            $state = ['missing' => $state['missing'], 'told' => ['of' => $told['of'], 'number' => $seen], 'tried' => time()]
                + $this->settle($share, $state, false);
        } catch (StorageNotAvailableException) {
            return 'away';
        }
        $this->state->put($share, $state);
        return $this->walk->changed . ' new or changed' . ($seen < $last ? ', to be continued' : '');
    }

    /** One that ends with an error is not tried for ever, before all others: the scan of all comes to it. */
    private function changedFolder(Share $share, string $path): bool
    {
        try {
            return $this->walk->changedFolder($path);
        } catch (StorageNotAvailableException $away) {
            throw $away;
        } catch (\Throwable $error) {
            $this->log->error('A changed folder of the share {share} could not be looked at.', ['share' => $share->name, 'exception' => $error]);
            return true;
        }
    }

    /** Whether the last scan ended because its time was over. */
    public function isToBeContinued(): bool
    {
        return $this->isToBeContinued;
    }

    /** @return list<string> the first of what the last run could not read */
    public function unreadable(): array
    {
        return array_map('strval', array_slice(array_keys($this->walk->unreadable), 0, self::NAMED));
    }

    private function begin(Share $share, ?string $disk, bool $isAccepted, ?float $seconds): void
    {
        $this->isAccepted = $isAccepted;
        $this->storage = $this->shares->storageOf($share, $disk);
        $until = $seconds === null ? INF : microtime(true) + $seconds;
        $this->walk = new Walk($this->storage, $this->database, $isAccepted, $until);
    }

    /**
     * What was missing, and still is.
     *
     * @param array<string, mixed> $state
     * @return array<string, mixed>
     */
    private function settle(Share $share, array $state, bool $accept): array
    {
        $now = time();
        $state['removed'] = array_values(array_filter(
            $state['removed'],
            static fn (array $one): bool => $one[0] > $now - self::DAY,
        ));
        if ($this->walk->missing !== []) {
            sleep($share->patience);
        }
        $gone = array_filter($this->walk->missing, fn (string $type, int|string $path): bool => $this->isGone((string)$path, $type), ARRAY_FILTER_USE_BOTH);
        $this->storage->expectDisk();
        if ($this->walk->unreadable !== []) {
            $this->log->warning('{count} files or folders of the share {share} cannot be read: occ homecloud:scan -v {share} names them.', [
                'count' => count($this->walk->unreadable),
                'share' => $share->name,
            ]);
        }
        if ($gone === []) {
            return $state;
        }
        $count = array_sum(array_map(fn (int|string $path): int => $this->countOf((string)$path), array_keys($gone)));
        $before = array_sum(array_column($state['removed'], 1));
        if (!$this->isAccepted || (!$accept && $count + $before > $this->limit())) {
            $state['missing'] += $count;
            $this->log->error('{count} files are gone from the share {share}: their records are kept until somebody agrees.', [
                'count' => $count,
                'share' => $share->name,
            ]);
            return $state;
        }
        foreach (array_chunk(array_keys($gone), self::AT_ONCE) as $paths) {
            $this->storage->expectDisk();
            foreach ($paths as $path) {
                $this->storage->getUpdater()->remove((string)$path);
                $this->walk->changed++;
            }
        }
        $state['removed'][] = [$now, $count];
        return $state;
    }

    /** Or something of another kind is in its place. What cannot be read is not gone, whoever accepts what. */
    private function isGone(string $path, string $type): bool
    {
        try {
            return $this->storage->typeOf($path) !== $type;
        } catch (StorageNotAvailableException) {
            $this->storage->expectDisk();
            $this->walk->unreadable[$path] = true;
            return false;
        }
    }

    private function limit(): float
    {
        // Of the table of records there is no public count (lib/private/Files/Cache/Cache.php, 34.0.1).
        $query = $this->database->getQueryBuilder();
        $result = $query->select($query->func()->count('fileid'))
            ->from('filecache')
            ->where($query->expr()->eq('storage', $query->createNamedParameter($this->storage->getCache()->getNumericStorageId())))
            ->executeQuery();
        $all = (int)$result->fetchOne();
        $result->closeCursor();
        return max(self::RECORDS, self::PART * $all);
    }

    /** The record and all below it. */
    private function countOf(string $path): int
    {
        $count = 1;
        foreach ($this->storage->getCache()->getFolderContents($path) as $record) {
            $count += Walk::isFolder($record) ? $this->countOf(Walk::below($path, (string)$record->getName())) : 1;
        }
        return $count;
    }
}
`;
