// `npm run test:tools`: the trees of our homes, read by the programs that will read them.
//
//   node test/tools/run.mjs                     all checks
//   node test/tools/run.mjs --only schemas      those whose name begins so
//
// Tools that are missing are installed (install.mjs). The last line counts the checks that passed and failed.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ansibleVersions, collectionBuilds, playbooks } from './ansible.mjs';
import { argumentsRefused, argumentsTaken } from './arguments.mjs';
import { cdk8sSynth } from './cdk8s.mjs';
import { certManagerChart, certManagerChartRefuses } from './cert-manager.mjs';
import { checkov, checkovRefuses } from './checkov.mjs';
import { seedsRead, seedsRefused } from './cloud-init.mjs';
import { clusterNames, clusterNamesRefuse } from './cluster-names.mjs';
import { cmdlineEdited, cmdlineMissing } from './cmdline.mjs';
import { crds } from './crds.mjs';
import { deviceCard } from './device-card.mjs';
import { fluxDecrypts } from './flux.mjs';
import { fluxRole } from './flux-role.mjs';
import { foreignCluster, foreignClusterRefuses } from './foreign.mjs';
import { configs, synth } from './homes.mjs';
import { inventory } from './inventory.mjs';
import { keepalivedRefuses, keepalivedTakes } from './keepalived.mjs';
import { kustomize } from './kustomize.mjs';
import { ansibleLint, ansibleLintRefuses, yamllint } from './lint.mjs';
import { copiesLeave, newMachineHasVolumes, volumesStay } from './maintenance.mjs';
import { metricsOfBoards, metricsOfDisks, metricsOfWatchedShares } from './metrics.mjs';
import { namesAnswer } from './names.mjs';
import { nftRefuses, nftTakes } from './nftables.mjs';
import { nodeVersions, sameTree } from './node-versions.mjs';
import { packed } from './package.mjs';
import * as preflight from './preflight.mjs';
import * as prometheus from './prometheus.mjs';
import { quorumIsKept } from './quorum.mjs';
import { schemas, schemasRefuse } from './schemas.mjs';
import { newFolder } from './scratch.mjs';
import * as secretFiles from './secret-files.mjs';
import * as secretValues from './secret-values.mjs';
import * as secrets from './secrets.mjs';
import { snapshotsAreMade } from './snapshot-timer.mjs';
import { tokenIsKept, tokenReachesAll } from './token.mjs';
import { trustKit } from './trust-kit.mjs';
import { verifySeesDisks, verifyTells } from './verify.mjs';

const { only = '' } = parseArgs({ options: { only: { type: 'string' } } }).values;

const failures = [];
let passed = 0;

/**
 * Does one check and prints a line.
 * @param {string} name
 * @param {() => Promise<unknown>} work throws what is wrong
 */
async function check(name, work) {
  const start = performance.now();
  const failure = await work().then(
    () => undefined,
    (error) => error,
  );
  if (failure === undefined) passed += 1;
  else failures.push({ name, failure });
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
  console.log(`${failure === undefined ? 'passed' : 'FAILED'} ${seconds} s  ${name}`);
}

/** @type {import('./homes.mjs').Home[]} */
const homes = Object.entries(configs).map(([name, config]) => ({ name, config, dist: join(newFolder(name), 'dist') }));
const [sample] = homes;
const full = homes.find(({ name }) => name === 'full');
for (const { name, config, dist } of homes) await check(`synth ${name}`, () => synth(config, dist));

/** @type {[name: string, work: () => Promise<unknown>][]} */
const checks = [
  ['crds', crds],
  ['schemas refuse what is wrong', schemasRefuse],
  ...homes.flatMap((home) => [
    [`schemas ${home.name}`, () => schemas(home)],
    [`kustomize ${home.name}`, () => kustomize(home)],
    [`yamllint ${home.name}`, () => yamllint(home)],
    [`chart of cert-manager ${home.name}`, () => certManagerChart(home)],
    [`names for pods ${home.name}`, () => clusterNames(home)],
  ]),
  // The minimal home has no apps.
  ...[sample, full].map((home) => [`foreign cluster ${home.name}`, () => foreignCluster(home)]),
  ['foreign cluster refuses what is bound to ours', async () => foreignClusterRefuses()],
  ['names for pods refuse what is wrong', clusterNamesRefuse],
  ['chart of cert-manager refuses what is wrong', certManagerChartRefuses],
  ['checkov', () => checkov(homes)],
  ['checkov refuses what is wrong', checkovRefuses],
  ['trust kit sample', () => trustKit(sample)],
  ['device card sample', () => deviceCard(sample)],
  // All homes have the same roles and playbooks (test/ansible.test.ts).
  ['ansible-lint', () => ansibleLint(full)],
  ['cloud-init sample', () => seedsRead(sample)],
  ['cloud-init full', () => seedsRead(full)],
  ['cloud-init refuses what is wrong', seedsRefused],
  ['preflight finds what is wrong', preflight.judges],
  ['preflight tells how to mend', preflight.tellsHow],
  ['preflight sees who listens', preflight.looksAtPorts],
  ['verify sees disks', verifySeesDisks],
  ['ansible-lint refuses what is wrong', () => ansibleLintRefuses(sample)],
  ...ansibleVersions.flatMap((version) => [
    ...homes.map((home) => [`keepalived ${home.name}, ${version}`, () => keepalivedTakes(version, home)]),
    [`keepalived refuses what is wrong, ${version}`, () => keepalivedRefuses(version, sample)],
    ...homes.map((home) => [`nftables ${home.name}, ${version}`, () => nftTakes(version, home)]),
    [`nftables refuses what is wrong, ${version}`, () => nftRefuses(version, sample)],
    [`names answer, ${version}`, () => namesAnswer(version, full)],
    [`preflight tells all at once, ${version}`, () => preflight.tellsAllAtOnce(version, sample)],
    [`verify tells, ${version}`, () => verifyTells(version, sample)],
    [`a new token is given to servers only, ${version}`, () => tokenIsKept(version, sample)],
    [`a new token reaches all servers, ${version}`, () => tokenReachesAll(version, sample)],
    [`copies of the database are made, ${version}`, () => snapshotsAreMade(version, sample)],
    [`volumes stay, ${version}`, () => volumesStay(version, sample)],
    [`volumes come to a new machine, ${version}`, () => newMachineHasVolumes(version, sample)],
    [`volumes of Longhorn leave a board, ${version}`, () => copiesLeave(version, sample)],
    [`quorum is kept, ${version}`, () => quorumIsKept(version, sample)],
    [`cmdline, ${version}`, () => cmdlineEdited(version, sample)],
    [`cmdline refuses what is missing, ${version}`, () => cmdlineMissing(version, sample)],
    [`playbooks, ${version}`, () => playbooks(version, full)],
    ...homes.flatMap((home) => [
      [`inventory ${home.name}, ${version}`, () => inventory(version, home)],
      [`arguments ${home.name}, ${version}`, () => argumentsTaken(version, home)],
    ]),
    [`collection, ${version}`, () => collectionBuilds(version, sample)],
    [`arguments refuse what is wrong, ${version}`, () => argumentsRefused(version, sample)],
  ]),
  ...nodeVersions.flatMap((version) =>
    homes.map((home) => [`same tree ${home.name}, ${version}`, () => sameTree(version, home)]),
  ),
  ['metrics of disks', metricsOfDisks],
  ['metrics of boards', metricsOfBoards],
  ['metrics of watched shares', metricsOfWatchedShares],
  ...homes.flatMap((home) => [
    [`prometheus: rules ${home.name}`, () => prometheus.rulesTaken(home)],
    [`prometheus: alertmanager ${home.name}`, () => prometheus.alertmanager(home)],
  ]),
  ['prometheus: alerts fire and end', prometheus.alertsFire],
  ['prometheus: queries', prometheus.queries],
  ['prometheus: metrics are known', prometheus.metricsKnown],
  ['secret files: age', secretFiles.age],
  ['secret files: SOPS opens', secretFiles.sopsOpens],
  ['secret files: SOPS changes', secretFiles.sopsChanges],
  ['secret files: SOPS refuses', secretFiles.sopsRefuses],
  ...ansibleVersions.map((version) => [`secret files: Vault, ${version}`, () => secretFiles.ansibleVault(version)]),
  ['secret values: private CA', secretValues.authority],
  ['secret values: SSH key', secretValues.sshKey],
  ['secret values: Syncthing identity', secretValues.syncthing],
  ['secret values: htpasswd', secretValues.htpasswd],
  ['secret values: paper copy', secretValues.paper],
  ['secrets: a new home', secrets.newHome],
  ['secrets: edited by the admin', secrets.edits],
  ['secrets: rotated', secrets.rotates],
  ['secrets: recipients', secrets.recipients],
  ['secrets: damaged', secrets.damage],
  ['secrets: killed', secrets.kills],
  ['secrets: nothing leaks', secrets.leaks],
  ...ansibleVersions.map((version) => [`secrets: nothing leaks, ${version}`, () => secrets.ansibleLeaks(version)]),
  ['secrets: refused', secrets.refusals],
  ...homes.map((home) => [`flux decrypts ${home.name}`, () => fluxDecrypts(home)]),
  ...ansibleVersions.map((version) => [`role flux, ${version}`, () => fluxRole(version, sample)]),
  ['cdk8s synth', () => cdk8sSynth(sample)],
  ['package', () => packed(sample)],
];
const chosen = checks.filter(([name]) => name.startsWith(only));
if (chosen.length === 0) {
  console.error(`no check begins with ${only}; there are:\n  ${checks.map(([name]) => name).join('\n  ')}`);
  process.exit(2);
}
// Without its tree a home cannot be read: the failures above say why.
if (failures.length === 0) for (const [name, work] of chosen) await check(name, work);

for (const { name, failure } of failures) {
  // What a check finds needs no stack; a slip of ours does.
  console.error(`\n${name}\n${failure.constructor === Error ? failure.message : failure.stack}`);
}

console.log(`\n${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
