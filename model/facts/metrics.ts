/** What node-exporter's textfile collector reads on every board. */
export interface Metrics {
  /** Folder of the files `*.prom`. */
  readonly folder: string;
}
