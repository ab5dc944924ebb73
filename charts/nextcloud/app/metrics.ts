/** `lib/Metrics/Family.php`: a metric with a value for each share. */
export const familyPhp = String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas\Metrics;

use Generator;
use OCA\HomecloudDnas\Share;
use OCA\HomecloudDnas\Shares;
use OCA\HomecloudDnas\State;
use OCP\OpenMetrics\IMetricFamily;
use OCP\OpenMetrics\Metric;
use OCP\OpenMetrics\MetricType;

/** A number for each share, of what the scan left behind: no disk is asked, which could hold the answer up. */
abstract class Family implements IMetricFamily
{
    public function __construct(private readonly Shares $shares, private readonly State $state)
    {
    }

    public function type(): MetricType
    {
        return MetricType::gauge;
    }

    public function unit(): string
    {
        return '';
    }

    public function metrics(): Generator
    {
        foreach ($this->shares->all() as $share) {
            yield new Metric($this->valueOf($this->state->of($share)), ['share' => $share->name]);
        }
    }

    /** @param array<string, mixed> $state */
    abstract protected function valueOf(array $state): int;
}
`;

/** Classes of `lib/Metrics/`, by what each tells. Nextcloud puts `nextcloud_` before the names. */
const families = {
  Available: [
    'homecloud_share_available',
    'Whether the last scan saw the disk of the share, and not another.',
    "(int)$state['seen']",
  ],
  Missing: [
    'homecloud_share_missing_files',
    'Records whose files are gone, and which wait for somebody to agree.',
    "max($state['refused'], $state['missing'])",
  ],
  ScanAge: [
    'homecloud_share_scan_age_seconds',
    'Since the last scan of the whole share began, or the first was tried.',
    "time() - $state['whole']",
  ],
  Unreadable: [
    'homecloud_share_unreadable_files',
    'Files and folders that could not be read.',
    "max($state['unread'], $state['unreadable'])",
  ],
} as const;

/** The classes, for `appinfo/info.xml`. */
export const metricClasses = Object.keys(families);

/** Their files, by path. */
export const metricFiles: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(families).map(([name, [metric, help, value]]) => [
    `lib/Metrics/${name}.php`,
    String.raw`<?php

declare(strict_types=1);

namespace OCA\HomecloudDnas\Metrics;

final class ${name} extends Family
{
    public function name(): string
    {
        return '${metric}';
    }

    public function help(): string
    {
        return '${help}';
    }

    protected function valueOf(array $state): int
    {
        return ${value};
    }
}
`,
  ]),
);
