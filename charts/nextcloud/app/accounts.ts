/** `lib/Accounts.php`: which accounts see shares by their groups in Nextcloud. */
export const accountsPhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas;

use OCP\IAppConfig;
use OCP\IGroupManager;
use OCP\IUser;

/**
 * Accounts that the home does not know: somebody made them in Nextcloud itself.
 *
 * Of its people the config alone says what they see, whatever their groups in Nextcloud still are: whoever it takes out of a
 * group, or out of the home, sees nothing more as soon as the list of shares is here.
 */
class Accounts
{
    /** Whom the home ever declared is written there by the playbook people (ansible-gen/roles/people/files/people.py). */
    private const RECORD = ['homecloud', 'people'];

    public function __construct(
        private readonly Shares $shares,
        private readonly IAppConfig $config,
        private readonly IGroupManager $groups,
    ) {
    }

    /**
     * Groups by which an account sees shares. Of one that is disabled none: links that it made may open all the same
     * (lib/private/Share20/Manager.php, checkShare, hide_disabled_user_shares).
     *
     * @return list<string>
     */
    public function groupsOf(IUser $user): array
    {
        return $user->isEnabled() && $this->isStranger($user->getUID()) ? $this->groups->getUserGroupIds($user) : [];
    }

    /** Of a record that cannot be read nobody is. */
    private function isStranger(string $account): bool
    {
        $text = $this->config->getValueString(...self::RECORD);
        $declared = $text === '' ? [] : (json_decode($text, true)['people'] ?? null);
        return is_array($declared) && !in_array($account, [...$this->shares->people(), ...$declared], true);
    }
}
`;
