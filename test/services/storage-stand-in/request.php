<?php

// php request.php APP RECORDS STEPS: does with the storage of the first share what Nextcloud does for requests and scans, one
// step after the other, and prints what came of each as JSON: "503" where the share is not available. All steps are of one
// request, with one storage.

declare(strict_types=1);

use OC\Files\Storage\Local;
use OCA\HomecloudDnas\Command\Scan as Command;
use OCA\HomecloudDnas\LinkNotice;
use OCA\HomecloudDnas\Metrics\Available;
use OCA\HomecloudDnas\Metrics\Missing;
use OCA\HomecloudDnas\Metrics\Unreadable;
use OCA\HomecloudDnas\Notifier;
use OCA\HomecloudDnas\Scan;
use OCP\Files\StorageNotAvailableException;
use OCP\Share\Events\ShareCreatedEvent;

[, $app, $kept, $steps] = $argv;
require __DIR__ . '/nextcloud.php';

$share = array_values($shares->all())[0];
$storage = $shares->storageOf($share);
$cache = $storage->getCache();
$newScan = static fn (): Scan => new Scan($shares, $state, $database, $log);

$do = [
    'scan' => fn (?float $seconds = null, bool $accept = false): string => $newScan()->run($share, $seconds, $accept),
    // Of the container that runs the jobs, once a minute
    'changes' => fn (float $seconds = 60): ?string => $newScan()->changes($share, $seconds),
    'look' => fn (string $path): array|string => $entryOf($storage, $path)
        ? array_map(fn ($record) => $record->getName(), $cache->getFolderContents($path))
        : '404',
    // View::fopen looks at the file again when it could not be opened, whatever the reason
    'read' => function (string $path) use ($storage, $entryOf): string {
        if (!$entryOf($storage, $path)) {
            return '404';
        }
        $file = $storage->fopen($path, 'r');
        if ($file === false) {
            $storage->getScanner()->scan($path, false);
            return '404';
        }
        return stream_get_contents($file);
    },
    // Of a file that something found in the records: nothing was asked before
    'openFound' => fn (string $path): string|false => ($file = $storage->fopen($path, 'r')) ? stream_get_contents($file) : false,
    'write' => fn (string $path, string $text): int|float|false => $storage->file_put_contents($path, $text),
    'delete' => function (string $path) use ($storage): bool {
        if ($storage->unlink($path)) {
            $storage->getUpdater()->remove($path);
            return true;
        }
        return false;
    },
    'trash' => fn (string $path): string => $trash($storage, $path),
    // Out of the trash again
    'restore' => fn (string $name, string $path): bool => $storage->moveFromStorage(new Local(['datadir' => "$kept/trash"]), "$name.d1", $path),
    'makeFolder' => fn (string $path): bool => $storage->mkdir($path),
    'move' => fn (string $from, string $to): bool => $storage->rename($from, $to),
    // Nextcloud's own scan of all
    'rescan' => function () use ($storage): string {
        $storage->getScanner()->scan('');
        return 'ok';
    },
    // The same without the guard
    'bareRescan' => function () use ($share): string {
        $bare = new OC\Files\Storage\Wrapper\Wrapper(['storage' => new Local(['datadir' => $share->folder])]);
        $bare->getScanner()->scan('');
        return 'ok';
    },
    // The mount is as test/services/storage-stand-in/bad-mount.c says
    'is' => fn (string $mode): int|false => file_put_contents((string)getenv('BAD_MOUNT_MODE'), $mode),
    // What another process of Nextcloud does meanwhile
    'putElsewhere' => function (string $key, array $more) use ($kept): string {
        $all = json_decode(file_get_contents("$kept/config.json"), true);
        $all[$key] = $more + $all[$key];
        file_put_contents("$kept/config.json", json_encode($all));
        return 'ok';
    },
    // Who deletes it elsewhere
    'deleteElsewhere' => fn (string $path): bool => unlink($share->folder . '/' . $path),
    'wait' => function (int $seconds): string {
        sleep($seconds);
        return 'ok';
    },
    // Somebody has it open in Nextcloud
    'lock' => fn (string $path): string => StandIn\Scanner::$locked[] = $path,
    'command' => function (array $arguments, array $options) use ($shares, $state, $database, $log): array {
        $input = new class ($arguments, $options) implements Symfony\Component\Console\Input\InputInterface {
            public function __construct(private readonly array $arguments, private readonly array $options)
            {
            }
            public function getArgument(string $name): mixed
            {
                return $this->arguments[$name] ?? null;
            }
            public function getOption(string $name): mixed
            {
                return $this->options[$name] ?? ($name === 'accept-missing' ? false : null);
            }
        };
        $output = new class (isset($options['verbose'])) implements Symfony\Component\Console\Output\OutputInterface {
            public array $lines = [];

            public function __construct(private readonly bool $isVerbose)
            {
            }
            public function writeln(string|iterable $messages, int $options = 0): void
            {
                $this->lines[] = $messages;
            }
            public function isVerbose(): bool
            {
                return $this->isVerbose;
            }
        };
        $scan = new class ($shares, $state, $database, $log, $options['fails'] ?? '', $options['flooded'] ?? null) extends Scan {
            public function __construct(
                OCA\HomecloudDnas\Shares $shares,
                OCA\HomecloudDnas\State $state,
                OCP\IDBConnection $database,
                Psr\Log\LoggerInterface $log,
                private readonly string $fails,
                private readonly ?string $flooded,
            ) {
                parent::__construct($shares, $state, $database, $log);
            }
            public function run(OCA\HomecloudDnas\Share $share, ?float $seconds, bool $accept): string
            {
                if ($this->flooded !== null) {
                    usleep((int)($seconds * 1_000_000));
                    return sprintf('had %.1f s', $seconds);
                }
                return $share->name === $this->fails ? throw new Exception('of 2024/m0/img3.jpg') : parent::run($share, $seconds, $accept);
            }
            // With `flooded`, no share is ever looked through, and one of them has no end of changes.
            public function isToBeContinued(): bool
            {
                return $this->flooded !== null || parent::isToBeContinued();
            }
            public function changes(OCA\HomecloudDnas\Share $share, float $seconds): ?string
            {
                if ($this->flooded === null) {
                    return parent::changes($share, $seconds);
                }
                usleep($share->name === $this->flooded ? (int)($seconds * 1_000_000) : 0);
                return null;
            }
            public function unreadable(): array
            {
                return $this->flooded === null ? parent::unreadable() : [];
            }
        };
        $code = (new Command($shares, $scan, $state, $log))->run($input, $output);
        return [$code, ...$output->lines];
    },
    'mounts' => static fn (string $name, array $groups = [], bool $isEnabled = true): array => array_map(
        static fn ($mount): array => [$mount->mountPoint, $mount->getMountType(), $mount->options],
        $mountsOf($name, $groups, $isEnabled),
    ),
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
    'metrics' => function () use ($shares, $share, $state): array {
        $all = [];
        foreach ([new Available($shares, $state), new Missing($shares, $state), new Unreadable($shares, $state)] as $family) {
            foreach ($family->metrics() as $metric) {
                if ($metric->labels['share'] === $share->name) {
                    $all['nextcloud_' . $family->name()] = $metric->value;
                }
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
foreach (Local::$caches as $one) {
    $one->save();
}
echo json_encode($came), "\n";
