import { planApps } from './apps.ts';
import { type BoardConfig, hardware } from './boards.ts';
import { roomOf } from './capacity.ts';
import { planCertificates } from './certificates.ts';
import type { Config } from './config.ts';
import { planDisks } from './disks.ts';
import { planDnas, planInstance } from './dnas.ts';
import type { Board } from './facts/boards.ts';
import type { Person } from './facts/people.ts';
import { planGit } from './git.ts';
import { planHardening } from './hardening.ts';
import { planBoardK3s, planCluster } from './k3s.ts';
import { planLonghorn } from './longhorn.ts';
import { planPage, planPortainer } from './management.ts';
import { planMetrics } from './metrics.ts';
import type { Claim, EncryptedSecret, Model } from './model.ts';
import { planNames } from './names.ts';
import { planNetwork } from './network.ts';
import { planNextcloud } from './nextcloud.ts';
import { planObservability } from './observability.ts';
import { byAddress, byName } from './order.ts';
import { planOwn } from './own.ts';
import { planOwnApps } from './own-apps.ts';
import { planPeople } from './people.ts';
import { addRequirements } from './requirements.ts';
import type { Secret } from './secrets.ts';
import type { Slice } from './slice.ts';
import { slices } from './slices.ts';
import { planSync, planSyncthing } from './syncthing.ts';
import { planTraefik } from './traefik.ts';
import { planVdirs } from './vdirs.ts';
import { resolvePins } from './versions.ts';
import { planBoardVirtualIp, planVirtualIp } from './virtual-ip.ts';

/**
 * The model of a checked config.
 * @param version homecloud's own
 * @param encryptedSecrets what stands encrypted in `secrets/kubernetes/`
 * @param publicHalves of the secrets, by secret and part: what everyone may know
 */
export function planModel(
  config: Config,
  version: string,
  encryptedSecrets: readonly EncryptedSecret[] = [],
  publicHalves: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Model {
  const people = planPeople(config);
  const hostNames = gather(({ hostNames }) => hostNames, config);
  return deepFreeze({
    version,
    home: config.home,
    network: planNetwork(config),
    virtualIp: planVirtualIp(config),
    people,
    boards: [...config.boards].sort(byAddress).map((board) => planBoard(config, board, people, publicHalves)),
    git: planGit(config),
    hardening: planHardening(config),
    k3s: planCluster(config),
    traefik: planTraefik(config),
    certificates: planCertificates(config, hostNames, publicHalves),
    names: planNames(config, hostNames),
    longhorn: planLonghorn(config),
    withoutBackup: gather(({ withoutBackup }) => withoutBackup, config).sort(byPlace),
    headlamp: planPage(config, 'headlamp'),
    portainer: planPortainer(config),
    dashboard: planPage(config, 'dashboard'),
    dnas: planDnas(),
    syncthing: planSyncthing(config),
    nextcloud: planNextcloud(config),
    apps: planApps(config),
    ownApps: planOwnApps(config),
    own: planOwn(config),
    metrics: planMetrics(),
    observability: planObservability(config),
    namespaces: gather(({ namespaces }) => namespaces, config),
    hostNames,
    flows: gather(({ flows }) => flows, config).sort(byName),
    pods: gather(({ pods }) => pods, config).sort(byName),
    uncounted: gather(({ uncounted }) => uncounted, config).sort(),
    secrets: secretsOf(config),
    encryptedSecrets: [...encryptedSecrets].sort(byPlace),
    pins: resolvePins(config.versions),
  });
}

function planBoard(
  config: Config,
  board: BoardConfig,
  people: readonly Person[],
  publicHalves: Parameters<typeof planModel>[3],
): Board {
  const requirements = addRequirements(slices.map((slice) => slice.requirements?.(config, board) ?? {}));
  return {
    name: board.name,
    address: board.address,
    hardware: board.hardware,
    architecture: hardware[board.hardware].architecture,
    memory: board.memory,
    role: board.role,
    boot: board.boot,
    ssh: board.ssh,
    disks: planDisks(board.disks),
    ...requirements,
    k3s: planBoardK3s(config, board, requirements.labels),
    room: roomOf(board),
    virtualIp: planBoardVirtualIp(config, board),
    dnas: planInstance(config, board, people),
    syncthing: planSync(config, board, people, publicHalves ?? {}),
    vdirs: planVdirs(config, board),
  };
}

/** All that the home keeps secret. It needs no other part of the model, and no secret. */
export function secretsOf(config: Config): readonly Secret[] {
  return gather(({ secrets }) => secrets, config);
}

function byPlace(a: Claim, b: Claim): number {
  return `${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1;
}

/** What all slices state of one kind, in the order of the slices. */
function gather<T>(part: (slice: Slice) => ((config: Config) => readonly T[]) | undefined, config: Config): T[] {
  return slices.flatMap((slice) => part(slice)?.(config) ?? []);
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const entry of Object.values(value)) deepFreeze(entry);
  return Object.freeze(value);
}
