import { addressNumber } from '../model/addresses.ts';
import type { Board, Model } from '../model/model.ts';
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
  const facts = part !== undefined && table !== undefined ? { [part]: table } : tables;
  process.stdout.write(json ? `${JSON.stringify(facts, null, 2)}\n` : formatReport(facts));
  return exitCodes.fine;
}

type Tables = Readonly<Record<string, readonly Row[]>>;

/** Each part of the report, a table with a line per fact. */
export type Report = {
  readonly boards: readonly Row[];
  readonly addresses: readonly Row[];
  readonly names: readonly Row[];
  readonly ports: readonly Row[];
  readonly capacity: readonly Row[];
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

/** What stays for the scheduler when every container that is bound to the board is at its limit. */
function capacity({ name, memory, containers }: Board): Row {
  const bound = containers.reduce((sum, { resources }) => sum + quantityBytes(resources.memoryLimit), 0);
  return {
    board: name,
    memory: formatBytes(memory),
    bound:
      containers.length === 0
        ? '-'
        : `${formatBytes(bound)} (${containers.map((container) => container.name).join(', ')})`,
    'left for k3s, the system and others': formatBytes(memory - bound),
  };
}

/** Bytes of a Kubernetes quantity of memory in Mi or Gi. */
function quantityBytes(quantity: string): number {
  return Number.parseInt(quantity, 10) * (quantity.endsWith('Gi') ? 2 ** 30 : 2 ** 20);
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
  capacity: 'Memory',
  secrets: 'Secrets that the home needs',
  unverified: 'Pins without a digest or a checksum',
} as const satisfies Record<keyof Report, string>;

const allTitles: Readonly<Record<string, string>> = { ...titles, ...ruleTitles };

function formatReport(facts: Tables): string {
  return Object.entries(facts)
    .map(([part, rows]) => `${allTitles[part]}\n${formatTable(rows)}\n`)
    .join('\n');
}
