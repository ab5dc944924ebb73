/** A page of Grafana. */
export interface Dashboard {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A page outside of Grafana that every dashboard leads to. */
export interface Link {
  readonly title: string;
  readonly url: string;
}

interface Target {
  /** Of Prometheus; `$__rate_interval` is Grafana's. */
  readonly query: string;
  /** Name of each series: `{{board}}` is a label. */
  readonly legend?: string;
}

/** Units of Grafana. */
type Unit = 'short' | 'percentunit' | 'bytes' | 'Bps' | 'celsius' | 'd' | 'reqps';

export interface Panel {
  readonly title: string;
  readonly type: 'stat' | 'table' | 'timeseries';
  readonly targets: readonly Target[];
  readonly unit: Unit;
  /** The one value that is as it should be: green, and any other red. */
  readonly good?: number;
  /** Columns of a table, by label; `Value` is the number. */
  readonly columns?: readonly string[];
}

/** One number. */
export function stat(title: string, query: string, { good }: { readonly good: number }): Panel {
  return { title, type: 'stat', targets: [{ query }], unit: 'short', good };
}

/** A row for each series, as it is now. */
export function table(title: string, query: string, columns: readonly string[]): Panel {
  return { title, type: 'table', targets: [{ query }], unit: 'short', columns };
}

/** Lines over time. */
export function timeSeries(
  title: string,
  targets: string | readonly Target[],
  { legend, unit }: { readonly legend?: string; readonly unit: Unit },
): Panel {
  const one = (query: string): Target => ({ query, ...(legend !== undefined && { legend }) });
  return { title, type: 'timeseries', targets: typeof targets === 'string' ? [one(targets)] : targets, unit };
}

const datasource = { type: 'prometheus', uid: 'prometheus' } as const;

/** Grafana's grid has 24 columns. */
const sizes = {
  stat: { w: 4, h: 4 },
  table: { w: 12, h: 8 },
  timeseries: { w: 12, h: 8 },
} as const satisfies Record<Panel['type'], { readonly w: number; readonly h: number }>;

/** The file of a dashboard, in the JSON model of Grafana (its documentation, "Dashboard JSON model"). */
export function dashboardJson(name: string, { title, panels }: Dashboard, links: readonly Link[] = []): string {
  let [x, y, rowHeight] = [0, 0, 0];
  const placed = panels.map((panel, index) => {
    const { w, h } = sizes[panel.type];
    // A new row where it does not fit, and where the panels become of another height.
    if (x + w > 24 || (x > 0 && h !== rowHeight)) [x, y] = [0, y + rowHeight];
    rowHeight = h;
    const place = { x, y, w, h };
    x += w;
    return panelJson(panel, index + 1, place);
  });
  const model = {
    uid: `home-${name}`,
    title,
    tags: ['homecloud'],
    // The versions of the model come with migrations: Grafana brings an older one up to its own.
    schemaVersion: 39,
    editable: false,
    refresh: '1m',
    time: { from: 'now-24h', to: 'now' },
    timezone: 'browser',
    links: [
      { type: 'dashboards', title: 'Home', tags: ['homecloud'], asDropdown: false, includeVars: false },
      ...links.map((link) => ({ type: 'link', ...link, targetBlank: true })),
    ],
    panels: placed,
  };
  return `${JSON.stringify(model, null, 2)}\n`;
}

function panelJson({ title, type, targets, unit, good, columns }: Panel, id: number, gridPos: object): object {
  const isNow = type !== 'timeseries';
  return {
    id,
    title,
    type,
    datasource,
    gridPos,
    targets: targets.map(({ query, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr: query,
      ...(legend !== undefined && { legendFormat: legend }),
      ...(isNow && { instant: true, range: false }),
      ...(type === 'table' && { format: 'table' }),
    })),
    fieldConfig: {
      defaults: {
        unit,
        ...(unit === 'percentunit' && { min: 0, max: 1 }),
        ...(good !== undefined && { color: { mode: 'thresholds' }, thresholds: thresholds(good) }),
      },
      overrides: [],
    },
    ...(type === 'stat' && { options: { colorMode: 'background', graphMode: 'none' } }),
    ...(columns !== undefined && {
      transformations: [{ id: 'filterFieldsByName', options: { include: { names: columns } } }],
    }),
  };
}

/** Red below the good value and above it. */
function thresholds(good: number): object {
  return {
    mode: 'absolute',
    steps: [
      { color: 'red', value: null },
      { color: 'green', value: good },
      { color: 'red', value: good + 0.5 },
    ],
  };
}
