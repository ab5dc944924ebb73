/** `lib/Notifier.php`: the texts of what the app tells people. */
export const notifierPhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas;

use OCP\Notification\INotification;
use OCP\Notification\INotifier;
use OCP\Notification\UnknownNotificationException;

/** The texts of what the app tells people. */
final class Notifier implements INotifier
{
    public const SUBJECT = 'at_home';

    public function getID(): string
    {
        return 'homecloud_dnas';
    }

    public function getName(): string
    {
        return 'Shares of the home';
    }

    public function prepare(INotification $notification, string $languageCode): INotification
    {
        if ($notification->getApp() !== 'homecloud_dnas' || $notification->getSubject() !== self::SUBJECT) {
            throw new UnknownNotificationException();
        }
        return $notification
            ->setParsedSubject('Your link opens at home only')
            ->setParsedMessage('Guests open it in the network of the home, or in it by a VPN: from anywhere else this Nextcloud is not reached.');
    }
}
`;
