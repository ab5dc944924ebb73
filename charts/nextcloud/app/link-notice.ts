/** `lib/LinkNotice.php`: who makes a link is told from where it opens. */
export const linkNoticePhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas;

use DateTime;
use OCP\EventDispatcher\Event;
use OCP\EventDispatcher\IEventListener;
use OCP\Notification\IManager;
use OCP\Share\Events\ShareCreatedEvent;
use OCP\Share\IShare;
use Psr\Log\LoggerInterface;

/**
 * Where the home is not reached from the outside, whoever makes a link for guests is told so at once: they would send it to
 * somebody who cannot open it, and the page of Nextcloud has no other place that says it to them.
 */
final class LinkNotice implements IEventListener
{
    public function __construct(
        private readonly Shares $shares,
        private readonly IManager $notifications,
        private readonly LoggerInterface $log,
    ) {
    }

    public function handle(Event $event): void
    {
        if (!$event instanceof ShareCreatedEvent) {
            return;
        }
        // The link is made whatever becomes of the notice.
        try {
            $share = $event->getShare();
            $isLink = in_array($share->getShareType(), [IShare::TYPE_LINK, IShare::TYPE_EMAIL], true);
            if (!$isLink || !$this->shares->linksAreForHomeOnly()) {
                return;
            }
            $notification = $this->notifications->createNotification();
            $notification->setApp('homecloud_dnas')
                ->setUser($share->getSharedBy())
                ->setDateTime(new DateTime())
                ->setObject('link', (string)$share->getId())
                ->setSubject(Notifier::SUBJECT);
            $this->notifications->notify($notification);
        } catch (\Throwable $error) {
            $this->log->warning('Nobody was told that a link opens at home only: {error}', ['error' => $error->getMessage()]);
        }
    }
}
`;
