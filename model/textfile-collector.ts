/**
 * Where a board leaves figures of its own, as `*.prom` files in the text format of Prometheus, and node-exporter's
 * textfile collector reads them. The place of Debian's package prometheus-node-exporter-collectors has another name;
 * this one is that of the collector's documentation.
 */
export const textfileCollector = '/var/lib/node_exporter/textfile_collector';
