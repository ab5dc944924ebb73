/** `lib/Walk.php`: a way through the folders of a share. */
export const walkPhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas;

use OCP\Files\Cache\ICacheEntry;
use OCP\Files\Cache\IScanner;
use OCP\Files\FileInfo;
use OCP\Files\StorageNotAvailableException;
use OCP\IDBConnection;
use OCP\Lock\LockedException;

/**
 * Goes through folders of a share and takes what is new or changed at once. What is gone, and what cannot be read, is only
 * collected.
 */
final class Walk
{
    /** Records that are written at once. */
    private const AT_ONCE = 200;

    public int $changed = 0;
    /** The last folder that it came through; null at the beginning. */
    public ?string $after = null;
    /** @var array<string, string> type ('file', 'dir') by path */
    public array $missing = [];
    /** @var array<string, true> */
    public array $unreadable = [];
    /** @var array<string, bool> folders that were looked at because they changed, and whether with all below them */
    private array $looked = [];

    /**
     * @param bool $isAccepted whether the disk is that of the share: on another, nothing is taken
     * @param float $until when it stops, to go on the next time
     */
    public function __construct(
        private readonly Guard $storage,
        private readonly IDBConnection $database,
        private readonly bool $isAccepted,
        private readonly float $until,
    ) {
    }

    /**
     * Through all.
     *
     * @param ?string $after the folder that the walk before came through; null: from the beginning
     * @return bool whether it came to the end before its time was over
     */
    public function all(?string $after): bool
    {
        $this->after = $after;
        return $this->folder('', $after === null ? [] : explode('/', $after));
    }

    /**
     * Through a folder of which somebody says that something changed in it, or else the next one above it that is known and
     * there, and through all in it that is new.
     *
     * @return bool whether it came to the end before its time was over
     */
    public function changedFolder(string $path): bool
    {
        if (microtime(true) >= $this->until) {
            return false;
        }
        for ($at = $path; $at !== ''; $at = self::above($at)) {
            if ($this->looked[$at] ?? false) {
                return true;
            }
        }
        try {
            while ($path !== '' && !$this->isKnown($path)) {
                $path = self::above($path);
            }
            if (isset($this->looked[$path])) {
                return true;
            }
            $record = $this->storage->getCache()->get($path);
            $folders = $record instanceof ICacheEntry ? $this->entries($path, $record, true) : [];
        } catch (LockedException) {
            return true;
        } catch (StorageNotAvailableException) {
            $this->storage->expectDisk();
            $this->unreadable[$path] = true;
            return true;
        }
        foreach ($folders ?? [] as $name) {
            $below = self::below($path, $name);
            $record = $this->storage->getCache()->get($below);
            // Of one whose size is unknown, not all was seen yet.
            if ($record instanceof ICacheEntry && $record->getSize() >= 0) {
                continue;
            }
            if (!$this->folder($below, [])) {
                return false;
            }
            $this->looked[$below] = true;
        }
        if ($folders === null) {
            return false;
        }
        $this->sum($path);
        $this->looked[$path] ??= false;
        return true;
    }

    /** Whether all of the share was looked through once: until then, the size of its root is unknown. */
    public function isSeen(): bool
    {
        $record = $this->storage->getCache()->get('');
        return $record instanceof ICacheEntry && $record->getSize() >= 0;
    }

    /** Whether it is a folder, in the records and on the disk. */
    private function isKnown(string $path): bool
    {
        $record = $this->storage->getCache()->get($path);
        return $record instanceof ICacheEntry && self::isFolder($record) && $this->storage->typeOf($path) === 'dir';
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
        $parent = $path === '' ? false : $cache->get(self::above($path));
        if ($parent instanceof ICacheEntry) {
            $this->storage->getPropagator()->propagateChange($path, time(), $parent->getSize() < 0 ? 0 : (int)$size);
        }
    }

    private static function isChanged(array $entry, ?ICacheEntry $record): bool
    {
        return $record === null || $record->getStorageMTime() !== $entry['storage_mtime'] || $record->getSize() !== $entry['size'];
    }

    public static function isFolder(ICacheEntry $record): bool
    {
        return $record->getMimeType() === FileInfo::MIMETYPE_FOLDER;
    }

    private static function above(string $path): string
    {
        return dirname($path) === '.' ? '' : dirname($path);
    }

    public static function below(string $folder, string $name): string
    {
        return $folder === '' ? $name : $folder . '/' . $name;
    }
}
`;
