<?php

// php request.php APP RECORDS STEPS: does with the storage of the first share what Nextcloud does for requests and scans, one
// step after the other, and prints what came of each as JSON: "503" where the share is not available.

declare(strict_types=1);

use OC\Files\Storage\Local;
use OCA\HomecloudDnas\LinkNotice;
use OCA\HomecloudDnas\Metrics\Available;
use OCA\HomecloudDnas\Metrics\Missing;
use OCA\HomecloudDnas\Mounts;
use OCA\HomecloudDnas\Notifier;
use OCA\HomecloudDnas\Scan;
use OCA\HomecloudDnas\Shares;
use OCA\HomecloudDnas\State;
use OCP\Files\StorageNotAvailableException;
use OCP\Share\Events\ShareCreatedEvent;

require __DIR__ . '/classes.php';

[, $app, $kept, $steps] = $argv;
spl_autoload_register(static function (string $class) use ($app): void {
    $file = $app . '/lib/' . str_replace('\\', '/', substr($class, strlen('OCA\\HomecloudDnas\\'))) . '.php';
    if (str_starts_with($class, 'OCA\\HomecloudDnas\\') && is_file($file)) {
        require $file;
    }
});

$cache = Local::$cache = new StandIn\Cache("$kept/records.json");
$config = new class ("$kept/config.json") implements OCP\IAppConfig {
    private array $values;

    public function __construct(private readonly string $file)
    {
        $this->values = is_file($file) ? json_decode(file_get_contents($file), true) : [];
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
$database = new class ($cache) implements OCP\IDBConnection {
    public function __construct(private readonly StandIn\Cache $cache)
    {
    }
    public function getQueryBuilder()
    {
        return $this;
    }
    public function __call(string $name, array $arguments): mixed
    {
        return $name === 'fetchOne' ? count($this->cache->records) : $this;
    }
};
$log = new class implements Psr\Log\LoggerInterface {
    public function error(string|Stringable $message, array $context = []): void
    {
        fwrite(STDERR, "error: $message\n");
    }
    public function warning(string|Stringable $message, array $context = []): void
    {
        fwrite(STDERR, "warning: $message\n");
    }
};
$shares = new Shares();
$state = new State($config);
$share = array_values($shares->all())[0];

$do = [
    'scan' => fn (?float $seconds = null, bool $accept = false): string => (new Scan($shares, $state, $database, $log))->run($share, $seconds, $accept),
    // lib/private/Files/View.php, getCacheEntry and getDirectoryContent
    'look' => function (string $path) use ($shares, $share, $cache): array|string {
        $storage = $shares->storageOf($share);
        $record = $cache->get($path);
        $watcher = $storage->getWatcher($path);
        if (!$record || $record->getSize() === -1) {
            if (!$storage->file_exists($path)) {
                return '404';
            }
            $storage->getScanner()->scan($path);
        } elseif ($watcher->needsUpdate($path, $record)) {
            $storage->getScanner()->scan($path);
        }
        return array_map(fn ($record) => $record->getName(), $cache->getFolderContents($path));
    },
    // View::getFileInfo comes before; View::fopen looks at the file again when it could not be opened
    'read' => function (string $path) use ($shares, $share, $cache): string {
        $storage = $shares->storageOf($share);
        $record = $cache->get($path);
        if ($record) {
            $storage->getWatcher($path)->needsUpdate($path, $record);
        }
        $file = $storage->fopen($path, 'r');
        if ($file === false) {
            $storage->getScanner()->scanFile($path);
            return '404';
        }
        return stream_get_contents($file);
    },
    'write' => function (string $path, string $text) use ($shares, $share): int|float|false {
        return $shares->storageOf($share)->file_put_contents($path, $text);
    },
    'delete' => function (string $path) use ($shares, $share): bool {
        $storage = $shares->storageOf($share);
        if ($storage->unlink($path)) {
            $storage->getUpdater()->remove($path);
            return true;
        }
        return false;
    },
    'makeFolder' => fn (string $path): bool => $shares->storageOf($share)->mkdir($path),
    'move' => fn (string $from, string $to): bool => $shares->storageOf($share)->rename($from, $to),
    // Nextcloud's own scan of all
    'rescan' => function () use ($shares, $share): string {
        $shares->storageOf($share)->getScanner()->scan('');
        return 'ok';
    },
    // The same without the guard
    'bareRescan' => function () use ($share): string {
        $bare = new OC\Files\Storage\Wrapper\Wrapper(['storage' => new Local(['datadir' => $share->folder])]);
        $bare->getScanner()->scan('');
        return 'ok';
    },
    'mounts' => function (string $name) use ($shares): array {
        $user = new class ($name) implements OCP\IUser {
            public function __construct(private readonly string $name)
            {
            }
            public function getUID()
            {
                return $this->name;
            }
        };
        $loader = new class implements OCP\Files\Storage\IStorageFactory {
        };
        $shown = static fn ($mount): array => [$mount->mountPoint, $mount->getMountType(), $mount->options];
        return array_map($shown, (new Mounts($shares))->getMountsForUser($user, $loader));
    },
    // lib/private/Share20/Manager.php, createShare, and what the page then shows; null: it fails on the way
    'link' => function (?int $type) use ($shares, $log): array {
        $link = new class ($type) implements OCP\Share\IShare {
            public function __construct(private readonly ?int $type)
            {
            }
            public function getId()
            {
                return '7';
            }
            public function getShareType()
            {
                return $this->type ?? throw new RuntimeException('no type');
            }
            public function getSharedBy()
            {
                return 'alice';
            }
        };
        $manager = new StandIn\Notifications();
        (new LinkNotice($shares, $manager, $log))->handle(new ShareCreatedEvent($link));
        foreach ($manager->all as $notification) {
            (new Notifier())->prepare($notification, 'en');
        }
        return array_map(static fn ($notification): array => $notification->said, $manager->all);
    },
    'otherNotification' => function (): string {
        try {
            (new Notifier())->prepare((new StandIn\Notification())->setApp('files')->setSubject('at_home'), 'en');
            return 'taken';
        } catch (OCP\Notification\UnknownNotificationException) {
            return 'left alone';
        }
    },
    'metrics' => function () use ($shares, $state): array {
        $all = [];
        foreach ([new Available($shares, $state), new Missing($shares, $state)] as $family) {
            foreach ($family->metrics() as $metric) {
                $all['nextcloud_' . $family->name()] = $metric->value;
            }
        }
        return $all;
    },
];
$came = [];
foreach (json_decode($steps, true) as [$step, $arguments]) {
    try {
        $came[] = $do[$step](...$arguments);
    } catch (StorageNotAvailableException) {
        $came[] = '503';
    }
}
$cache->save();
echo json_encode($came), "\n";
