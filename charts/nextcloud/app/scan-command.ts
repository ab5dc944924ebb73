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
            ->addOption('accept-missing', null, InputOption::VALUE_NONE, 'What is missing was deleted on purpose, however much it is');
    }

    protected function execute(InputInterface $input, OutputInterface $output): int
    {
        $all = $this->shares->all();
        $name = $input->getArgument('share');
        $seconds = $input->getOption('seconds');
        $accept = $input->getOption('accept-missing');
        if ($name !== null && !isset($all[$name])) {
            $output->writeln("There is no share $name in Nextcloud; there are: " . implode(', ', array_keys($all)));
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
        foreach ($chosen as $index => $share) {
            // Of one pod, whose containers have this folder in common.
            $lock = fopen(sys_get_temp_dir() . '/homecloud-scan-' . $share->name, 'c');
            if ($lock === false || !flock($lock, LOCK_EX | LOCK_NB)) {
                $output->writeln("$share->name: another scan is under way");
                continue;
            }
            $part = $end === null ? null : max(0, $end - microtime(true)) / (count($chosen) - $index);
            try {
                $output->writeln("$share->name: " . $this->scan->run($share, $part, $accept));
                foreach ($output->isVerbose() ? $this->scan->unreadable() : [] as $path) {
                    $output->writeln("$share->name: cannot be read: $path");
                }
            } catch (\Throwable $error) {
                // What it says may have names of files in it.
                $output->writeln("$share->name: the scan ended with an error, of which the log of Nextcloud has more");
                $this->log->error('The scan of the share {share} ended with an error.', ['share' => $share->name, 'exception' => $error]);
                $code = self::FAILURE;
            }
            fclose($lock);
        }
        return $code;
    }
}
`;
