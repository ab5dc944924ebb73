import { addressNumber } from '../model/addresses.ts';
import { cpuFit, type Fit, memoryFit, memoryLimitOf, requestsOf, waitingOf } from '../model/capacity.ts';
import type { Board } from '../model/facts/boards.ts';
import { outages } from '../model/fit.ts';
import type { Model } from '../model/model.ts';
import { planModel } from '../model/plan.ts';
import { formatPlace } from '../model/secrets.ts';
import { formatBytes } from '../model/units.ts';
import { openConfig } from './home.ts';
import { loadConfig } from './load.ts';
import type { VerbOptions } from './main.ts';
import { type ExitCode, exitCodes, printError } from './problems.ts';
import { ruleTables, ruleTitles } from './rules.ts';
import { formatTable, type Row } from './table.ts';
import { version } from './version.ts';

export interface ReportOptions extends VerbOptions {
  /** One table; without it all but the rules. */
  readonly part?: string;
}

/** `homecloud report`: what the config means, in tables. */
export async function report({ config, json = false, part }: ReportOptions): Promise<ExitCode> {
  // The rules are the same for every home: they need no config.
  const tables: Tables =
    part === 'rules' ? ruleTables() : reportFacts(planModel(openConfig(await loadConfig(config)).config, version));
  const table = part === undefined || part === 'rules' ? undefined : tables[part];
  if (part !== undefined && part !== 'rules' && table === undefined) {
    printError(`there is no table ${part}: choose one of ${[...Object.keys(titles), 'rules'].join(', ')}`);
    return exitCodes.wrong;
  }
  const facts = part !== undefined && table !== undefined ? only(tables, part) : tables;
  process.stdout.write(json ? `${JSON.stringify(facts, null, 2)}\n` : formatReport(facts));
  return exitCodes.fine;
}

/** One table; the tables of capacity belong together. */
function only(tables: Tables, part: string): Tables {
  const parts = part === 'capacity' ? ['capacity', 'bound', 'outages', 'movable', 'uncounted'] : [part];
  return Object.fromEntries(Object.entries(tables).filter(([name]) => parts.includes(name)));
}

type Tables = Readonly<Record<string, readonly Row[]>>;

/** Each part of the report, a table with a line per fact. */
export type Report = {
  readonly boards: readonly Row[];
  readonly addresses: readonly Row[];
  readonly names: readonly Row[];
  readonly ports: readonly Row[];
  readonly capacity: readonly Row[];
  readonly bound: readonly Row[];
  readonly outages: readonly Row[];
  readonly movable: readonly Row[];
  readonly uncounted: readonly Row[];
  readonly secrets: readonly Row[];
  readonly unverified: readonly Row[];
};

export function reportFacts(model: Model): Report {
  return {
    boards: model.boards.map(({ name, address, role, hardware, architecture, memory, disks }) => ({
      board: name,
      address,
      role,
      hardware,
      architecture,
      memory: formatBytes(memory),
      disks: disks.map((disk) => `${disk.name} (${disk.purpose})`).join(', '),
    })),
    addresses: addresses(model),
    names: names(model),
    ports: model.boards.flatMap(({ name, ports }) =>
      ports.map(({ port, protocol, from, purpose }) => ({ board: name, port: port ?? '-', protocol, from, purpose })),
    ),
    capacity: model.boards.map(capacity),
    bound: model.boards.flatMap(({ name, containers }) =>
      containers.map((container) => ({ board: name, container: container.name, ...asks(container.resources) })),
    ),
    outages: outages(model.boards).map((outage) => outageRow(outage, model)),
    movable: model.pods.map(movable),
    uncounted: model.uncounted.map((value) => ({ value })),
    secrets: model.secrets.map(({ name, purpose, places }) => ({
      secret: name,
      place: places.map(formatPlace).join(', '),
      purpose,
    })),
    unverified: unverified(model),
  };
}

function addresses({ network, virtualIp, boards, hostNames }: Model): Row[] {
  const rows = [
    { address: network.gateway, name: 'router' },
    {
      address: virtualIp.address,
      name: `virtual IP: ${['API server', ...hostNames.map(({ host }) => host)].join(', ')}`,
    },
    ...boards.map(({ name, address }) => ({ address, name })),
  ];
  return rows.sort((a, b) => addressNumber(a.address) - addressNumber(b.address));
}

/** The records of the worksheet, and where they stand. */
function names({ names, network }: Model): Row[] {
  const where = names.by === 'router' ? `to be set in the router, ${network.gateway}` : 'answered by the boards';
  return names.records.map(({ host, address }) => ({ name: host, type: 'A', address, where }));
}

/** What a board has for pods, and what those that run on it alone take of it. */
function capacity({ name, memory, room, containers }: Board): Row {
  const asked = requestsOf(containers);
  return {
    board: name,
    memory: formatBytes(memory),
    'for pods': formatBytes(room.memory),
    'runs here only': containers.map((container) => container.name).join(', ') || '-',
    'asks for': formatBytes(asked.memory),
    'may use': formatBytes(memoryLimitOf(containers)),
    'left for others': formatBytes(room.memory - asked.memory),
    processors: room.cpu === null ? '?' : `${room.cpu}m`,
    'left of them': room.cpu === null ? '?' : `${room.cpu - asked.cpu}m`,
  };
}

function outageRow({ away, boards }: ReturnType<typeof outages<Board>>[number], model: Model): Row {
  const memory = memoryFit(boards, model.pods);
  const cpu = cpuFit(boards, model.pods);
  const waiting = model.boards.find(({ name }) => name === away)?.containers ?? [];
  return {
    away: away ?? 'none',
    waits:
      [...waiting, ...model.pods.filter((pods) => waitingOf(pods, boards.length) > 0)]
        .map(({ name }) => name)
        .join(', ') || '-',
    memory: `${formatBytes(memory.asked)} of ${formatBytes(memory.left)}`,
    processors: cpu === null ? '?' : `${cpu.asked}m of ${cpu.left}m`,
    fits: verdict(memory, cpu),
  };
}

function verdict(memory: Fit, cpu: Fit | null): string {
  return memory.fits && cpu?.fits !== false ? 'yes' : 'no';
}

function asks({ cpuRequest, memoryRequest, memoryLimit }: Model['pods'][number]['resources']): Row {
  return { 'asks for': memoryRequest, 'may use': memoryLimit ?? '-', processors: cpuRequest };
}

function movable({ name, replicas, areApart, resources }: Model['pods'][number]): Row {
  return { name, pods: replicas, boards: areApart ? 'one each' : 'any', ...asks(resources) };
}

/** The pins whose digest or checksum nobody has given, and how to give it. */
function unverified({ pins, boards }: Model): Row[] {
  const architectures = [...new Set(boards.map(({ architecture }) => architecture))].sort();
  return Object.entries(pins).flatMap(([name, pin]) => {
    const at = { pin: name, version: pin.version, source: pin.source };
    switch (pin.kind) {
      case 'image':
      case 'manifest':
        return pin.digest === undefined
          ? [{ ...at, missing: 'digest', 'how to give it': `versions.${name}.digest` }]
          : [];
      case 'binary':
        return architectures
          .filter((architecture) => pin.sha256?.[architecture] === undefined)
          .map((architecture) => ({
            ...at,
            missing: `SHA-256 for ${architecture}`,
            'how to give it': `versions.${name}.sha256.${architecture}`,
          }));
      default:
        return [];
    }
  });
}

const titles = {
  boards: 'Boards',
  addresses: 'Addresses',
  names: 'Names that devices at home must find',
  ports: 'Ports that each board opens',
  capacity: 'Memory and processors of each board',
  bound: 'What runs on one board only',
  outages: 'Room for what may run on any board, with each board away',
  movable: 'What may run on any board',
  uncounted: 'Helm values of yours that are not looked at for this: what they add to a board is not counted',
  secrets: 'Secrets that the home needs',
  unverified: 'Pins without a digest or a checksum',
} as const satisfies Record<keyof Report, string>;

const allTitles: Readonly<Record<string, string>> = { ...titles, ...ruleTitles };

function formatReport(facts: Tables): string {
  return Object.entries(facts)
    .map(([part, rows]) => `${allTitles[part]}\n${formatTable(rows)}\n`)
    .join('\n');
}
