/** `lib/State.php`: what a scan leaves for the next. */
export const statePhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas;

use OCP\IAppConfig;

/** What the scan of a share leaves for the next one. */
class State
{
    private const APP = 'homecloud_dnas';

    public function __construct(private readonly IAppConfig $config)
    {
    }

    /**
     * - seen: whether the last scan saw the accepted disk
     * - disk: the number of the one that was accepted as that of the share, null before the first scan
     * - tried: when a scan began, whatever became of it
     * - began, whole: when the scan that is under way began, and the last that came to its end (seconds)
     * - on, after: the disk that is looked through, and the last folder that it came through, null at its beginning
     * - told: the last change that the board told of and that was looked at: its number, and of which numbers it is one
     * - removed: when, and how many records went
     * - missing, refused: records that wait for somebody, in the scan that is under way and in the last whole one
     * - unreadable, unread: what nobody knows of whether it is there, likewise
     *
     * @return array<string, mixed>
     */
    public function of(Share $share): array
    {
        $now = time();
        return $this->config->getValueArray(self::APP, self::key($share), [], true) + [
            'seen' => false,
            'disk' => null,
            'tried' => 0,
            'began' => $now,
            'whole' => $now,
            'on' => null,
            'after' => null,
            'told' => ['of' => '', 'number' => 0],
            'removed' => [],
            'missing' => 0,
            'refused' => 0,
            'unreadable' => 0,
            'unread' => 0,
        ];
    }

    /** What other processes have put away since: Nextcloud keeps in memory what it has read (lib/private/AppConfig.php). */
    public function readAgain(): void
    {
        $this->config->clearCache();
    }

    /** @param array<string, mixed> $state */
    public function put(Share $share, array $state): void
    {
        $this->config->setValueArray(self::APP, self::key($share), $state, true);
    }

    private static function key(Share $share): string
    {
        return 'scan.' . $share->name;
    }
}
`;
