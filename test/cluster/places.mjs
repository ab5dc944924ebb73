// Places of the homes whose network policies are played, and who reaches each, port by port. It is written by hand, from
// what the programs need: the flows of the model are judged by it.

/**
 * One side of a connection: a pod, or a machine.
 * @typedef {object} Place
 * @property {string} name
 * @property {string} address
 * @property {string} [namespace] of a pod
 * @property {Record<string, string>} [labels] of a pod
 * @property {Record<string, readonly string[]>} reached names of those who reach it, by port: TCP, or `53/UDP`. `other`
 *   stands for all ports that are not named; nobody reaches them where it is not said
 */

/** Whom no policy keeps from reaching others: machines, and pods that k3s, Flux, Longhorn and the admin bring. */
const servers = ['a server', 'a server among the pods'];
const outside = ['the internet', 'a name server', 'a neighbour'];
const machines = ['a phone', 'a laptop away', ...outside, 'an agent', ...servers];
const fluxPods = ['source-controller', 'notification-controller'];
const longhornParts = ['longhorn-manager', 'an instance manager', 'a share manager', 'a driver of volumes'];
const freePods = ['a pod of the admin', 'DNS', ...fluxPods, ...longhornParts];

const free = [...machines, ...freePods];

/** Their receivers may be anywhere but in the cluster, at any TCP port: one of each home has a secret address. */
const alertmanagers = ['Alertmanager 1', 'Alertmanager 2'];
const toReceivers = [...free, ...alertmanagers];

/** A board that reaches a pod of another one has an address among the pods, so that these are let in as it is. */
const asServers = [...servers, ...freePods];

const observed = ['Prometheus', 'Grafana', 'the operator', 'kube-state-metrics', 'node-exporter'];
const lookUp = [
  'Traefik',
  'cert-manager',
  'its webhook',
  'the page of Longhorn',
  'Headlamp',
  'Nextcloud',
  'the backup of Nextcloud',
  ...observed,
];
const ask = ['Traefik', 'cert-manager', 'its webhook', 'Headlamp', 'Prometheus', 'the operator', 'kube-state-metrics'];

const named = (name) => ({ 'app.kubernetes.io/name': name });
const part = (component, more) => ({ 'app.kubernetes.io/component': component, ...more });

/**
 * What both homes run.
 * @param {object} home
 * @param {string} home.lan the beginning of its addresses
 * @param {string} home.pods the same of its pods'
 * @param {readonly string[]} [home.resolving] pods that look up names, beside those of both
 * @param {readonly string[]} [home.asking] pods that ask the API server, beside those of both
 * @param {Record<string, readonly string[]>} [home.reachInternet] who reaches it beside those whom nothing keeps, by port
 * @param {readonly string[]} [home.atHome] who reaches machines at home at 443 beside those whom nothing keeps
 * @returns {Place[]}
 */
function common({ lan, pods, resolving = [], asking = [], reachInternet = {}, atHome = [] }) {
  const internet = (port) => [...toReceivers, ...(reachInternet[port] ?? [])];
  return [
    // What may reach the internet reaches no page at home: the router's, a printer's.
    {
      name: 'a phone',
      address: `${lan}.150`,
      reached: { 80: toReceivers, 443: [...toReceivers, ...atHome], other: toReceivers },
    },
    {
      name: 'the internet',
      address: '203.0.113.9',
      reached: { 53: toReceivers, 80: internet(80), 443: internet(443), '443/UDP': free, other: toReceivers },
    },
    {
      name: 'a server',
      address: `${lan}.11`,
      reached: {
        22: free,
        443: [...free, ...atHome],
        6443: [...free, ...ask, ...asking],
        10250: [...free, 'Prometheus'],
        other: free,
      },
    },
    { name: 'a server among the pods', address: `${pods}.1.0`, reached: { other: free } },
    ...podsFrom(`${pods}.0`, {
      default: { 'a pod of the admin': [{ app: 'own' }, { 8080: free, other: free }] },
      'kube-system': {
        DNS: [
          { 'k8s-app': 'kube-dns' },
          {
            53: [...free, ...alertmanagers, ...lookUp, ...resolving],
            '53/UDP': [...free, ...alertmanagers, ...lookUp, ...resolving],
            9153: free,
            other: free,
          },
        ],
      },
      // Its own policies: whoever may go out measures it, and tells it that Git has changed.
      'flux-system': {
        'source-controller': [{ app: 'source-controller' }, { 8080: freePods, 9090: fluxPods, other: fluxPods }],
        'notification-controller': [
          { app: 'notification-controller' },
          { 8080: freePods, 9090: freePods, 9292: freePods, other: freePods },
        ],
      },
      traefik: {
        // 8080 is its API, which asks for no password.
        Traefik: [
          named('traefik'),
          { 8000: free, 8080: [], 8443: free, 8444: [...free, 'Nextcloud'], 9100: ['Prometheus'] },
        ],
      },
      'cert-manager': {
        'cert-manager': [
          part('controller', { 'app.kubernetes.io/instance': 'cert-manager' }),
          { 9402: ['Prometheus'], 9403: [] },
        ],
        'its webhook': [
          part('webhook', { 'app.kubernetes.io/instance': 'cert-manager' }),
          { 9402: [], 10250: asServers },
        ],
      },
      'longhorn-system': {
        // It deletes every volume, and asks nobody who they are.
        'the page of Longhorn': [{ app: 'longhorn-ui' }, { 8000: ['Traefik', ...longhornParts], other: longhornParts }],
        'longhorn-manager': [
          { app: 'longhorn-manager' },
          {
            9500: ['the page of Longhorn', 'Prometheus', ...longhornParts],
            9501: longhornParts,
            9502: [...asServers, ...longhornParts],
            9503: longhornParts,
            other: longhornParts,
          },
        ],
        // 3260 is the block device of every volume of its board.
        'an instance manager': [
          { 'longhorn.io/component': 'instance-manager' },
          { 3260: longhornParts, 8500: longhornParts, 10000: longhornParts, other: longhornParts },
        ],
        'a share manager': [
          { 'longhorn.io/component': 'share-manager' },
          { 2049: [...asServers, 'an agent', ...longhornParts], 9600: longhornParts, other: longhornParts },
        ],
        'a driver of volumes': [{ app: 'longhorn-csi-plugin' }, { other: longhornParts }],
      },
      observability: {
        Prometheus: [named('prometheus'), { 8080: [], 9090: ['Grafana'] }],
        ...Object.fromEntries(
          alertmanagers.map((name) => [
            name,
            [
              named('alertmanager'),
              { 8080: ['Prometheus'], 9093: ['Prometheus', 'Grafana'], 9094: alertmanagers, '9094/UDP': alertmanagers },
            ],
          ]),
        ),
        Grafana: [named('grafana'), { 3000: ['Traefik'] }],
        'the operator': [named('kube-prometheus-stack-prometheus-operator'), { 8080: [], 10250: [] }],
        'kube-state-metrics': [named('kube-state-metrics'), { 8080: ['Prometheus'], 8081: [] }],
        'node-exporter': [named('prometheus-node-exporter'), { 9100: ['Prometheus'] }],
      },
      headlamp: { Headlamp: [named('headlamp'), { 4466: ['Traefik'] }] },
      nextcloud: {
        Nextcloud: [part('server', named('nextcloud')), { 8080: ['Traefik', 'Prometheus'] }],
        'the database of Nextcloud': [
          part('database', named('nextcloud')),
          { 3306: ['Nextcloud', 'the backup of Nextcloud'] },
        ],
        'the backup of Nextcloud': [part('backup', named('nextcloud')), {}],
        'the cache of Nextcloud': [part('cache', named('nextcloud')), { 6379: ['Nextcloud'] }],
      },
    }),
  ];
}

/**
 * Pods by namespace and name, with addresses of their own.
 * @param {string} network the beginning of them
 * @param {Record<string, Record<string, [Record<string, string>, Place['reached']]>>} namespaces labels, and who reaches it
 * @param {number} [first] the last number of the first
 * @returns {Place[]}
 */
function podsFrom(network, namespaces, first = 10) {
  return Object.entries(namespaces)
    .flatMap(([namespace, pods]) => Object.entries(pods).map(([name, pod]) => ({ namespace, name, pod })))
    .map(({ namespace, name, pod: [labels, reached] }, index) => ({
      name,
      address: `${network}.${first + index}`,
      namespace,
      labels,
      reached,
    }));
}

/** The file servers of boards; the port of NetBIOS is no port of theirs. */
function dnas(names, visitors) {
  const reached = { 139: [], 445: visitors, 2049: visitors };
  const labels = (board) => ({ ...named('dnas'), ...part('file-server', { 'app.kubernetes.io/instance': board }) });
  return { dnas: Object.fromEntries(names.map((board) => [`dnas on ${board}`, [labels(board), reached]])) };
}

const dashboard = (name, reached) => [
  part(name, { 'app.kubernetes.io/part-of': 'kubernetes-dashboard' }),
  { 8000: reached },
];

const partsOfDashboard = ['api', 'auth', 'web', 'metrics-scraper'].map((name) => `the dashboard, ${name}`);

const partsOfForge = ['the forge', 'its database'];

const boardsOfFull = ['alder', 'birch', 'cedar', 'ebony', 'hazel', 'larch', 'maple', 'pine', 'rowan', 'yew'];

/** @type {Record<string, Place[]>} */
export const places = {
  sample: [
    ...common({ lan: '192.168.1', pods: '10.42', reachInternet: { 443: ['Nextcloud'] } }),
    ...podsFrom('10.42.0', dnas(['oak', 'elm'], ['a phone', 'a server']), 100),
  ],
  full: [
    ...common({
      lan: '10.20.1',
      pods: '10.60',
      resolving: [
        ...['Portainer', ...partsOfDashboard, 'the wiki', 'the logs', 'the collector of logs'],
        ...['the notice board', ...partsOfForge],
      ],
      asking: ['Portainer', ...partsOfDashboard, 'the collector of logs', ...partsOfForge],
      reachInternet: { 465: partsOfForge, 80: ['the wiki'], 443: ['the wiki', 'cert-manager'] },
      atHome: ['cert-manager'],
    }),
    // Of a network that the config trusts, and of one that it does not.
    {
      name: 'a laptop away',
      address: '10.8.0.5',
      reached: { 80: toReceivers, 443: [...toReceivers, 'cert-manager'], other: toReceivers },
    },
    {
      name: 'a neighbour',
      address: '172.30.0.5',
      // What may reach the internet does not reach it.
      reached: { 80: toReceivers, other: toReceivers },
    },
    // An agent has no API server.
    { name: 'an agent', address: '10.20.1.20', reached: { 6443: free, 10250: [...free, 'Prometheus'], other: free } },
    {
      name: 'a name server',
      address: '9.9.9.10',
      reached: {
        53: [...toReceivers, 'cert-manager'],
        '53/UDP': [...free, 'cert-manager'],
        80: [...toReceivers, 'the wiki'],
        443: [...toReceivers, 'the wiki', 'cert-manager'],
        other: toReceivers,
      },
    },
    ...podsFrom(
      '10.60.0',
      {
        ...dnas(boardsOfFull, ['a phone', 'a server', 'an agent', 'a laptop away']),
        portainer: { Portainer: [named('portainer'), { 9000: ['Traefik'], 9443: [] }] },
        'kubernetes-dashboard': {
          'the dashboard, api': dashboard('api', ['Traefik']),
          'the dashboard, auth': dashboard('auth', ['Traefik']),
          'the dashboard, web': dashboard('web', ['Traefik']),
          'the dashboard, metrics-scraper': dashboard('metrics-scraper', asServers),
        },
        observability: {
          'the logs': [named('victoria-logs-single'), { 9428: ['Traefik', 'the collector of logs'] }],
          'the collector of logs': [named('victoria-logs-collector'), { 9428: [] }],
        },
        'app-wiki': { 'the wiki': [named('wiki'), { 3000: ['Traefik'], 9200: ['Prometheus'] }] },
        'app-noticeboard': {
          'the notice board': [
            named('noticeboard'),
            { 8080: ['Traefik', 'the notice board'], other: ['the notice board'] },
          ],
        },
        'app-forge': {
          'the forge': [
            named('forge'),
            { 3000: ['Traefik', ...partsOfForge], 9100: ['Prometheus', ...partsOfForge], other: partsOfForge },
          ],
          // The home does not know which of the pods of a chart has the pages, and which the figures.
          'its database': [
            named('postgresql'),
            { 3000: ['Traefik', ...partsOfForge], 9100: ['Prometheus', ...partsOfForge], other: partsOfForge },
          ],
        },
        'app-hello': { 'the greeting': [named('hello'), { 8080: ['Traefik'] }] },
      },
      100,
    ),
  ],
};

/**
 * Policies that Flux brings with itself and the tree does not have (flux2, manifests/policies).
 * @type {object[]}
 */
export const policiesOfFlux = [
  {
    name: 'allow-egress',
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: {} }] }],
      egress: [{}],
    },
  },
  {
    name: 'allow-scraping',
    spec: {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ protocol: 'TCP', port: 8080 }] }],
    },
  },
  {
    name: 'allow-webhooks',
    spec: {
      podSelector: { matchLabels: { app: 'notification-controller' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ namespaceSelector: {} }] }],
    },
  },
].map(({ name, spec }) => ({ kind: 'NetworkPolicy', metadata: { name, namespace: 'flux-system' }, spec }));
