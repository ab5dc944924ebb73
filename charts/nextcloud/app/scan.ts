/** `lib/Scan.php`: what others wrote, seen by Nextcloud. */
export const scanPhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas;

use OCP\Files\Cache\ICacheEntry;
use OCP\Files\Cache\IScanner;
use OCP\Files\FileInfo;
use OCP\Files\StorageNotAvailableException;
use OCP\IDBConnection;
use OCP\Lock\LockedException;
use Psr\Log\LoggerInterface;

/**
 * Looks through a share for what others wrote, a part at a time, and brings the records up to date. New and changed files are
 * taken at once. What is gone is collected, looked for again after a pause, and removed only while the marker is seen and
 * when it is not too much. What cannot be read is neither. A disk that is another is only looked at, until all is seen on it
 * that is known, or somebody agrees.
 */
class Scan
{
    /** So many records may go within a day, or so large a part of all, whichever is more. */
    private const RECORDS = 50;
    private const PART = 0.1;
    private const DAY = 86400;

    /** Records that are written or removed at once; before each removal the marker is looked at. */
    private const AT_ONCE = 200;

    /** Of what cannot be read, so much is told by its name. */
    private const NAMED = 20;

    private Guard $storage;
    private bool $isAccepted;
    private float $until;
    private int $changed;
    private ?string $after;
    /** @var array<string, string> type ('file', 'dir') by path */
    private array $missing;
    /** @var array<string, true> */
    private array $unreadable = [];

    public function __construct(
        private readonly Shares $shares,
        private readonly State $state,
        private readonly IDBConnection $database,
        private readonly LoggerInterface $log,
    ) {
    }

    /**
     * @param ?float $seconds after which it stops, to go on there the next time; null: it goes through all, from the beginning
     * @param bool $accept whether all may go that is missing, and the disk may be another
     * @return string what came of it
     */
    public function run(Share $share, ?float $seconds, bool $accept): string
    {
        $state = $this->state->of($share);
        $this->until = $seconds === null ? INF : microtime(true) + $seconds;
        $this->changed = 0;
        $this->missing = [];
        $this->unreadable = [];
        $disk = $share->disk();
        // On another disk, what was looked through before says nothing.
        $this->after = $seconds === null || ($disk !== null && $disk !== $state['on']) ? null : $state['after'];
        if ($this->after === null) {
            $state['began'] = time();
            $state['missing'] = 0;
            $state['unreadable'] = 0;
        }
        $state['tried'] = time();
        $state['on'] = $disk ?? $state['on'];
        if ($disk !== null && ($accept || $state['disk'] === null)) {
            $state['disk'] = $disk;
        }
        $this->isAccepted = $disk !== null && $disk === $state['disk'];
        $state['seen'] = $this->isAccepted;
        $this->state->put($share, $state);
        if ($disk === null) {
            return 'away';
        }
        $this->storage = $this->shares->storageOf($share, $disk);
        try {
            $isWhole = $this->folder('', $this->after === null ? [] : explode('/', $this->after));
            $state = $this->settle($share, $state, $accept);
        } catch (StorageNotAvailableException) {
            $state['seen'] = false;
            $this->state->put($share, $state);
            return 'away';
        }
        $state['unreadable'] += count($this->unreadable);
        $state['after'] = $isWhole ? null : $this->after;
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
            $this->changed . ' new or changed',
            $state['missing'] > 0 ? $state['missing'] . ' missing and kept' : '',
            $state['unreadable'] > 0 ? $state['unreadable'] . ' unreadable and kept' : '',
            $isWhole ? 'all seen' : 'to be continued',
            $state['disk'] === $disk ? '' : 'on another disk: the share is not available until all is there or you say'
                . ' occ homecloud:scan --accept-missing ' . $share->name,
        ]));
    }

    /** @return list<string> the first of what the last run could not read */
    public function unreadable(): array
    {
        return array_map('strval', array_slice(array_keys($this->unreadable), 0, self::NAMED));
    }

    /**
     * Goes through a folder and all below it, the folders in the order of their names.
     *
     * @param list<string> $after the folder below it that the scan before came through, by its parts
     * @return bool whether it came to the end before its time was over
     */
    private function folder(string $path, array $after): bool
    {
        try {
            $record = $this->recordOf($path);
            $folders = $record === null ? [] : $this->entries($path, $record, $after === []);
        } catch (LockedException) {
            // Somebody renames or moves it in Nextcloud: the next scan sees it.
            return true;
        } catch (StorageNotAvailableException) {
            // One folder that cannot be read is no reason to stop; a share that is away is.
            $this->storage->expectDisk();
            $this->unreadable[$path] = true;
            $folders = [];
        }
        if ($folders === null) {
            return false;
        }
        foreach ($folders as $name) {
            $rest = [];
            if ($after !== []) {
                $order = strcmp($name, $after[0]);
                if ($order < 0 || ($order === 0 && count($after) === 1)) {
                    continue;
                }
                $rest = $order === 0 ? array_slice($after, 1) : [];
            }
            if (!$this->folder(self::below($path, $name), $rest)) {
                return false;
            }
        }
        $this->sum($path);
        $this->after = $path === '' ? null : $path;
        return $path === '' || microtime(true) < $this->until;
    }

    /** With a new one for a folder that is new; null: there is none. */
    private function recordOf(string $path): ?ICacheEntry
    {
        $cache = $this->storage->getCache();
        $record = $cache->get($path);
        if (!$record instanceof ICacheEntry && $this->isAccepted) {
            $this->storage->getScanner()->scanFile($path);
            $record = $cache->get($path);
        }
        return $record instanceof ICacheEntry ? $record : null;
    }

    /** @return ?list<string> names of the folders in it, sorted; null: the time is over before its end */
    private function entries(string $path, ICacheEntry $folder, bool $isNew): ?array
    {
        $records = [];
        foreach ($this->storage->getCache()->getFolderContents($path) as $record) {
            $records[(string)$record->getName()] = $record;
        }
        $folders = [];
        $there = [];
        $changed = [];
        foreach ($this->storage->listing($path) as $entry) {
            $name = (string)$entry['name'];
            $below = self::below($path, $name);
            // What Nextcloud itself takes no record of.
            if ($this->storage->getScanner()->isPartialFile($below) || !\Normalizer::isNormalized($name)) {
                continue;
            }
            $there[$name] = true;
            $isFolder = $entry['mimetype'] === FileInfo::MIMETYPE_FOLDER;
            $record = $records[$name] ?? null;
            if ($record !== null && $isFolder !== self::isFolder($record)) {
                $this->missing[$below] = self::isFolder($record) ? 'dir' : 'file';
                continue;
            }
            if ($isFolder) {
                $folders[] = $name;
            } elseif ($isNew && $this->isAccepted && self::isChanged($entry, $record)) {
                $changed[$below] = [$entry, $record];
            }
            if (count($changed) === self::AT_ONCE) {
                $this->takeFiles($changed, $folder->getSize() >= 0);
                $changed = [];
                if (microtime(true) >= $this->until) {
                    return null;
                }
            }
        }
        $this->takeFiles($changed, $folder->getSize() >= 0);
        if ($isNew) {
            foreach ($records as $name => $record) {
                if (!isset($there[$name])) {
                    $this->missing[self::below($path, (string)$name)] = self::isFolder($record) ? 'dir' : 'file';
                }
            }
        }
        sort($folders, SORT_STRING);
        return $folders;
    }

    /**
     * Many at once: each alone would be written to the disk of the database by itself. With what the list said of them: no
     * file server is waited for while rows are locked.
     *
     * @param array<string, array{array, ?ICacheEntry}> $files metadata and record, by path
     */
    private function takeFiles(array $files, bool $isCounted): void
    {
        if ($files === []) {
            return;
        }
        $this->database->beginTransaction();
        try {
            $more = 0;
            foreach ($files as $path => [$entry, $record]) {
                $more += $this->takeFile((string)$path, $entry, $record);
            }
            if ($isCounted) {
                $this->storage->getPropagator()->propagateChange((string)array_key_last($files), time(), (int)$more);
            }
            $this->database->commit();
        } catch (\Throwable $error) {
            $this->database->rollBack();
            throw $error;
        }
    }

    /** @return int|float by how much it is larger than its record says */
    private function takeFile(string $path, array $entry, ?ICacheEntry $record): int|float
    {
        try {
            // With a new etag also where the time stayed as it was: devices ask for it by that. What the list said is an
            // argument that the public interface does not name (lib/private/Files/Cache/Scanner.php, scanFile, 34.0.1).
            $this->storage->getScanner()->scanFile($path, IScanner::REUSE_SIZE, -1, null, true, $entry);
        } catch (LockedException) {
            // Somebody has it open in Nextcloud: the next scan sees it.
            return 0;
        }
        $this->changed++;
        $now = $this->storage->getCache()->get($path);
        return ($now instanceof ICacheEntry ? $now->getSize() : 0) - ($record === null ? 0 : $record->getSize());
    }

    /** The size of a folder that is new: until now it is -1, and it and all in it are counted nowhere above. */
    private function sum(string $path): void
    {
        $cache = $this->storage->getCache();
        $record = $cache->get($path);
        if (!$this->isAccepted || !$record instanceof ICacheEntry || $record->getSize() >= 0) {
            return;
        }
        $size = 0;
        foreach ($cache->getFolderContents($path) as $child) {
            // One that could not be looked through is counted once it is: until then, none above it is unknown.
            $size += max(0, $child->getSize());
        }
        $cache->update($record->getId(), ['size' => $size]);
        $this->changed++;
        $parent = $path === '' ? false : $cache->get(dirname($path) === '.' ? '' : dirname($path));
        if ($parent instanceof ICacheEntry) {
            $this->storage->getPropagator()->propagateChange($path, time(), $parent->getSize() < 0 ? 0 : (int)$size);
        }
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
        if ($this->missing !== []) {
            sleep($share->patience);
        }
        $gone = array_filter($this->missing, fn (string $type, int|string $path): bool => $this->isGone((string)$path, $type), ARRAY_FILTER_USE_BOTH);
        $this->storage->expectDisk();
        if ($this->unreadable !== []) {
            $this->log->warning('{count} files or folders of the share {share} cannot be read: occ homecloud:scan -v {share} names them.', [
                'count' => count($this->unreadable),
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
                $this->changed++;
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
            $this->unreadable[$path] = true;
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
            $count += self::isFolder($record) ? $this->countOf(self::below($path, (string)$record->getName())) : 1;
        }
        return $count;
    }

    private static function isChanged(array $entry, ?ICacheEntry $record): bool
    {
        return $record === null || $record->getStorageMTime() !== $entry['storage_mtime'] || $record->getSize() !== $entry['size'];
    }

    private static function isFolder(ICacheEntry $record): bool
    {
        return $record->getMimeType() === FileInfo::MIMETYPE_FOLDER;
    }

    private static function below(string $folder, string $name): string
    {
        return $folder === '' ? $name : $folder . '/' . $name;
    }
}
`;
