/** `lib/AppInfo/Application.php`: what Nextcloud starts of the app. */
export const applicationPhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas\AppInfo;

use OCA\HomecloudDnas\LinkNotice;
use OCA\HomecloudDnas\Mounts;
use OCA\HomecloudDnas\Notifier;
use OCP\AppFramework\App;
use OCP\AppFramework\Bootstrap\IBootContext;
use OCP\AppFramework\Bootstrap\IBootstrap;
use OCP\AppFramework\Bootstrap\IRegistrationContext;
use OCP\Files\Config\IMountProviderCollection;
use OCP\Share\Events\ShareCreatedEvent;

final class Application extends App implements IBootstrap
{
    public function __construct()
    {
        parent::__construct('homecloud_dnas');
    }

    public function register(IRegistrationContext $context): void
    {
        $context->registerEventListener(ShareCreatedEvent::class, LinkNotice::class);
        $context->registerNotifierService(Notifier::class);
    }

    public function boot(IBootContext $context): void
    {
        $context->injectFn(static function (IMountProviderCollection $all, Mounts $ours): void {
            $all->registerProvider($ours);
        });
    }
}
`;
