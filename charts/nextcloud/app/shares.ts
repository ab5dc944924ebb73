/** `lib/Shares.php`: the list of shares, and their storages. */
export const sharesPhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas;

use RuntimeException;

/**
 * The shares that the home shows in Nextcloud. The file is the only source: nothing of it stands in the database.
 *
 * Their folders are without isExternal, whose check would stand a nameless storage in the place of one that is away.
 */
class Shares
{
    private const FILE = '/etc/homecloud/shares.json';

    /** @var ?array<string, mixed> */
    private ?array $written = null;

    /** @var ?array<string, Share> */
    private ?array $shares = null;

    public function __construct(private readonly State $state)
    {
    }

    /** @return array<string, Share> by name */
    public function all(): array
    {
        return $this->shares ??= $this->read();
    }

    /** @param ?string $disk the one to be looked at, whichever is accepted; null: the accepted one */
    public function storageOf(Share $share, ?string $disk = null): Guard
    {
        return new Guard([
            'storage' => new Folder(['datadir' => $share->folder]),
            'share' => $share,
            'accepted' => fn (): ?string => $disk ?? $this->state->of($share)['disk'],
        ]);
    }

    /** @return list<string> accounts of the people of the home, whatever they see */
    public function people(): array
    {
        return $this->written()['people'];
    }

    /** Whether guests open links in the network of the home alone. */
    public function linksAreForHomeOnly(): bool
    {
        return $this->written()['linksAreForHomeOnly'] === true;
    }

    /** @return array<string, Share> */
    private function read(): array
    {
        $written = $this->written();
        $shares = [];
        foreach ($written['shares'] as ['name' => $name, 'people' => $people, 'groups' => $groups, 'disk' => $disk]) {
            $folder = $written['folder'] . '/' . $name;
            ['patience' => $patience, 'marker' => $marker, 'changes' => $changes] = $written;
            $shares[$name] = new Share($name, $folder, $people, $groups, $patience, $marker, $changes, $disk);
        }
        return $shares;
    }

    /**
     * It fails where the file cannot be read: Nextcloud then answers nobody, and no device takes a share for deleted.
     *
     * @return array<string, mixed>
     */
    private function written(): array
    {
        if ($this->written === null) {
            $text = file_get_contents(self::FILE);
            if ($text === false) {
                throw new RuntimeException('The list of shares cannot be read.');
            }
            $this->written = json_decode($text, true, 16, JSON_THROW_ON_ERROR);
        }
        return $this->written;
    }
}
`;
