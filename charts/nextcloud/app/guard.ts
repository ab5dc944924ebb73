/** `lib/Guard.php`: the storage of a share, which is never taken for an empty one. */
export const guardPhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas;

use Icewind\Streams\IteratorDirectory;
use OC\Files\Storage\Local;
use OC\Files\Storage\Wrapper\Wrapper;
use OCP\Files\Cache\IWatcher;
use OCP\Files\InvalidPathException;
use OCP\Files\Storage\IStorage;
use OCP\Files\StorageNotAvailableException;

/**
 * The storage of a share. What it says is there is believed; what it says is not there, only when the system says itself that
 * it does not exist, and while the marker of the accepted disk is seen through the same mount. Otherwise the share, or the
 * file, is not available, which Nextcloud answers with 503, and all records of files stay. The scan alone lets records go.
 *
 * Nextcloud's own storage of a folder takes every failing call for a file that is gone, and drops its record (measured with
 * 34.0.1, commit 150f8610783b748662e502076085e37956b21518: 40 of 41 records by one look into an empty mount point, 9,765 of
 * 10,101 by a scan during which the server went). It warns of each with its name: that is no line of the log.
 *
 * OC\Files\Storage\Wrapper\Wrapper is private to Nextcloud (lib/private/Files/Storage/Wrapper/Wrapper.php, 34.0.1): the public
 * interface names no class to begin with.
 */
class Guard extends Wrapper
{
    /** Seconds for which it is not asked again whether the share is there: each request asks for a hundred things. */
    private const MEMORY = 2;

    /** Whose "no" may be the truth about something that is there. */
    private const MAY_BE_NO = ['is_dir', 'is_file', 'isReadable', 'isUpdatable', 'isDeletable', 'isCreatable'];

    private readonly Share $share;
    /** @var \Closure(): ?string the number of the disk that is the share's, null before the first scan */
    private readonly \Closure $accepted;
    private float $awayUntil = 0;
    private float $seenUntil = 0;
    private string $why = '';
    /** @var array<string, true> paths that were not there at two looks */
    private array $gone = [];
    /** @var array<string, true> paths that could not be read in this request; '' is all of the share */
    private array $unread = [];

    public function __construct(array $parameters)
    {
        parent::__construct($parameters);
        $this->share = $parameters['share'];
        $this->accepted = $parameters['accepted'];
    }

    /** @throws StorageNotAvailableException where the share is away, or has a disk that nobody accepted */
    public function expectDisk(): void
    {
        if (microtime(true) >= $this->awayUntil) {
            $disk = $this->share->disk();
            $accepted = $disk === null ? null : ($this->accepted)();
            if ($disk !== null && ($accepted === null || $accepted === $disk)) {
                return;
            }
            $this->why = $disk === null ? 'is away' : 'has another disk, which was not accepted yet (occ homecloud:scan)';
            $this->awayUntil = microtime(true) + self::MEMORY;
        }
        $this->unread[''] = true;
        throw new StorageNotAvailableException('The share ' . $this->share->name . ' ' . $this->why . '.');
    }

    /**
     * What the storage says by itself of a path: 'file', 'dir', or false, where nothing is there.
     *
     * @throws StorageNotAvailableException where it cannot tell
     */
    public function typeOf(string $path): string|false
    {
        $type = @parent::filetype($path);
        if ($type === false && !$this->share->lacks($path)) {
            throw $this->unreadable($path);
        }
        return $type;
    }

    /**
     * What is in a folder, as far as it can be read. What the records know and the list lacks is asked for by its name, for a
     * list ends at an error as at its end (readdir in PHP), and Samba's lacks what it cannot look at.
     *
     * @return \Generator<array> metadata, as of getMetaData
     */
    public function listing(string $folder): \Generator
    {
        $this->expectDisk();
        $there = [];
        foreach ($this->names($folder) as $name) {
            $entry = @parent::getMetaData(self::below($folder, $name));
            if ($entry !== null) {
                $there[$name] = true;
                yield $entry;
            }
        }
        foreach ($this->getCache($folder)->getFolderContents($folder) as $record) {
            $name = (string)$record->getName();
            $entry = isset($there[$name]) ? null : @parent::getMetaData(self::below($folder, $name));
            if ($entry !== null) {
                yield $entry;
            }
        }
        $this->expectDisk();
    }

    /**
     * As Nextcloud's own scan asks for it, which drops at once what is not listed: a record that has no file is listed as it
     * stands (lib/private/Files/Cache/Scanner.php, handleChildren, 34.0.1).
     */
    public function getDirectoryContent(string $directory): \Traversable
    {
        $there = [];
        foreach ($this->share->lacks($directory) ? [] : $this->listing($directory) as $entry) {
            $there[(string)$entry['name']] = true;
            yield $entry;
        }
        $this->expectDisk();
        foreach ($this->getCache($directory)->getFolderContents($directory) as $record) {
            if (!isset($there[(string)$record->getName()])) {
                yield [
                    'name' => (string)$record->getName(),
                    'mimetype' => $record->getMimeType(),
                    'mtime' => $record->getMTime(),
                    'storage_mtime' => $record->getStorageMTime(),
                    'size' => $record->getSize(),
                    'etag' => $record->getEtag(),
                    'permissions' => $record->getPermissions(),
                ];
            }
        }
    }

    /**
     * An empty folder would be shown of a share that is away: it is said to have changed, and hasUpdated then throws. The
     * watcher is one for all of a request (lib/private/Files/Storage/Common.php, getWatcher, 34.0.1): once the share is back,
     * it looks at nothing again.
     */
    public function getWatcher(string $path = '', ?IStorage $storage = null): IWatcher
    {
        $watcher = parent::getWatcher($path, $storage ?? $this);
        $watcher->setPolicy($this->isAway() ? IWatcher::CHECK_ALWAYS : IWatcher::CHECK_NEVER);
        $watcher->setCheckFilter(null);
        return $watcher;
    }

    public function hasUpdated(string $path, int $time): bool
    {
        $this->expectDisk();
        return @parent::hasUpdated($path, $time);
    }

    /**
     * Not a folder of this machine: another storage would take what is in it without asking (lib/private/Files/Storage/
     * Local.php, canDoCrossStorageMove, 34.0.1), and takes a list that ended at an error for all there is.
     */
    public function instanceOfStorage(string $class): bool
    {
        return ltrim($class, '\\') !== Local::class && parent::instanceOfStorage($class);
    }

    public function verifyPath(string $path, string $fileName): void
    {
        if ($this->share->isHidden(self::below($path === '.' ? '' : $path, $fileName))) {
            throw new InvalidPathException('The share keeps its marker there.');
        }
        parent::verifyPath($path, $fileName);
    }

    /** By their names: whoever copies a folder and then deletes it must not miss one. */
    public function opendir(string $path)
    {
        if (!$this->is_dir($path)) {
            return false;
        }
        $names = array_fill_keys($this->names($path), true);
        foreach ($this->getCache($path)->getFolderContents($path) as $record) {
            $name = (string)$record->getName();
            if (!isset($names[$name]) && $this->typeOf(self::below($path, $name)) !== false) {
                $names[$name] = true;
            }
        }
        $this->expectDisk();
        return IteratorDirectory::wrap(array_map('strval', array_keys($names)));
    }

    public function is_dir(string $path): bool
    {
        return $this->ask('is_dir', $path);
    }

    public function is_file(string $path): bool
    {
        return $this->ask('is_file', $path);
    }

    public function stat(string $path): array|false
    {
        return $this->ask('stat', $path);
    }

    public function filetype(string $path): string|false
    {
        return $this->ask('filetype', $path);
    }

    /** Nextcloud's own storage says 0 where it cannot tell. */
    public function filesize(string $path): int|float|false
    {
        return $this->is_file($path) ? $this->ask('filesize', $path) : 0;
    }

    public function file_exists(string $path): bool
    {
        return $this->ask('file_exists', $path);
    }

    public function filemtime(string $path): int|false
    {
        return $this->ask('filemtime', $path);
    }

    /** A "no" lets Nextcloud drop the record: it is said of what has none. */
    public function getMetaData(string $path): ?array
    {
        if ($this->share->isHidden($path)) {
            return null;
        }
        $data = @parent::getMetaData($path);
        if ($data === null) {
            $isGone = $this->share->lacks($path);
            $this->expectDisk();
            if (!$isGone || $this->getCache($path)->inCache($path)) {
                throw $this->unreadable($path);
            }
        }
        return $data;
    }

    public function getMimeType(string $path): string|false
    {
        return $this->ask('getMimeType', $path);
    }

    public function getETag(string $path): string|false
    {
        return $this->ask('getETag', $path);
    }

    public function hash(string $type, string $path, bool $raw = false): string|false
    {
        $answer = @parent::hash($type, $path, $raw);
        if ($answer === false && !$this->isGone($path)) {
            throw $this->unreadable($path);
        }
        return $answer;
    }

    public function isReadable(string $path): bool
    {
        return $this->ask('isReadable', $path);
    }

    public function isUpdatable(string $path): bool
    {
        return $this->ask('isUpdatable', $path);
    }

    public function isDeletable(string $path): bool
    {
        return $this->ask('isDeletable', $path);
    }

    public function isCreatable(string $path): bool
    {
        return $this->ask('isCreatable', $path);
    }

    public function file_get_contents(string $path): string|false
    {
        $this->expectDiskOnce();
        return $this->ask('file_get_contents', $path);
    }

    public function fopen(string $path, string $mode)
    {
        if (!str_starts_with($mode, 'r') || str_contains($mode, '+')) {
            return $this->change('fopen', $path, $mode);
        }
        $this->expectDiskOnce();
        return $this->ask('fopen', $path, $mode);
    }

    public function mkdir(string $path): bool
    {
        return $this->change('mkdir', $path);
    }

    public function rmdir(string $path): bool
    {
        $this->expectRead($path);
        return $this->change('rmdir', $path);
    }

    public function unlink(string $path): bool
    {
        $this->expectRead($path);
        return $this->change('unlink', $path);
    }

    public function touch(string $path, ?int $mtime = null): bool
    {
        return $this->change('touch', $path, $mtime);
    }

    public function rename(string $source, string $target): bool
    {
        $this->expectAllowed($target);
        return $this->change('rename', $source, $target);
    }

    public function copy(string $source, string $target): bool
    {
        $this->expectAllowed($target);
        return $this->change('copy', $source, $target);
    }

    public function file_put_contents(string $path, mixed $data): int|float|false
    {
        return $this->change('file_put_contents', $path, $data);
    }

    public function writeStream(string $path, $stream, ?int $size = null): int
    {
        return $this->change('writeStream', $path, $stream, $size);
    }

    public function copyFromStorage(IStorage $sourceStorage, string $sourceInternalPath, string $targetInternalPath): bool
    {
        return $this->take('copyFromStorage', $sourceStorage, $sourceInternalPath, $targetInternalPath);
    }

    public function moveFromStorage(IStorage $sourceStorage, string $sourceInternalPath, string $targetInternalPath): bool
    {
        return $this->take('moveFromStorage', $sourceStorage, $sourceInternalPath, $targetInternalPath);
    }

    /** Before what is read: of another disk it may be an older file of the same name. Whoever opens many asks once for all. */
    private function expectDiskOnce(): void
    {
        if (microtime(true) >= $this->seenUntil) {
            $this->expectDisk();
            $this->seenUntil = microtime(true) + self::MEMORY;
        }
    }

    private function isAway(): bool
    {
        try {
            $this->expectDisk();
            return false;
        } catch (StorageNotAvailableException) {
            return true;
        }
    }

    /** A "no" is asked about. */
    private function ask(string $question, string $path, mixed ...$more): mixed
    {
        $answer = @parent::$question($path, ...$more);
        if ($answer !== false && $answer !== null) {
            return $answer;
        }
        $mayBeNo = in_array($question, self::MAY_BE_NO, true);
        if (($mayBeNo && @parent::filetype($path) !== false) || !$this->isGone($path)) {
            $answer = @parent::$question($path, ...$more);
            if (($answer === false || $answer === null) && !($mayBeNo && @parent::filetype($path) !== false)) {
                throw $this->unreadable($path);
            }
        }
        return $answer;
    }

    /**
     * Whether nothing is there, by the system's own word and with the marker seen. Of a file that has a record it is asked
     * twice, with a pause: a file server whose disk was pulled may answer from memory for a moment, with the marker in it.
     */
    private function isGone(string $path): bool
    {
        $isGone = $this->share->lacks($path);
        $this->expectDisk();
        if (!$isGone || isset($this->gone[$path]) || !$this->getCache($path)->inCache($path)) {
            return $isGone;
        }
        sleep($this->share->patience);
        if (!$this->share->lacks($path)) {
            return false;
        }
        $this->expectDisk();
        return $this->gone[$path] = true;
    }

    /** @return list<string> of all in a folder, as its list has them */
    private function names(string $folder): array
    {
        $opened = @parent::opendir($folder);
        if ($opened === false) {
            $this->expectDisk();
            throw $this->unreadable($folder);
        }
        $names = [];
        while (($name = readdir($opened)) !== false) {
            if ($name !== '.' && $name !== '..' && !$this->share->isHidden(self::below($folder, $name))) {
                $names[] = $name;
            }
        }
        closedir($opened);
        return $names;
    }

    /** Without its name, for it may come into a log. */
    private function unreadable(string $path): StorageNotAvailableException
    {
        $this->unread[trim($path, '/')] = true;
        return new StorageNotAvailableException('Something in the share ' . $this->share->name . ' cannot be read now.');
    }

    /**
     * Nextcloud deletes for good what it could not move to the trash (apps/files_trashbin/lib/Trashbin.php, move2trash,
     * 34.0.1): not what it could not even read.
     */
    private function expectRead(string $path): void
    {
        $path = trim($path, '/');
        foreach (array_map('strval', array_keys($this->unread)) as $unread) {
            if ($unread === '' || $unread === $path || str_starts_with($unread, $path . '/')) {
                throw $this->unreadable($path);
            }
        }
    }

    /** Nothing is written where the marker is not seen: it would be in the place of the share, and gone when it is back. */
    private function change(string $what, string $path, mixed ...$more): mixed
    {
        $this->expectAllowed($path);
        $this->expectDisk();
        $answer = parent::$what($path, ...$more);
        if ($answer === false) {
            $this->expectDisk();
        }
        unset($this->gone[$path]);
        return $answer;
    }

    private function take(string $what, IStorage $from, string $source, string $target): bool
    {
        $this->expectAllowed($target);
        $this->expectDisk();
        $answer = parent::$what($from, $source, $target);
        if (!$answer) {
            $this->expectDisk();
        }
        $this->gone = [];
        return $answer;
    }

    private function expectAllowed(string $path): void
    {
        if ($this->share->isHidden($path)) {
            throw new InvalidPathException('The share keeps its marker there.');
        }
    }

    private static function below(string $folder, string $name): string
    {
        return ltrim(trim($folder, '/') . '/' . $name, '/');
    }
}
`;
