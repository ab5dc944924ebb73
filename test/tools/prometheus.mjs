// Rules, alerts, dashboards and the configuration of Alertmanager, read by promtool and amtool.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { dump, load } from 'js-yaml';
import { cases, furtherCases } from './alert-cases.mjs';
import { root } from './homes.mjs';
import { goModule, tool } from './install.mjs';
import { objectFiles } from './objects.mjs';
import { run, succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';
import { sources } from './sources.mjs';

const promtool = async (args) => succeed(join(await tool('promtool'), 'promtool'), args);
const amtool = async (args) => succeed(join(await tool('amtool'), 'amtool'), args);

/** Objects of a kind in a tree. */
function objectsOfKind(dist, kind) {
  return objectFiles(join(dist, 'kubernetes'))
    .map((file) => load(readFileSync(file, 'utf8')))
    .filter((object) => object.kind === kind);
}

const release = (dist) =>
  objectsOfKind(dist, 'HelmRelease').find(({ metadata }) => metadata.name === 'kube-prometheus-stack');

/** Writes rules as Prometheus reads them: the operator passes the groups on as they are. */
function writeRules(groups) {
  const file = join(newFolder('rules'), 'rules.yaml');
  writeFileSync(file, dump({ groups }));
  return file;
}

/** promtool takes all rules of a home. */
export async function rulesTaken({ dist }) {
  const groups = objectsOfKind(dist, 'PrometheusRule').flatMap(({ spec }) => spec.groups);
  if ((release(dist) === undefined) !== (groups.length === 0)) throw new Error('there are rules, or no release');
  if (groups.length > 0) await promtool(['check', 'rules', '--lint=all', '--lint-fatal', writeRules(groups)]);
}

/** The rules of the household with everything, with Longhorn. */
async function fullHome() {
  const code = await sources([
    'charts/kubernetes.ts',
    'charts/observability/alerts.ts',
    'charts/observability/dashboards.ts',
    'charts/observability/metrics.ts',
    'test/homes.ts',
  ]);
  const model = code.modelOf(code.households.full);
  const observability = { ...model.observability, longhornNamespace: 'longhorn-system' };
  return { ...code, model: { ...model, observability } };
}

const minutes = (time) => Number.parseInt(time, 10);

/** Every alert fires when it should, and not before, and ends. */
export async function alertsFire() {
  const { model, kubernetes, alertGroups } = await fullHome();
  const groups = [...kubernetes(model)]
    .filter(([path]) => /\/prometheusrule-[^/]+\.yaml$/.test(path))
    .flatMap(([, text]) => load(text).spec.groups);
  const rules = groups.flatMap((group) => group.rules).filter(({ alert }) => alert !== undefined);
  const names = alertGroups(model).flatMap(({ alerts }) => alerts.map(({ name }) => name));
  const untested = names.filter((name) => name !== 'Watchdog' && cases[name] === undefined);
  const unknown = Object.keys({ ...cases, ...furtherCases }).filter((name) => !names.includes(name));
  if (untested.length + unknown.length > 0) throw new Error(`no case: ${untested}; no alert: ${unknown}`);

  const expected = (name, { labels, summary }) => {
    const { annotations, labels: own } = rules.find(({ alert }) => alert === name);
    const description = annotations.description.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_all, key) => labels[key] ?? '');
    return { exp_labels: { ...labels, ...own }, exp_annotations: { summary, description } };
  };
  const test = (name, one) => ({
    name,
    interval: one.interval ?? '1m',
    input_series: Object.entries(one.series).map(([series, values]) => ({ series, values })),
    alert_rule_test: [
      ...(one.quiet === undefined ? [] : [{ eval_time: one.quiet, alertname: name, exp_alerts: [] }]),
      { eval_time: one.fires, alertname: name, exp_alerts: [expected(name, one)] },
      ...(one.over === undefined ? [] : [{ eval_time: one.over, alertname: name, exp_alerts: [] }]),
    ],
  });
  for (const [name, one] of Object.entries(cases)) {
    if (!(minutes(one.quiet) < minutes(one.fires) && minutes(one.fires) < minutes(one.over))) {
      throw new Error(`${name}: it is quiet, then fires, then is over`);
    }
  }
  const both = [...Object.entries(cases), ...Object.entries(furtherCases)];
  for (const group of groups) {
    const inGroup = both.filter(([name]) => group.rules.some(({ alert }) => alert === name));
    for (const interval of new Set(inGroup.map(([, one]) => one.interval ?? '1m'))) {
      const tests = inGroup.filter(([, one]) => (one.interval ?? '1m') === interval).map((one) => test(...one));
      await judged({ rule_files: [writeRules([group])], evaluation_interval: interval, tests });
    }
  }
  await judged({
    rule_files: [writeRules(groups.filter(({ name }) => name === 'watch'))],
    evaluation_interval: '1m',
    tests: [
      test('Watchdog', { series: {}, fires: '0m', ...watchdog }),
      test('Watchdog', { series: {}, fires: '100m', ...watchdog }),
    ],
  });

  // A rule that is broken is seen: a threshold that is never met, and none.
  const [boards] = groups.filter(({ name }) => name === 'boards');
  const changed = (change) => ({
    ...boards,
    rules: boards.rules.map((rule) => (rule.alert === 'BoardHot' ? { ...rule, expr: change(rule.expr) } : rule)),
  });
  for (const wrong of [changed((expr) => `${expr}000`), changed((expr) => expr.split(' ')[0])]) {
    const tests = [test('BoardHot', cases.BoardHot)];
    const { code, stderr, stdout } = await judge({
      rule_files: [writeRules([wrong])],
      evaluation_interval: '1m',
      tests,
    });
    if (code === 0 || !`${stdout}${stderr}`.includes('BoardHot')) throw new Error('a wrong rule was not seen');
  }
}

const watchdog = { labels: {}, summary: 'All is well as long as this alert is heard.' };

async function judge(suite) {
  const file = join(newFolder('alerts'), 'tests.yaml');
  writeFileSync(file, dump(suite, { noRefs: true }));
  return run(join(await tool('promtool'), 'promtool'), ['test', 'rules', file]);
}

async function judged(suite) {
  const { code, stdout, stderr } = await judge(suite);
  if (code !== 0) throw new Error(`${stdout}\n${stderr}`);
}

/** amtool takes the configuration of Alertmanager with its templates, and sends each alert where it should go. */
export async function alertmanager({ dist }) {
  const values = release(dist)?.spec.values;
  if (values === undefined) return;
  const folder = newFolder('alertmanager');
  for (const [name, text] of Object.entries(values.alertmanager.templateFiles)) writeFileSync(join(folder, name), text);
  const config = {
    ...values.alertmanager.config,
    templates: values.alertmanager.config.templates.map((path) => path.replace('/etc/alertmanager/config', folder)),
  };
  const file = join(folder, 'alertmanager.yaml');
  writeFileSync(file, dump(config));
  const { stdout } = await amtool(['check-config', file]);
  if (!stdout.includes(' - 1 templates')) throw new Error(stdout);
  await messagesRead(folder);

  const receivers = config.receivers.map(({ name }) => name).filter((name) => name !== 'nobody' && name !== 'watcher');
  const ofLeast = (least) =>
    config.route.routes.filter(({ matchers }) => matchers.includes(least)).map(({ receiver }) => receiver);
  const all = [...ofLeast('severity="critical"'), ...ofLeast('severity=~"critical|warning"')];
  if (all.toSorted().join() !== receivers.toSorted().join()) throw new Error(`not each of ${receivers} has a route`);
  const watcher = config.receivers.some(({ name }) => name === 'watcher') ? 'watcher' : 'nobody';
  const goes = async (severity, wanted) => {
    const { stdout: said } = await amtool([
      'config',
      'routes',
      'test',
      `--config.file=${file}`,
      `severity=${severity}`,
    ]);
    const got = said.trim().split(',').toSorted().join();
    if (got !== wanted.toSorted().join()) throw new Error(`severity ${severity} goes to ${got}, not to ${wanted}`);
  };
  await goes('none', [watcher]);
  await goes('critical', receivers.length > 0 ? all : ['nobody']);
  await goes(
    'warning',
    ofLeast('severity=~"critical|warning"').length > 0 ? ofLeast('severity=~"critical|warning"') : ['nobody'],
  );

  // Every file of a secret is a key that the home has.
  const files = [...JSON.stringify(config).matchAll(/\/etc\/alertmanager\/secrets\/([^/"]+)\/([^/"]+)"/g)];
  const secrets = objectsOfKind(dist, 'Secret');
  for (const [path, name, key] of files) {
    const secret = secrets.find(({ metadata }) => metadata.name === name);
    if (secret?.stringData?.[key] === undefined && secret?.data?.[key] === undefined) throw new Error(`no ${path}`);
  }
}

/** What people get when two alerts begin, and when one is left. */
async function messagesRead(folder) {
  const alert = (disk, status) => ({
    status,
    labels: { alertname: 'DiskLost', severity: 'critical', disk },
    annotations: {
      summary: `The disk ${disk} is not there.`,
      description: 'Look at its cable.\nDo not format anything.',
    },
  });
  const well = { title: 'Well again: DiskLost', of: (disk) => [`Well again: The disk ${disk} is not there.`] };
  const ill = (disk) => [`CRITICAL: The disk ${disk} is not there.`, 'Look at its cable.', 'Do not format anything.'];
  const cases = [
    { alerts: [alert('a', 'firing'), alert('b', 'firing')], title: '2 x DiskLost', text: [...ill('a'), ...ill('b')] },
    {
      alerts: [alert('a', 'firing'), alert('b', 'resolved')],
      title: '1 x DiskLost',
      text: [...ill('a'), ...well.of('b')],
    },
    { alerts: [alert('a', 'resolved')], title: well.title, text: well.of('a') },
  ];
  for (const { alerts, title, text } of cases) {
    const status = alerts.some((one) => one.status === 'firing') ? 'firing' : 'resolved';
    const data = join(folder, 'data.json');
    writeFileSync(data, JSON.stringify({ status, alerts, commonLabels: { alertname: 'DiskLost' } }));
    const render = async (name) => {
      const what = [`--template.glob=${folder}/*.tmpl`, `--template.data=${data}`];
      const { stdout } = await amtool(['template', 'render', ...what, `--template.text={{ template "${name}" . }}`]);
      return stdout.split('\n').filter((line) => line !== '');
    };
    const got = { title: await render('home.title'), text: await render('home.text') };
    if (!isDeepStrictEqual(got, { title: [title], text })) throw new Error(JSON.stringify(got));
  }
}

/** What is not a metric in a query: functions, operators and words of PromQL. */
const words = new Set(
  [
    'abs absent and avg by count delta group_left ignoring increase label_replace max min min_over_time on or predict_linear rate sum time timestamp topk',
    'unless vector without',
  ].flatMap((line) => line.split(' ')),
);

/** Names of metrics in a query. */
function metricsOf(query) {
  const bare = query
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\b(by|on|without|ignoring|group_left)\s*\([^)]*\)/g, '')
    .replace(/\boffset\s+\w+/g, '');
  return [...bare.matchAll(/(?<![\w.:])[A-Za-z_:][\w:]*/g)].map(([name]) => name).filter((name) => !words.has(name));
}

/** promtool parses every query of the dashboards, and every metric of a query is one that somebody gives. */
export async function queries() {
  const { model, alertGroups, dashboards, metrics } = await fullHome();
  const ofAlerts = alertGroups(model).flatMap(({ alerts, records = [] }) =>
    [...alerts, ...records].map(({ query }) => query),
  );
  const ofDashboards = Object.values(dashboards(model)).flatMap(({ panels }) =>
    panels.flatMap(({ targets }) => targets.map(({ query }) => query.replaceAll('$__rate_interval', '5m'))),
  );
  const rules = ofDashboards.map((expr, index) => ({ record: `panel:${index}`, expr }));
  await promtool(['check', 'rules', '--lint=none', writeRules([{ name: 'dashboards', rules }])]);

  const known = new Set(Object.values(metrics).flat());
  const used = new Set([...ofAlerts, ...ofDashboards].flatMap(metricsOf));
  const strangers = [...used].filter((name) => !known.has(name));
  const idle = [...known].filter((name) => !used.has(name));
  if (strangers.length + idle.length > 0) throw new Error(`not in metrics.ts: ${strangers}\nin no query: ${idle}`);
}

/** Where the names can be looked up: modules of Go, and our own roles. */
const origins = {
  boards: async (name) => {
    const texts = [
      'metrics/files/metrics.py',
      'keepalived/templates/virtual-ip-metrics.sh.j2',
      'syncthing/files/syncthing_metrics.py',
      'vdirsyncer/files/vdir_metrics.py',
    ].map((file) => readFileSync(join(root, 'ansible-gen/roles', file), 'utf8'));
    return texts.some((text) => text.includes(`"${name}": "`) || text.includes(`# TYPE ${name} `));
  },
  nodeExporter: named(
    'github.com/prometheus/node_exporter',
    // renovate: datasource=go depName=github.com/prometheus/node_exporter
    'v1.12.1',
    // Its own test leaves out what differs from machine to machine: there the name follows that of the collector.
    ['collector/fixtures/e2e-output.txt', 'collector'],
    (name) => `# TYPE ${name} `,
    (name) => `"${name.replace(/^node_[a-z]+_/, '')}"`,
  ),
  kubelet: named(
    'k8s.io/kubernetes',
    // renovate: datasource=go depName=k8s.io/kubernetes
    'v1.37.2',
    ['pkg/kubelet/metrics/metrics.go'],
    (name) => `"${name.replace('kubelet_', '')}"`,
  ),
  cadvisor: named(
    'github.com/google/cadvisor/lib',
    // The one of that Kubernetes (its go.mod).
    // renovate: datasource=go depName=github.com/google/cadvisor/lib
    'v0.60.5',
    ['metrics/prometheus.go'],
    (name) => `"${name}"`,
  ),
  kubeStateMetrics: named(
    'k8s.io/kube-state-metrics/v2',
    // renovate: datasource=go depName=k8s.io/kube-state-metrics/v2
    'v2.20.0',
    ['internal/store'],
    (name) => `"${name}"`,
  ),
  longhorn: named(
    'github.com/longhorn/longhorn-manager',
    // renovate: datasource=go depName=github.com/longhorn/longhorn-manager
    'v1.12.0',
    ['metrics_collector'],
    (name) => {
      const [, subsystem = '', rest] = /^longhorn_([a-z]+)_(.*)$/.exec(name) ?? [];
      return `(longhornName, subsystem${subsystem.charAt(0).toUpperCase()}${subsystem.slice(1)}, "${rest}")`;
    },
  ),
  // As Nextcloud gives them, with its own name before ours (core/Controller/OpenMetricsController.php).
  nextcloud: async (name) =>
    readFileSync(join(root, 'charts/nextcloud/app/metrics.ts'), 'utf8').includes(`'${name.replace('nextcloud_', '')}'`),
  traefik: named(
    'github.com/traefik/traefik/v3',
    // renovate: datasource=go depName=github.com/traefik/traefik/v3
    'v3.7.13',
    ['docs/content/reference/install-configuration/observability/metrics.md'],
    (name) => `${name}`,
  ),
  certManager: named(
    'github.com/cert-manager/cert-manager',
    // renovate: datasource=go depName=github.com/cert-manager/cert-manager
    'v1.21.2',
    ['internal/collectors'],
    (name) => `"${name}"`,
  ),
  prometheus: named(
    'github.com/prometheus/prometheus',
    // renovate: datasource=go depName=github.com/prometheus/prometheus
    'v0.314.0',
    ['cmd/prometheus', 'rules', 'tsdb'],
    (name) => `"${name}"`,
    (name) => `"${name.replace('prometheus_', '')}"`,
  ),
  alertmanager: named(
    'github.com/prometheus/alertmanager',
    // renovate: datasource=go depName=github.com/prometheus/alertmanager
    'v0.34.0',
    ['config', 'notify'],
    (name) => `"${name}"`,
    (name) => `"${name.replace('alertmanager_', '')}"`,
  ),
};

/** Whether a file of a module, or a Go file of one of its folders, has one of the texts. */
function named(module, version, places, ...texts) {
  let read;
  const readAll = async () => {
    const folder = await goModule(module, version);
    return places.flatMap((place) => {
      const path = join(folder, place);
      if (!existsSync(path)) throw new Error(`${module}@${version} has no ${place}`);
      if (!place.includes('.')) {
        return readdirSync(path, { recursive: true })
          .filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'))
          .map((name) => readFileSync(join(path, name), 'utf8'));
      }
      return [readFileSync(path, 'utf8')];
    });
  };
  return async (name) => {
    read ??= readAll();
    const files = await read;
    return texts.some((text) => files.some((file) => file.includes(text(name))));
  };
}

/**
 * Those that nobody can look up here. That of k3s, which is no module that Go's proxy has, is unproven: a person read it at
 * the place that metrics.ts names. Flux's is made by our own values, and the rest by Prometheus itself.
 */
const elsewhere = ['k3s', 'flux', 'always', 'recorded'];

/** The metrics that we ask for are given where we say. */
export async function metricsKnown() {
  const { metrics } = await fullHome();
  const unsourced = Object.keys(metrics).filter((source) => !origins[source] && !elsewhere.includes(source));
  if (unsourced.length > 0) throw new Error(`no source: ${unsourced}`);
  for (const [source, origin] of Object.entries(origins)) {
    for (const name of metrics[source]) {
      if (!(await origin(name))) throw new Error(`${source} has no ${name}`);
    }
    if (await origin('homecloud_is_a_good_name')) throw new Error(`${source} has any name`);
  }
}
