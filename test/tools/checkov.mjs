// checkov on what the tree itself runs and allows: each finding is mended, or stands here with the reason why it stays.
// What charts bring is not in the tree: their makers answer for it, and `report pins` says which versions these are.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from './install.mjs';
import { describe, run } from './process.mjs';
import { newFolder } from './scratch.mjs';

/**
 * Findings that stay: which, of whom (`<kind>.<namespace>.<name>`), and why.
 * @type {readonly { check: string, of: RegExp, reason: string }[]}
 */
const accepted = [
  {
    check: 'CKV_K8S_11',
    of: /^(CronJob|Deployment)\./,
    reason: 'a limit of processors slows a pod down on a board that is idle; the requests share a busy one',
  },
  {
    check: 'CKV_K8S_15',
    of: /^(CronJob|Deployment)\./,
    reason: 'versions are exact, and with Always nothing starts while the internet is away',
  },
  {
    check: 'CKV_K8S_43',
    of: /^(CronJob|Deployment)\./,
    reason: 'a digest that nobody could look up is not made up; `homecloud report pins` names what has none',
  },
  {
    check: 'CKV_K8S_40',
    of: /^Deployment\.dnas\./,
    reason:
      'files of shares belong to the same user on every board, on the disks and in the pods (design, "Identities and ports")',
  },
  {
    check: 'CKV_K8S_40',
    of: /^(CronJob|Deployment)\.nextcloud\./,
    reason: 'the official images of Nextcloud, MariaDB and Valkey have their files for these users',
  },
  {
    check: 'CKV_K8S_40',
    of: /^Deployment\.app-/,
    reason: 'images of others are made for a user, most often 1000; the admin says which',
  },
  {
    check: 'CKV_K8S_35',
    of: /^Deployment\.app-/,
    reason: 'images of others read a secret from a file or from their environment: the admin says where theirs does',
  },
  {
    check: 'CKV_K8S_23',
    of: /^Deployment\.dnas\./,
    reason: 'Samba and NFS begin as root, and act as the owner of the files (annotation homecloud.io/privileges)',
  },
  {
    check: 'CKV_K8S_25',
    of: /^Deployment\.dnas\./,
    reason: 'each capability has its reason in the annotation homecloud.io/privileges',
  },
  {
    check: 'CKV_K8S_26',
    of: /^Deployment\.dnas\./,
    reason: 'machines at home reach shares at the address of the board that holds the disk',
  },
];

/**
 * Nothing is found in any home but what is accepted, and everything that is accepted is found.
 * @param {readonly import('./homes.mjs').Home[]} homes
 */
export async function checkov(homes) {
  const found = [];
  for (const { name, dist } of homes) {
    const { read, failed } = await scan(join(dist, 'kubernetes'));
    if (read === 0) throw new Error(`${name}: checkov did not read the tree`);
    found.push(...failed.map((finding) => ({ ...finding, home: name })));
  }
  const wrong = [
    ...found
      .filter((finding) => !accepted.some((one) => isAbout(one, finding)))
      .map(({ home, check, what, of, file }) => `${home}: ${of}: ${check}, ${what} (${file})`),
    ...accepted
      .filter((one) => !found.some((finding) => isAbout(one, finding)))
      .map(({ check, of }) => `${check} of ${of} is accepted, and nowhere found: take it away`),
  ];
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

/** checkov finds what nobody accepts. */
export async function checkovRefuses() {
  const folder = newFolder('checkov');
  const containers = [{ name: 'bad', image: 'bad:latest', securityContext: { privileged: true } }];
  const spec = { hostNetwork: true, hostPID: true, containers };
  writeFileSync(
    join(folder, 'pod.yaml'),
    JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bad', namespace: 'app-bad' }, spec }),
  );
  const { failed } = await scan(folder);
  const checks = new Set(failed.map(({ check }) => check));
  // Privileged, of the board's network and processes, and of no certain version.
  const missed = ['CKV_K8S_16', 'CKV_K8S_19', 'CKV_K8S_17', 'CKV_K8S_14'].filter((check) => !checks.has(check));
  if (missed.length > 0) throw new Error(`checkov does not find ${missed}`);
}

function isAbout({ check, of }, finding) {
  return check === finding.check && of.test(finding.of);
}

/** @returns {Promise<{ read: number, failed: { check: string, what: string, of: string, file: string }[] }>} */
async function scan(folder) {
  const program = join(await tool('checkov'), 'checkov');
  const args = ['--directory', folder, '--framework', 'kubernetes', '--output', 'json', '--compact', '--soft-fail'];
  // It would ask its makers for texts about the checks.
  const outcome = await run(program, [...args, '--skip-download'], { cwd: folder });
  if (outcome.code !== 0) throw new Error(describe(program, args, outcome));
  const { summary, results } = JSON.parse(outcome.stdout);
  if (summary.parsing_errors > 0) throw new Error(`${folder}: ${JSON.stringify(results.parsing_errors)}`);
  return {
    read: summary.resource_count,
    failed: results.failed_checks.map(({ check_id: check, check_name: what, resource: of, file_path: file }) => ({
      check,
      what,
      of,
      file,
    })),
  };
}
