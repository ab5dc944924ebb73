/** `lib/Share.php`: a share, and whether its disk is there. */
export const sharePhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas;

/** A share of the home, as the board has mounted it; or its empty place, where it is away. */
final class Share
{
    /** ENOENT and ENOTDIR of Linux (errno(3)), for which PHP has no names. */
    private const NOT_THERE = [2, 20];

    /** Twice of what the board writes (role share_changes). */
    private const MOST_BYTES = 65536;

    /** Bytes of the longest path that Nextcloud keeps (core/Migrations/Version13000Date20170718121200.php, filecache, 34.0.1). */
    private const LONGEST_PATH = 4000;

    /**
     * @param list<string> $people of the home who see it
     * @param list<string> $groups whose other accounts see it, too
     * @param array<string, string> $disk what the marker of its disk says: home, domain, board, disk
     * @param int $patience seconds after which a file server that lost its disk has let go of it
     */
    public function __construct(
        public readonly string $name,
        public readonly string $folder,
        public readonly array $people,
        public readonly array $groups,
        public readonly int $patience,
        private readonly string $marker,
        private readonly string $changes,
        private readonly array $disk,
    ) {
    }

    /**
     * The number of the disk (UUID of its file system) that the marker tells, read through the same mount as the files; null:
     * the share is away, or another disk is in its place.
     *
     * The marker is opened and read, for attributes are answered from a cache of the kernel.
     */
    public function disk(): ?string
    {
        clearstatcache(true);
        $file = @fopen($this->folder . '/' . $this->marker, 'rb');
        if ($file === false) {
            return null;
        }
        $text = @fread($file, 4096);
        fclose($file);
        $marker = is_string($text) ? json_decode($text, true) : null;
        if (!is_array($marker)) {
            return null;
        }
        foreach ($this->disk as $key => $value) {
            if (($marker[$key] ?? null) !== $value) {
                return null;
            }
        }
        $uuid = $marker['uuid'] ?? null;
        return is_string($uuid) && $uuid !== '' ? $uuid : null;
    }

    /**
     * Folders in which something changed, each with the number of its last change, as the board tells. No more than hints:
     * whoever writes to the share by NFS can write them, too. What cannot be believed is as if it were not there.
     *
     * @return array{of: string, folders: list<array{int, string}>} in the order of the numbers, which begin anew with "of"
     */
    public function changes(): array
    {
        $path = $this->folder . '/' . $this->changes;
        $text = @is_file($path) ? @file_get_contents($path, false, null, 0, self::MOST_BYTES + 1) : false;
        $told = is_string($text) && strlen($text) <= self::MOST_BYTES ? json_decode($text, true, 4) : null;
        $of = $told['of'] ?? null;
        $folders = $told['folders'] ?? null;
        if (!is_string($of) || strlen($of) > 64 || !is_array($folders) || !array_is_list($folders)) {
            return ['of' => '', 'folders' => []];
        }
        $last = 0;
        foreach ($folders as $folder) {
            if (!is_array($folder) || !is_int($folder[0] ?? null) || $folder[0] <= $last || !is_string($folder[1] ?? null)) {
                return ['of' => '', 'folders' => []];
            }
            $last = $folder[0];
        }
        return ['of' => $of, 'folders' => $folders];
    }

    /** Whether something in the share could have that path from its root: the path of the root is empty. */
    public function isPath(string $path): bool
    {
        return strlen($path) <= self::LONGEST_PATH
            && !str_contains($path, "\0")
            && ($path === '' || array_intersect(['', '.', '..'], explode('/', $path)) === [])
            && !$this->isHidden($path);
    }

    /**
     * Whether the system itself says of a path that it does not exist. Each other error says nothing: PHP has one and the same
     * "no" for what is gone and for what is on a bad block. Nextcloud does not run without the extension posix (its
     * console.php, 34.0.1); where it were missing, nothing would ever be gone.
     */
    public function lacks(string $path): bool
    {
        return function_exists('posix_access')
            && !posix_access($this->folder . '/' . ltrim($path, '/'))
            && in_array(posix_get_last_error(), self::NOT_THERE, true);
    }

    public function isHidden(string $path): bool
    {
        return explode('/', ltrim($path, '/'), 2)[0] === explode('/', $this->marker, 2)[0];
    }
}
`;
