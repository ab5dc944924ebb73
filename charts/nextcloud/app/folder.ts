/** `lib/Folder.php`: the folder of a share, in which nothing is moved by copying. */
export const folderPhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas;

use OC\Files\Storage\Local;

/**
 * The folder of a share. What cannot be renamed in it (somebody has a file of it open by SMB) stays as it is: Nextcloud's own
 * storage would copy it and delete the source, and takes a list that ended at an error for all there is
 * (lib/private/Files/Storage/Local.php, rename, and Common.php, copy, 34.0.1).
 *
 * OC\Files\Storage\Local is private to Nextcloud (lib/private/Files/Storage/Local.php, 34.0.1): there is no public storage for
 * a folder.
 */
class Folder extends Local
{
    private bool $isRenaming = false;

    public function rename(string $source, string $target): bool
    {
        $this->isRenaming = true;
        try {
            return parent::rename($source, $target);
        } finally {
            $this->isRenaming = false;
        }
    }

    public function copy(string $source, string $target): bool
    {
        return !$this->isRenaming && parent::copy($source, $target);
    }
}
`;
