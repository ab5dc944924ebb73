/** `lib/Mount.php`: a share at its place in the files of a person. */
export const mountPhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas;

use OC\Files\Mount\MountPoint;

/** OC\Files\Mount\MountPoint is private to Nextcloud (lib/private/Files/Mount/MountPoint.php, 34.0.1), and no other is there. */
final class Mount extends MountPoint
{
    /** The web page and the apps show it as a storage outside of Nextcloud. */
    public function getMountType()
    {
        return 'external';
    }
}
`;
