/** `lib/Command/Scan.php`: `occ homecloud:scan`. */
export const scanCommandPhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas\Command;

use OCA\HomecloudDnas\Scan as ScanOfShare;
use OCA\HomecloudDnas\Share;
use OCA\HomecloudDnas\Shares;
use OCA\HomecloudDnas\State;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class Scan extends Command
{
    /** Seconds after which each share had its turn. */
    private const TURN = 30;

    public function __construct(
        private readonly Shares $shares,
        private readonly ScanOfShare $scan,
        private readonly State $state,
        private readonly LoggerInterface $log,
    ) {
        parent::__construct();
    }

    protected function configure(): void
    {
        $this->setName('homecloud:scan')
            ->setDescription('Looks for what others wrote into the shares of the home')
            ->addArgument('share', InputArgument::OPTIONAL, 'One share; all without it')
            ->addOption('seconds', null, InputOption::VALUE_REQUIRED, 'Stop after so many seconds, shared by the shares, and go on there the next time')
            ->addOption('changed', null, InputOption::VALUE_NONE, 'Only where something changed, as the boards tell')
            ->addOption('accept-missing', null, InputOption::VALUE_NONE, 'What is missing was deleted on purpose, however much it is');
    }

    protected function execute(InputInterface $input, OutputInterface $output): int
    {
        $all = $this->shares->all();
        $name = $input->getArgument('share');
        $seconds = $input->getOption('seconds');
        $accept = $input->getOption('accept-missing');
        $changed = $input->getOption('changed');
        if ($name !== null && !isset($all[$name])) {
            $output->writeln("There is no share $name in Nextcloud; there are: " . implode(', ', array_keys($all)));
            return self::INVALID;
        }
        if ($changed && $seconds === null) {
            $output->writeln('Say how long: occ homecloud:scan --changed --seconds=60');
            return self::INVALID;
        }
        if ($accept && $name === null) {
            $output->writeln('Say of which share: occ homecloud:scan --accept-missing NAME');
            return self::INVALID;
        }
        $chosen = $name === null ? array_values($all) : [$all[$name]];
        // One that hangs, or fails, holds up no other in the next round.
        usort($chosen, fn (Share $a, Share $b): int => $this->state->of($a)['tried'] <=> $this->state->of($b)['tried']);
        $end = $seconds === null ? null : microtime(true) + (float)$seconds;
        $code = self::SUCCESS;
        $unseen = $changed ? [] : $chosen;
        do {
            // In turns: what changes in one is seen while the scan of another goes on.
            $turn = $end === null ? null : min($end, microtime(true) + self::TURN);
            foreach ($chosen as $index => $share) {
                $part = $turn === null ? null : max(0, $turn - microtime(true)) / (count($chosen) - $index);
                try {
                    $isToBeContinued = $this->one($share, $part, $accept, in_array($share, $unseen, true), $output);
                } catch (\Throwable $error) {
                    // What it says may have names of files in it.
                    $output->writeln("$share->name: the scan ended with an error, of which the log of Nextcloud has more");
                    $this->log->error('The scan of the share {share} ended with an error.', ['share' => $share->name, 'exception' => $error]);
                    $code = self::FAILURE;
                    $isToBeContinued = false;
                }
                if (!$isToBeContinued) {
                    $unseen = array_filter($unseen, static fn (Share $one): bool => $one !== $share);
                }
            }
        } while ($unseen !== [] && $end !== null && microtime(true) < $end);
        return $code;
    }

    /**
     * @param ?float $seconds null: all of it, from the beginning
     * @param bool $isUnseen whether it is looked through, and not only where something changed
     * @return bool whether its time was over before it was looked through
     */
    private function one(Share $share, ?float $seconds, bool $accept, bool $isUnseen, OutputInterface $output): bool
    {
        // Of one pod, whose containers have this folder in common.
        $lock = fopen(sys_get_temp_dir() . '/homecloud-scan-' . $share->name, 'c');
        if ($lock === false || !flock($lock, LOCK_EX | LOCK_NB)) {
            $output->writeln("$share->name: another scan is under way");
            return false;
        }
        try {
            // Another process may have put away more since the states were read.
            $this->state->readAgain();
            $until = $seconds === null ? null : microtime(true) + $seconds;
            $unreadable = [];
            if ($isUnseen) {
                $output->writeln("$share->name: " . $this->scan->run($share, $seconds, $accept));
                $unreadable = $this->scan->unreadable();
            }
            $isToBeContinued = $isUnseen && $this->scan->isToBeContinued();
            // After that, and in what is left of its time: whatever somebody tells of changes, all is seen in the end, also
            // of the other shares.
            $said = $until === null ? null : $this->scan->changes($share, max(1, $until - microtime(true)));
            if ($said !== null) {
                $output->writeln("$share->name, where it changed: $said");
            }
            foreach ($output->isVerbose() ? $unreadable : [] as $path) {
                $output->writeln("$share->name: cannot be read: $path");
            }
            return $isToBeContinued;
        } finally {
            fclose($lock);
        }
    }
}
`;
