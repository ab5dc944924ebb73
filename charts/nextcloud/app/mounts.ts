/** `lib/Mounts.php`: who sees which share. */
export const mountsPhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas;

use OCP\Files\Config\IMountProvider;
use OCP\Files\Storage\IStorageFactory;
use OCP\IUser;

/**
 * Who sees which share: asked at each request, so that nothing has to be brought up to date.
 *
 * Links and drop folders can be made of it, and of all in it: the option lets it (lib/private/Files/SetupManager.php,
 * sharing_mask), and what a link may grant follows from the mode with which the board mounts the share
 * (lib/private/Files/Storage/Local.php, getMetaData) and from this being no MoveableMount (lib/private/Share20/Manager.php,
 * generalCreateChecks).
 */
final class Mounts implements IMountProvider
{
    public function __construct(private readonly Shares $shares, private readonly Accounts $accounts)
    {
    }

    public function getMountsForUser(IUser $user, IStorageFactory $loader): array
    {
        $mounts = [];
        $groups = $this->accounts->groupsOf($user);
        foreach ($this->shares->all() as $share) {
            if (in_array($user->getUID(), $share->people, true) || array_intersect($groups, $share->groups) !== []) {
                $mounts[] = new Mount(
                    $this->shares->storageOf($share),
                    '/' . $user->getUID() . '/files/' . $share->name,
                    null,
                    $loader,
                    // Only the scan looks for changes: whoever opens a folder would else drop what is not there at this moment.
                    ['filesystem_check_changes' => 0, 'enable_sharing' => true, 'previews' => true],
                    null,
                    self::class,
                );
            }
        }
        return $mounts;
    }
}
`;
