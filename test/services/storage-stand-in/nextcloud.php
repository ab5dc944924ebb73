<?php

// What a request finds in Nextcloud: our app, in the folder $app, over the stand-ins of classes.php, whose records are in $kept.

declare(strict_types=1);

use OC\Files\Storage\Local;
use OC\Files\Storage\Wrapper\Wrapper;
use OCA\HomecloudDnas\Accounts;
use OCA\HomecloudDnas\Mounts;
use OCA\HomecloudDnas\Shares;
use OCA\HomecloudDnas\State;

require __DIR__ . '/classes.php';

spl_autoload_register(static function (string $class) use ($app): void {
    $file = $app . '/lib/' . str_replace('\\', '/', substr($class, strlen('OCA\\HomecloudDnas\\'))) . '.php';
    if (str_starts_with($class, 'OCA\\HomecloudDnas\\') && is_file($file)) {
        require $file;
    }
});
// lib/private/Log/ErrorHandler.php: a warning that nobody suppressed stands in the log.
set_error_handler(static function (int $level, string $text): bool {
    if ((error_reporting() & $level) !== 0) {
        file_put_contents('php://stderr', "php: $text\n");
    }
    return true;
});

Local::$kept = $kept;
$config = new class ("$kept/config.json") implements OCP\IAppConfig {
    private array $values;

    public function __construct(private readonly string $file)
    {
        $this->clearCache();
    }
    public function clearCache(bool $reload = false): void
    {
        $this->values = is_file($this->file) ? json_decode(file_get_contents($this->file), true) : [];
    }
    public function getValueString(string $app, string $key, string $default = '', bool $lazy = false): string
    {
        // What others than the app wrote.
        $file = dirname($this->file) . "/$app.$key";
        return is_file($file) ? file_get_contents($file) : $default;
    }
    public function getValueArray(string $app, string $key, array $default = [], bool $lazy = false): array
    {
        return $this->values[$key] ?? $default;
    }
    public function setValueArray(string $app, string $key, array $value, bool $lazy = false, bool $sensitive = false): bool
    {
        $this->values[$key] = $value;
        return file_put_contents($this->file, json_encode($this->values)) !== false;
    }
};
$database = new class implements OCP\IDBConnection {
    public function getQueryBuilder()
    {
        return $this;
    }
    public function beginTransaction(): void
    {
        Local::$isInTransaction = true;
    }
    public function commit(): void
    {
        Local::$isInTransaction = false;
    }
    public function rollBack(): void
    {
        Local::$isInTransaction = false;
    }
    public function __call(string $name, array $arguments): mixed
    {
        return $name === 'fetchOne' ? max(array_map(static fn ($cache): int => count($cache->records), Local::$caches)) : $this;
    }
};
$log = new class implements Psr\Log\LoggerInterface {
    public function error(string|Stringable $message, array $context = []): void
    {
        $this->write('error', $message, $context);
    }
    public function warning(string|Stringable $message, array $context = []): void
    {
        $this->write('warning', $message, $context);
    }
    private function write(string $level, string|Stringable $message, array $context): void
    {
        $said = json_encode(array_map(static fn ($value) => $value instanceof Throwable ? (string)$value : $value, $context));
        file_put_contents('php://stderr', "$level: $message $said\n");
    }
};
$state = new State($config);
$shares = new Shares($state);

// The shares that somebody sees, who is in these groups of Nextcloud.
$mountsOf = static function (string $name, array $groups = [], bool $isEnabled = true) use ($shares, $config): array {
    $user = new class ($name, $isEnabled) implements OCP\IUser {
        public function __construct(private readonly string $name, private readonly bool $isEnabled)
        {
        }
        public function isEnabled()
        {
            return $this->isEnabled;
        }
        public function getUID()
        {
            return $this->name;
        }
    };
    $manager = new class ($groups) implements OCP\IGroupManager {
        public function __construct(private readonly array $groups)
        {
        }
        public function getUserGroupIds(OCP\IUser $user): array
        {
            return $this->groups;
        }
    };
    $loader = new class implements OCP\Files\Storage\IStorageFactory {
    };
    return (new Mounts($shares, new Accounts($shares, $config, $manager)))->getMountsForUser($user, $loader);
};

// lib/private/Files/View.php, getCacheEntry
$entryOf = static function (Wrapper $storage, string $path): mixed {
    $cache = $storage->getCache();
    $record = $cache->get($path);
    $watcher = $storage->getWatcher($path);
    if (!$record || $record->getSize() === -1) {
        if (!$storage->file_exists($path)) {
            return false;
        }
        $storage->getScanner()->scan($path, false);
    } elseif ($watcher->needsUpdate($path, $record)) {
        $watcher->update($path, $record);
    }
    return $cache->get($path);
};
// apps/files_trashbin/lib/Trashbin.php, move2trash: its volume is another file system; what could not be moved is deleted
$trash = static function (Wrapper $storage, string $path) use ($kept): string {
    $bin = new Local(['datadir' => "$kept/trash"]);
    $name = basename($path) . '.d1';
    try {
        $bin->moveFromStorage($storage, $path, $name);
        $storage->getCache()->remove($path);
        $isMoved = true;
    } catch (Exception) {
        $isMoved = false;
        $bin->unlink($name);
    }
    if ($storage->file_exists($path)) {
        $storage->is_dir($path) ? $storage->rmdir($path) : $storage->unlink($path);
        $isMoved = false;
        $bin->unlink($name);
    }
    return $isMoved ? 'moved' : 'deleted';
};
