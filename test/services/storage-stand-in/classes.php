<?php

// Stand-ins for the classes of Nextcloud that our app is made of or speaks to, with the signatures and the behaviour of
// 34.0.1 (commit 150f8610783b748662e502076085e37956b21518) as far as the app uses them; the file of each is named. What
// matters is kept: a storage that takes each failing call for a "no", and a scanner that drops the record of a "no".

declare(strict_types=1);

namespace OCP\Files {
    // lib/public/Files/StorageNotAvailableException.php
    class StorageNotAvailableException extends \Exception
    {
    }
    // lib/public/Files/InvalidPathException.php
    class InvalidPathException extends \Exception
    {
    }
    // lib/public/Files/FileInfo.php
    interface FileInfo
    {
        public const MIMETYPE_FOLDER = 'httpd/unix-directory';
    }
}

namespace OCP\Lock {
    // lib/public/Lock/LockedException.php
    class LockedException extends \Exception
    {
    }
}

namespace OCP\Files\Storage {
    // lib/public/Files/Storage/IStorage.php, IStorageFactory.php
    interface IStorage
    {
    }
    interface IStorageFactory
    {
    }
}

namespace OCP\Files\Cache {
    // lib/public/Files/Cache/ICacheEntry.php, IScanner.php, IWatcher.php
    interface ICacheEntry
    {
    }
    interface IScanner
    {
        public const SCAN_RECURSIVE = true;
        public const SCAN_SHALLOW = false;
        public const REUSE_SIZE = 2;
    }
    interface IWatcher
    {
        public const CHECK_NEVER = 0;
        public const CHECK_ALWAYS = 2;
    }
}

namespace OCP\Files\Config {
    // lib/public/Files/Config/IMountProvider.php
    interface IMountProvider
    {
        public function getMountsForUser(\OCP\IUser $user, \OCP\Files\Storage\IStorageFactory $loader);
    }
}

namespace OCP\OpenMetrics {
    // lib/public/OpenMetrics/
    enum MetricType
    {
        case gauge;
    }
    interface IMetricFamily
    {
        public function name(): string;
        public function type(): MetricType;
        public function unit(): string;
        public function help(): string;
        public function metrics(): \Generator;
    }
    final readonly class Metric
    {
        public function __construct(public int|float|bool|MetricType $value = false, public array $labels = [], public int|float|null $timestamp = null)
        {
        }
    }
}

namespace OCP {
    // lib/public/IUser.php, IGroupManager.php, IAppConfig.php, IDBConnection.php
    interface IUser
    {
        public function getUID();
        public function isEnabled();
    }
    interface IGroupManager
    {
        public function getUserGroupIds(IUser $user): array;
    }
    interface IAppConfig
    {
        public function getValueString(string $app, string $key, string $default = '', bool $lazy = false): string;
        public function clearCache(bool $reload = false): void;
        public function getValueArray(string $app, string $key, array $default = [], bool $lazy = false): array;
        public function setValueArray(string $app, string $key, array $value, bool $lazy = false, bool $sensitive = false): bool;
    }
    interface IDBConnection
    {
        public function getQueryBuilder();
    }
}

namespace OCP\EventDispatcher {
    // lib/public/EventDispatcher/
    class Event
    {
    }
    interface IEventListener
    {
        public function handle(Event $event): void;
    }
}

namespace OCP\Notification {
    // lib/public/Notification/
    interface INotification
    {
        public function setApp(string $app): self;
        public function getApp(): string;
        public function setUser(string $user): self;
        public function setDateTime(\DateTime $dateTime): self;
        public function setObject(string $type, string $id): self;
        public function setSubject(string $subject, array $parameters = []): self;
        public function getSubject(): string;
        public function setParsedSubject(string $subject): self;
        public function setParsedMessage(string $message): self;
    }
    interface IManager
    {
        public function createNotification(): INotification;
        public function notify(INotification $notification): void;
    }
    interface INotifier
    {
        public function getID(): string;
        public function getName(): string;
        public function prepare(INotification $notification, string $languageCode): INotification;
    }
    class UnknownNotificationException extends \InvalidArgumentException
    {
    }
}

namespace OCP\Share {
    // lib/public/Share/IShare.php
    interface IShare
    {
        public const TYPE_USER = 0;
        public const TYPE_LINK = 3;
        public const TYPE_EMAIL = 4;
        public function getId();
        public function getShareType();
        public function getSharedBy();
    }
}

namespace OCP\Share\Events {
    // lib/public/Share/Events/ShareCreatedEvent.php
    class ShareCreatedEvent extends \OCP\EventDispatcher\Event
    {
        public function __construct(private readonly \OCP\Share\IShare $share)
        {
        }
        public function getShare(): \OCP\Share\IShare
        {
            return $this->share;
        }
    }
}

namespace Psr\Log {
    interface LoggerInterface
    {
        public function error(string|\Stringable $message, array $context = []): void;
        public function warning(string|\Stringable $message, array $context = []): void;
    }
}

namespace Symfony\Component\Console\Input {
    // What a command is given: symfony/console
    final class InputArgument
    {
        public const OPTIONAL = 2;
    }
    final class InputOption
    {
        public const VALUE_NONE = 1;
        public const VALUE_REQUIRED = 2;
    }
    interface InputInterface
    {
        public function getArgument(string $name): mixed;
        public function getOption(string $name): mixed;
    }
}

namespace Symfony\Component\Console\Output {
    interface OutputInterface
    {
        public function writeln(string|iterable $messages, int $options = 0): void;
        public function isVerbose(): bool;
    }
}

namespace Symfony\Component\Console\Command {
    use Symfony\Component\Console\Input\InputInterface;
    use Symfony\Component\Console\Output\OutputInterface;

    class Command
    {
        public const SUCCESS = 0;
        public const FAILURE = 1;
        public const INVALID = 2;

        public function __construct()
        {
            $this->configure();
        }
        protected function configure(): void
        {
        }
        public function __call(string $name, array $arguments): static
        {
            return $this;
        }
        public function run(InputInterface $input, OutputInterface $output): int
        {
            return $this->execute($input, $output);
        }
    }
}

namespace Icewind\Streams {
    /** icewind/streams, src/IteratorDirectory.php: names as a folder that readdir reads. */
    final class IteratorDirectory
    {
        /** @var mixed that PHP gives it */
        public $context;
        private array $names;

        public static function wrap(array $names)
        {
            in_array('names', stream_get_wrappers(), true) || stream_wrapper_register('names', self::class);
            return opendir('names://', stream_context_create(['names' => ['names' => $names]]));
        }
        public function dir_opendir(string $path, int $options): bool
        {
            $this->names = stream_context_get_options($this->context)['names']['names'];
            return true;
        }
        public function dir_readdir(): string|false
        {
            return $this->names === [] ? false : array_shift($this->names);
        }
        public function dir_closedir(): bool
        {
            return true;
        }
    }
}

namespace OC\Files\Mount {
    // lib/private/Files/Mount/MountPoint.php
    class MountPoint
    {
        public function __construct(
            public readonly \OC\Files\Storage\Wrapper\Wrapper $storage,
            public readonly string $mountPoint,
            ?array $arguments,
            public readonly ?\OCP\Files\Storage\IStorageFactory $loader,
            public readonly ?array $options,
            ?int $mountId,
            public readonly ?string $provider,
        ) {
        }

        public function getMountType()
        {
            return '';
        }
    }
}

namespace StandIn {
    class Notification implements \OCP\Notification\INotification
    {
        /** @var array<string, string> */
        public array $said = [];

        public function setApp(string $app): self
        {
            $this->said['app'] = $app;
            return $this;
        }
        public function getApp(): string
        {
            return $this->said['app'];
        }
        public function setUser(string $user): self
        {
            $this->said['user'] = $user;
            return $this;
        }
        public function setDateTime(\DateTime $dateTime): self
        {
            return $this;
        }
        public function setObject(string $type, string $id): self
        {
            $this->said['object'] = "$type $id";
            return $this;
        }
        public function setSubject(string $subject, array $parameters = []): self
        {
            $this->said['subject'] = $subject;
            return $this;
        }
        public function getSubject(): string
        {
            return $this->said['subject'];
        }
        public function setParsedSubject(string $subject): self
        {
            $this->said['text'] = $subject;
            return $this;
        }
        public function setParsedMessage(string $message): self
        {
            $this->said['more'] = $message;
            return $this;
        }
    }

    class Notifications implements \OCP\Notification\IManager
    {
        /** @var list<Notification> */
        public array $all = [];

        public function createNotification(): \OCP\Notification\INotification
        {
            return new Notification();
        }
        public function notify(\OCP\Notification\INotification $notification): void
        {
            $this->all[] = $notification;
        }
    }

    /** Records of one storage, kept in a file: lib/private/Files/Cache/{Cache,CacheEntry}.php. */
    final class Entry implements \OCP\Files\Cache\ICacheEntry
    {
        public function __construct(private readonly array $data)
        {
        }
        public function getId()
        {
            return $this->data['fileid'];
        }
        public function getName()
        {
            return $this->data['name'];
        }
        public function getMimeType(): string
        {
            return $this->data['mimetype'];
        }
        public function getSize()
        {
            return $this->data['size'];
        }
        public function getMTime()
        {
            return $this->data['mtime'];
        }
        public function getStorageMTime()
        {
            return $this->data['storage_mtime'];
        }
        public function getEtag()
        {
            return $this->data['etag'];
        }
        public function getPermissions()
        {
            return $this->data['permissions'];
        }
        public function data(): array
        {
            return $this->data;
        }
    }

    final class Cache
    {
        public array $records;
        public int $next;

        public function __construct(private readonly string $file)
        {
            ['records' => $this->records, 'next' => $this->next] = is_file($file)
                ? json_decode(file_get_contents($file), true)
                : ['records' => [], 'next' => 1];
        }
        public function save(): void
        {
            file_put_contents($this->file, json_encode(['records' => $this->records, 'next' => $this->next]));
        }
        public function get($path)
        {
            return isset($this->records[$path]) ? new Entry($this->records[$path]) : false;
        }
        public function inCache($path)
        {
            return isset($this->records[$path]);
        }
        public function getFolderContents(string $folder)
        {
            $in = fn ($path): bool => $path !== '' && self::parentOf((string)$path) === $folder;
            return array_map(fn ($path) => $this->get($path), array_values(array_filter(array_keys($this->records), $in)));
        }
        public function update($id, array $data)
        {
            foreach ($this->records as $path => $record) {
                if ($record['fileid'] === $id) {
                    $this->records[$path] = array_merge($record, $data);
                }
            }
        }
        public function put(string $path, array $data): void
        {
            $this->records[$path] = ['fileid' => $this->records[$path]['fileid'] ?? $this->next++] + $data;
        }
        public function remove($path)
        {
            foreach (array_keys($this->records) as $known) {
                if ((string)$known === $path || str_starts_with((string)$known, $path . '/') || $path === '') {
                    unset($this->records[$known]);
                }
            }
        }
        public function getNumericStorageId()
        {
            return 1;
        }
        public static function parentOf(string $path): string
        {
            return dirname($path) === '.' ? '' : dirname($path);
        }
    }

    /** lib/private/Files/Cache/Propagator.php: sizes go up to all parents that have one. */
    final class Propagator
    {
        public function __construct(private readonly Cache $cache)
        {
        }
        public function propagateChange(string $path, int $time, int $sizeDifference = 0): void
        {
            while ($path !== '') {
                $path = Cache::parentOf($path);
                $record = $this->cache->records[$path] ?? null;
                if ($record !== null) {
                    $size = $record['size'] < 0 ? $record['size'] : $record['size'] + $sizeDifference;
                    $this->cache->records[$path] = ['size' => $size, 'etag' => uniqid('', true)] + $record;
                }
            }
        }
    }

    /** lib/private/Files/Cache/Updater.php */
    final class Updater
    {
        public function __construct(private readonly Cache $cache)
        {
        }
        public function remove(string $path): void
        {
            $entry = $this->cache->get($path);
            $this->cache->remove($path);
            (new Propagator($this->cache))->propagateChange($path, time(), $entry ? -$entry->getSize() : 0);
        }
    }

    /** lib/private/Files/Cache/Scanner.php: what has no metadata, and what a list lacks, loses its record. */
    final class Scanner
    {
        /** @var list<string> paths that somebody has locked */
        public static array $locked = [];

        public function __construct(private readonly \OC\Files\Storage\Wrapper\Wrapper $storage, private readonly Cache $cache)
        {
        }
        public static function isPartialFile($file)
        {
            return pathinfo($file, PATHINFO_EXTENSION) === 'part' || str_contains($file, '.part/');
        }
        /** $data: what a list said of it; without, the storage is asked. */
        public function scanFile($file, $reuseExisting = 0, $parentId = -1, $cacheData = null, $lock = true, $data = null)
        {
            if ($lock && in_array($file, self::$locked, true)) {
                throw new \OCP\Lock\LockedException($file);
            }
            $data ??= $this->storage->getMetaData($file);
            if ($data === null) {
                $this->cache->remove($file);
                return null;
            }
            $record = $this->cache->get($file);
            $isSame = $record && $record->getStorageMTime() === $data['storage_mtime'] && $record->getSize() !== -1;
            if ($isSame && ($reuseExisting & \OCP\Files\Cache\IScanner::REUSE_SIZE) && $data['size'] === -1) {
                $data['size'] = $record->getSize();
            }
            $this->cache->put($file, $data);
            return $data;
        }
        public function scan($path, $recursive = \OCP\Files\Cache\IScanner::SCAN_RECURSIVE)
        {
            $reuse = $recursive ? 0 : \OCP\Files\Cache\IScanner::REUSE_SIZE;
            if (($this->scanFile($path, $reuse)['mimetype'] ?? '') === \OCP\Files\FileInfo::MIMETYPE_FOLDER) {
                $this->children($path, $recursive, $reuse);
            }
        }
        private function children(string $path, bool $recursive, int $reuse): void
        {
            $entries = iterator_to_array($this->storage->getDirectoryContent($path), false);
            $below = fn ($name): string => ltrim("$path/$name", '/');
            foreach ($entries as $entry) {
                $this->scanFile($below($entry['name']), $reuse, -1, null, true, $entry);
            }
            foreach ($this->cache->getFolderContents($path) as $record) {
                if (!in_array($record->getName(), array_column($entries, 'name'), true)) {
                    $this->cache->remove($below($record->getName()));
                }
            }
            $size = 0;
            foreach ($this->cache->getFolderContents($path) as $record) {
                if ($recursive && $record->getMimeType() === \OCP\Files\FileInfo::MIMETYPE_FOLDER) {
                    $this->children($below($record->getName()), true, $reuse);
                }
                $of = $this->cache->get($below($record->getName()))->getSize();
                $size = $size < 0 || $of < 0 ? -1 : $size + $of;
            }
            $this->cache->update($this->cache->get($path)->getId(), ['size' => $size]);
        }
    }

    /** lib/private/Files/Cache/Watcher.php */
    final class Watcher implements \OCP\Files\Cache\IWatcher
    {
        private int $policy = self::CHECK_NEVER;
        private ?string $filter = null;

        public function __construct(private readonly \OC\Files\Storage\Wrapper\Wrapper $storage)
        {
        }
        public function setPolicy($policy)
        {
            $this->policy = $policy;
        }
        public function setCheckFilter(?string $filter): void
        {
            $this->filter = $filter;
        }
        public function needsUpdate($path, $cachedData)
        {
            return $this->policy === self::CHECK_ALWAYS
                && ($this->filter === null || preg_match($this->filter, $path) === 1)
                && $this->storage->hasUpdated($path, $cachedData->getStorageMTime());
        }
        public function update($path, $cachedData)
        {
            $scanner = $this->storage->getScanner();
            $this->storage->is_dir($path) ? $scanner->scan($path, false) : $scanner->scanFile($path);
        }
    }
}

namespace OC\Files\Storage {
    use OCP\Files\Storage\IStorage;

    /**
     * lib/private/Files/Storage/{Local,Common}.php: each call of the system that fails is a "no", some with a warning of PHP;
     * the one watcher of a storage is made once.
     */
    class Local implements \OCP\Files\Storage\IStorage
    {
        /** Where records are kept, one file a storage. */
        public static string $kept = '';
        /** The database has rows locked. */
        public static bool $isInTransaction = false;
        /** @var array<string, \StandIn\Cache> by folder */
        public static array $caches = [];
        private string $folder;
        private ?\StandIn\Watcher $watcher = null;

        public function __construct(array $parameters)
        {
            $this->folder = rtrim($parameters['datadir'], '/') . '/';
        }
        public function at(string $path): string
        {
            if (self::$isInTransaction) {
                throw new \LogicException('a file system is asked while rows of the database are locked');
            }
            return $this->folder . ltrim($path, '/');
        }
        public function getCache()
        {
            return self::$caches[$this->folder] ??= new \StandIn\Cache(self::$kept . '/records-' . basename($this->folder) . '.json');
        }
        public function getWatcher(string $path, \OC\Files\Storage\Wrapper\Wrapper $storage): \StandIn\Watcher
        {
            return $this->watcher ??= new \StandIn\Watcher($storage);
        }
        public function instanceOfStorage(string $class): bool
        {
            return is_a($this, $class);
        }
        public function __call(string $name, array $arguments): mixed
        {
            clearstatcache();
            $path = is_string($arguments[0] ?? '') ? (string)($arguments[0] ?? '') : '';
            $at = $this->at($path);
            return match ($name) {
                'stat' => file_exists($at) ? @stat($at) : false,
                'is_dir' => is_dir($at),
                'is_file' => is_file($at),
                'file_exists' => file_exists($at),
                'isReadable' => is_readable($at),
                'isUpdatable' => is_writable($at),
                'isDeletable' => is_writable(dirname($at)) && is_writable($at),
                'filetype' => filetype($at),
                'filemtime' => file_exists($at) ? filemtime($at) : false,
                'filesize' => is_file($at) ? filesize($at) : 0,
                'hash' => hash_file($path, $this->at($arguments[1])),
                'file_get_contents' => file_get_contents($at),
                'file_put_contents' => file_put_contents($at, $arguments[1]),
                'writeStream' => file_put_contents($at, $arguments[1]),
                'opendir' => opendir($at),
                'fopen' => $arguments[1] !== 'r' || file_exists($at) ? @fopen($at, $arguments[1]) : false,
                'mkdir' => @mkdir($at, 0777, true),
                'rmdir' => $this->removeAll($at),
                'unlink' => is_dir($at) ? $this->removeAll($at) : (is_file($at) && unlink($at)),
                'touch' => @touch($at, $arguments[1] ?? time()),
                'hasUpdated' => !file_exists($at) || filemtime($at) > $arguments[1],
                'getMetaData' => $this->metaData($at),
                'getDirectoryContent' => $this->list($path),
                'copyFromStorage' => $this->copyFromStorage(...$arguments),
                'moveFromStorage' => $this->moveFromStorage(...$arguments),
                default => throw new \LogicException("$name is not stood in for"),
            };
        }
        private function metaData(string $at): ?array
        {
            $stat = file_exists($at) ? @stat($at) : false;
            if ($stat === false) {
                return null;
            }
            $isFolder = ($stat['mode'] & 0x4000) === 0x4000;
            return [
                'name' => basename($at),
                'mimetype' => $isFolder ? \OCP\Files\FileInfo::MIMETYPE_FOLDER : 'application/octet-stream',
                'size' => $isFolder ? -1 : $stat['size'],
                'mtime' => $stat['mtime'],
                'storage_mtime' => $stat['mtime'],
                'etag' => uniqid('', true),
                'permissions' => 27,
            ];
        }
        private function list(string $folder): \Generator
        {
            $opened = opendir($this->at($folder));
            if ($opened === false) {
                throw new \OCP\Files\StorageNotAvailableException('Directory listing failed');
            }
            while (($name = readdir($opened)) !== false) {
                $data = $name === '.' || $name === '..' ? null : $this->metaData($this->at("$folder/$name"));
                if ($data !== null) {
                    yield $data;
                }
            }
        }
        /** Of a list that ends early, it removes what is in it. */
        private function removeAll(string $at): bool
        {
            foreach (@scandir($at) ?: [] as $name) {
                if ($name !== '.' && $name !== '..') {
                    is_dir("$at/$name") ? $this->removeAll("$at/$name") : @unlink("$at/$name");
                }
            }
            return @rmdir($at);
        }
        /** What is in its place is deleted before. Between two file systems it is a copy, and the removal of what was there. */
        public function rename(string $from, string $to): bool
        {
            clearstatcache();
            if (!file_exists($this->at($from))) {
                return false;
            }
            if (file_exists($this->at($to))) {
                $this->__call('unlink', [$to]);
            }
            return @rename($this->at($from), $this->at($to)) || ($this->copy($from, $to) && $this->__call('unlink', [$from]));
        }
        public function copy(string $from, string $to): bool
        {
            return self::copyAll($this->at($from), $this->at($to));
        }
        private static function copyAll(string $from, string $to): bool
        {
            if (!is_dir($from)) {
                return @copy($from, $to);
            }
            @mkdir($to, 0777, true);
            $opened = opendir($from);
            while (($name = readdir($opened)) !== false) {
                if ($name !== '.' && $name !== '..' && !self::copyAll("$from/$name", "$to/$name")) {
                    return false;
                }
            }
            return true;
        }
        private function copyFromStorage(IStorage $from, string $source, string $target): bool
        {
            if ($from->is_dir($source)) {
                $opened = $from->opendir($source);
                $isDone = $this->mkdir($target);
                while ($isDone && ($name = readdir($opened)) !== false) {
                    $isDone = $name === '.' || $name === '..' || $this->copyFromStorage($from, "$source/$name", "$target/$name");
                }
                return $isDone;
            }
            $stream = $from->fopen($source, 'r');
            return $stream !== false && @file_put_contents($this->at($target), $stream) !== false;
        }
        /** A storage that is a folder of this machine, too, is not asked, but its folder is taken. */
        private function moveFromStorage(IStorage $from, string $source, string $target): bool
        {
            if ($from->instanceOfStorage(self::class)) {
                return (new Local(['datadir' => '/']))->rename($from->at($source), $this->at($target));
            }
            return $from->isDeletable($source)
                && $this->copyFromStorage($from, $source, $target)
                && ($from->is_dir($source) ? $from->rmdir($source) : $from->unlink($source));
        }
    }
}

namespace OC\Files\Storage\Wrapper {
    use OCP\Files\Storage\IStorage;

    /** lib/private/Files/Storage/Wrapper/Wrapper.php: passes all on. The signatures are those that the app declares over. */
    class Wrapper implements IStorage
    {
        protected IStorage $storage;

        public function __construct(array $parameters)
        {
            $this->storage = $parameters['storage'];
        }
        public function mkdir(string $path): bool
        {
            return $this->storage->mkdir($path);
        }
        public function rmdir(string $path): bool
        {
            return $this->storage->rmdir($path);
        }
        public function opendir(string $path)
        {
            return $this->storage->opendir($path);
        }
        public function is_dir(string $path): bool
        {
            return $this->storage->is_dir($path);
        }
        public function is_file(string $path): bool
        {
            return $this->storage->is_file($path);
        }
        public function stat(string $path): array|false
        {
            return $this->storage->stat($path);
        }
        public function filetype(string $path): string|false
        {
            return $this->storage->filetype($path);
        }
        public function filesize(string $path): int|float|false
        {
            return $this->storage->filesize($path);
        }
        public function isCreatable(string $path): bool
        {
            return $this->storage->isCreatable($path);
        }
        public function isReadable(string $path): bool
        {
            return $this->storage->isReadable($path);
        }
        public function isUpdatable(string $path): bool
        {
            return $this->storage->isUpdatable($path);
        }
        public function isDeletable(string $path): bool
        {
            return $this->storage->isDeletable($path);
        }
        public function file_exists(string $path): bool
        {
            return $this->storage->file_exists($path);
        }
        public function filemtime(string $path): int|false
        {
            return $this->storage->filemtime($path);
        }
        public function file_get_contents(string $path): string|false
        {
            return $this->storage->file_get_contents($path);
        }
        public function file_put_contents(string $path, mixed $data): int|float|false
        {
            return $this->storage->file_put_contents($path, $data);
        }
        public function unlink(string $path): bool
        {
            return $this->storage->unlink($path);
        }
        public function rename(string $source, string $target): bool
        {
            return $this->storage->rename($source, $target);
        }
        public function copy(string $source, string $target): bool
        {
            return $this->storage->copy($source, $target);
        }
        public function fopen(string $path, string $mode)
        {
            return $this->storage->fopen($path, $mode);
        }
        public function getMimeType(string $path): string|false
        {
            return $this->storage->getMimeType($path);
        }
        public function hash(string $type, string $path, bool $raw = false): string|false
        {
            return $this->storage->hash($type, $path, $raw);
        }
        public function touch(string $path, ?int $mtime = null): bool
        {
            return $this->storage->touch($path, $mtime);
        }
        public function hasUpdated(string $path, int $time): bool
        {
            return $this->storage->hasUpdated($path, $time);
        }
        public function getETag(string $path): string|false
        {
            return $this->storage->getETag($path);
        }
        public function getMetaData(string $path): ?array
        {
            return $this->storage->getMetaData($path);
        }
        public function getDirectoryContent(string $directory): \Traversable
        {
            return $this->storage->getDirectoryContent($directory);
        }
        public function verifyPath(string $path, string $fileName): void
        {
        }
        public function writeStream(string $path, $stream, ?int $size = null): int
        {
            return $this->storage->writeStream($path, $stream, $size);
        }
        public function copyFromStorage(IStorage $sourceStorage, string $sourceInternalPath, string $targetInternalPath): bool
        {
            return $this->storage->copyFromStorage($sourceStorage, $sourceInternalPath, $targetInternalPath);
        }
        public function moveFromStorage(IStorage $sourceStorage, string $sourceInternalPath, string $targetInternalPath): bool
        {
            if ($sourceStorage === $this) {
                return $this->rename($sourceInternalPath, $targetInternalPath);
            }
            return $this->storage->moveFromStorage($sourceStorage, $sourceInternalPath, $targetInternalPath);
        }
        public function getCache(string $path = '', ?IStorage $storage = null)
        {
            return $this->storage->getCache();
        }
        public function getScanner(string $path = '', ?IStorage $storage = null)
        {
            return new \StandIn\Scanner($this, $this->getCache());
        }
        public function getWatcher(string $path = '', ?IStorage $storage = null): \OCP\Files\Cache\IWatcher
        {
            return $this->storage->getWatcher($path, $storage ?? $this);
        }
        public function instanceOfStorage(string $class): bool
        {
            return is_a($this, $class) || $this->storage->instanceOfStorage($class);
        }
        /** What is no method of every storage goes to that which is wrapped. */
        public function __call(string $method, array $arguments): mixed
        {
            return $this->storage->$method(...$arguments);
        }
        public function getPropagator(?IStorage $storage = null)
        {
            return new \StandIn\Propagator($this->getCache());
        }
        public function getUpdater(?IStorage $storage = null)
        {
            return new \StandIn\Updater($this->getCache());
        }
    }
}
