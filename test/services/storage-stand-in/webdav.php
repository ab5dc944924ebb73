<?php

// A stand-in for the WebDAV of Nextcloud, under Apache: what apps/dav/lib/Connector/Sabre/{Directory,File}.php (34.0.1) do with the
// storage of a share, for the methods that clients need to put, find, move and delete. Nobody logs in: the person stands in
// the address, /remote.php/dav/files/PERSON/SHARE/PATH. APP and RECORDS are variables of Apache.

declare(strict_types=1);

use OC\Files\Storage\Local;
use OCP\Files\FileInfo;
use OCP\Files\StorageNotAvailableException;

$app = $_SERVER['APP'];
$kept = $_SERVER['RECORDS'];
require __DIR__ . '/nextcloud.php';

const FILES = '/remote.php/dav/files/';

/** @return array{string, string, string} person, share, path in it */
$partsOf = static function (string $address): array {
    $path = rawurldecode((string)parse_url($address, PHP_URL_PATH));
    $parts = str_starts_with($path, FILES) ? explode('/', trim(substr($path, strlen(FILES)), '/'), 3) : [];
    return $parts + ['', '', ''];
};
[$person, $name, $path] = $partsOf($_SERVER['REQUEST_URI']);
$storage = null;
foreach ($mountsOf($person) as $mount) {
    if ($mount->mountPoint === "/$person/files/$name") {
        $storage = $mount->storage;
    }
}
$parentOf = static fn (string $path): string => dirname($path) === '.' ? '' : dirname($path);

/** lib/private/Files/Cache/Updater.php, update: what Nextcloud wrote itself has its record at once. */
$update = static function (string $path) use ($storage, $parentOf): void {
    $storage->getScanner()->scanFile($path);
    $storage->getPropagator()->propagateChange($path, time(), (int)$storage->filesize($path));
};

/** One entry of an answer to PROPFIND (RFC 4918). */
$response = static function (string $path, object $record) use ($person, $name): string {
    $isFolder = $record->getMimeType() === FileInfo::MIMETYPE_FOLDER;
    $parts = [$person, $name, ...array_filter(explode('/', $path), static fn (string $part): bool => $part !== '')];
    return '<d:response><d:href>' . FILES . implode('/', array_map(rawurlencode(...), $parts)) . ($isFolder ? '/' : '')
        . '</d:href><d:propstat><d:prop><d:resourcetype>' . ($isFolder ? '<d:collection/>' : '') . '</d:resourcetype>'
        . ($isFolder ? '' : '<d:getcontentlength>' . $record->getSize() . '</d:getcontentlength>')
        . '</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>';
};

$do = [
    'PROPFIND' => function () use ($storage, $path, $entryOf, $response): int {
        $record = $entryOf($storage, $path);
        if (!$record) {
            return 404;
        }
        header('Content-Type: application/xml; charset=utf-8');
        http_response_code(207);
        echo '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">', $response($path, $record);
        if (($_SERVER['HTTP_DEPTH'] ?? '1') !== '0') {
            foreach ($storage->getCache()->getFolderContents($path) as $below) {
                echo $response(ltrim($path . '/' . $below->getName(), '/'), $below);
            }
        }
        echo '</d:multistatus>';
        return 207;
    },
    'GET' => function () use ($storage, $path, $entryOf): int {
        if (!$entryOf($storage, $path)) {
            return 404;
        }
        $file = $storage->fopen($path, 'rb');
        if ($file === false) {
            return 503;
        }
        header('Content-Type: application/octet-stream');
        fpassthru($file);
        return 200;
    },
    // Into a file beside it, which then takes its place
    'PUT' => function () use ($storage, $path, $parentOf, $update): int {
        if (!$storage->is_dir($parentOf($path))) {
            return 409;
        }
        $isThere = $storage->file_exists($path);
        $part = $path . '.ocTransferId' . random_int(0, PHP_INT_MAX) . '.part';
        $count = $storage->writeStream($part, fopen('php://input', 'rb'));
        $length = $_SERVER['CONTENT_LENGTH'] ?? '';
        if ($count === false || ($length !== '' && (int)$length !== $count)) {
            $storage->unlink($part);
            return 400;
        }
        if (!$storage->moveFromStorage($storage, $part, $path) || !$storage->file_exists($path)) {
            return 500;
        }
        $update($path);
        return $isThere ? 204 : 201;
    },
    'MKCOL' => function () use ($storage, $path, $parentOf, $update): int {
        if ($storage->file_exists($path)) {
            return 405;
        }
        if (!$storage->is_dir($parentOf($path))) {
            return 409;
        }
        if (!$storage->mkdir($path)) {
            return 403;
        }
        $update($path);
        return 201;
    },
    'MOVE' => function () use ($storage, $person, $name, $path, $partsOf, $update): int {
        [$toPerson, $toName, $target] = $partsOf($_SERVER['HTTP_DESTINATION'] ?? '');
        if ([$toPerson, $toName] !== [$person, $name]) {
            return 502;
        }
        $isThere = $storage->file_exists($target);
        if (!$storage->rename($path, $target)) {
            return 403;
        }
        $storage->getUpdater()->remove($path);
        $update($target);
        return $isThere ? 204 : 201;
    },
    'DELETE' => function () use ($storage, $path, $entryOf, $trash): int {
        if (!$entryOf($storage, $path)) {
            return 404;
        }
        $trash($storage, $path);
        return 204;
    },
];
try {
    $code = match (true) {
        $storage === null => 404,
        !isset($do[$_SERVER['REQUEST_METHOD']]) => 405,
        default => $do[$_SERVER['REQUEST_METHOD']](),
    };
} catch (StorageNotAvailableException) {
    $code = 503;
}
// A file that was sent has it
if (!headers_sent()) {
    http_response_code($code);
}
foreach (Local::$caches as $one) {
    $one->save();
}
