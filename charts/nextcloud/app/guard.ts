/** `lib/Guard.php`: the storage of a share, which is never taken for an empty one. */
export const guardPhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas;

use Icewind\Streams\IteratorDirectory;
use OC\Files\Storage\Wrapper\Wrapper;
use OCP\Files\Cache\IWatcher;
use OCP\Files\InvalidPathException;
use OCP\Files\Storage\IStorage;
use OCP\Files\StorageNotAvailableException;

/**
 * The storage of a share. What it says is there is believed; what it says is not there, only while the marker of its disk is
 * seen through the same mount. Otherwise the share is not available, which Nextcloud answers with 503, and all records of its
 * files stay.
 *
 * Nextcloud's own storage of a folder takes every failing call for a file that is gone, and drops its record (measured with
 * 34.0.1, commit 150f8610783b748662e502076085e37956b21518: 40 of 41 records by one look into an empty mount point, 9,765 of
 * 10,101 by a scan during which the server went).
 *
 * OC\Files\Storage\Wrapper\Wrapper is private to Nextcloud (lib/private/Files/Storage/Wrapper/Wrapper.php, 34.0.1): the public
 * interface names no class to begin with.
 */
class Guard extends Wrapper
{
    /** Seconds for which "away" is not asked again: each request asks for a hundred things. */
    private const MEMORY = 2;

    private readonly Share $share;
    private float $awayUntil = 0;
    /** @var array<string, true> paths that were not there at two looks */
    private array $gone = [];

    public function __construct(array $parameters)
    {
        parent::__construct($parameters);
        $this->share = $parameters['share'];
    }

    /** @throws StorageNotAvailableException where the share is away */
    public function expectDisk(): void
    {
        if (microtime(true) < $this->awayUntil || $this->share->disk() === null) {
            $this->awayUntil = max($this->awayUntil, microtime(true) + self::MEMORY);
            throw new StorageNotAvailableException('The share ' . $this->share->name . ' is away.');
        }
    }

    /** What the storage says by itself of a path: 'file', 'dir', or false. */
    public function typeOf(string $path): string|false
    {
        return parent::filetype($path);
    }

    /**
     * What is in a folder. What the records know and the list lacks is asked for by its name, for a list ends at an error as
     * at its end (readdir in PHP).
     *
     * @return \Generator<array> metadata, as of getMetaData
     */
    public function listing(string $folder): \Generator
    {
        $this->expectDisk();
        $there = [];
        foreach (parent::getDirectoryContent($folder) as $entry) {
            if (!$this->share->isHidden(self::below($folder, (string)$entry['name']))) {
                $there[(string)$entry['name']] = true;
                yield $entry;
            }
        }
        foreach ($this->getCache($folder)->getFolderContents($folder) as $record) {
            $name = (string)$record->getName();
            $entry = isset($there[$name]) ? null : parent::getMetaData(self::below($folder, $name));
            if ($entry !== null) {
                yield $entry;
            }
        }
        $this->expectDisk();
    }

    /** As Nextcloud's own scan asks for it, which drops at once what is not listed. */
    public function getDirectoryContent(string $directory): \Traversable
    {
        $there = [];
        foreach ($this->listing($directory) as $entry) {
            $there[(string)$entry['name']] = true;
            yield $entry;
        }
        $missing = [];
        foreach ($this->getCache($directory)->getFolderContents($directory) as $record) {
            if (!isset($there[(string)$record->getName()])) {
                $missing[] = self::below($directory, (string)$record->getName());
            }
        }
        if ($missing === []) {
            return;
        }
        sleep($this->share->patience);
        foreach ($missing as $path) {
            $entry = parent::getMetaData($path);
            if ($entry !== null) {
                yield $entry;
            }
        }
        $this->expectDisk();
    }

    /** An empty folder would be shown of a share that is away: it is said to have changed, and hasUpdated then throws. */
    public function getWatcher(string $path = '', ?IStorage $storage = null): IWatcher
    {
        $watcher = parent::getWatcher($path, $storage ?? $this);
        if ($this->isAway()) {
            $watcher->setPolicy(IWatcher::CHECK_ALWAYS);
            $watcher->setCheckFilter(null);
        }
        return $watcher;
    }

    public function hasUpdated(string $path, int $time): bool
    {
        $this->expectDisk();
        return parent::hasUpdated($path, $time);
    }

    public function verifyPath(string $path, string $fileName): void
    {
        if ($this->share->isHidden(self::below($path === '.' ? '' : $path, $fileName))) {
            throw new InvalidPathException('The share keeps its marker there.');
        }
        parent::verifyPath($path, $fileName);
    }

    public function opendir(string $path)
    {
        $opened = $this->ask('opendir', $path);
        if ($opened === false || trim($path, '/') !== '') {
            return $opened;
        }
        $names = [];
        while (($name = readdir($opened)) !== false) {
            if ($name !== '.' && $name !== '..' && !$this->share->isHidden($name)) {
                $names[] = $name;
            }
        }
        closedir($opened);
        return IteratorDirectory::wrap($names);
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

    public function filesize(string $path): int|float|false
    {
        return $this->ask('filesize', $path);
    }

    public function file_exists(string $path): bool
    {
        return $this->ask('file_exists', $path);
    }

    public function filemtime(string $path): int|false
    {
        return $this->ask('filemtime', $path);
    }

    public function getMetaData(string $path): ?array
    {
        return $this->share->isHidden($path) ? null : $this->ask('getMetaData', $path);
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
        $answer = parent::hash($type, $path, $raw);
        if ($answer === false) {
            $this->expectDisk();
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
        return $this->ask('file_get_contents', $path);
    }

    public function fopen(string $path, string $mode)
    {
        return str_starts_with($mode, 'r') && !str_contains($mode, '+')
            ? $this->ask('fopen', $path, $mode)
            : $this->change('fopen', $path, $mode);
    }

    public function mkdir(string $path): bool
    {
        return $this->change('mkdir', $path);
    }

    public function rmdir(string $path): bool
    {
        return $this->change('rmdir', $path);
    }

    public function unlink(string $path): bool
    {
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

    private function isAway(): bool
    {
        try {
            $this->expectDisk();
            return false;
        } catch (StorageNotAvailableException) {
            return true;
        }
    }

    /**
     * A "no" is asked about. Of a file that has a record it is asked twice, with a pause: a file server whose disk was pulled
     * may answer from memory for a moment, with the marker in it.
     */
    private function ask(string $question, string $path, mixed ...$more): mixed
    {
        $answer = parent::$question($path, ...$more);
        if ($answer !== false && $answer !== null) {
            return $answer;
        }
        $this->expectDisk();
        if (isset($this->gone[$path]) || !$this->getCache($path)->inCache($path)) {
            return $answer;
        }
        if (parent::filetype($path) === false) {
            sleep($this->share->patience);
            if (parent::filetype($path) === false) {
                $this->expectDisk();
                $this->gone[$path] = true;
            }
        }
        $again = parent::$question($path, ...$more);
        if ($again === false || $again === null) {
            $this->expectDisk();
        }
        return $again;
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
