// Who reaches whom: the network policies of a home, read as Kubernetes defines them, as a matrix.
//
// No part of Kubernetes that can be had here filters packets, so that a test plays it (networking.k8s.io/v1, "NetworkPolicy"):
// a pod that no policy selects for a direction is open in it; one that some select lets through what any of them allows; a
// connection needs the leave of both sides. What stands outside of policies is not shown: the probes of a pod's own board,
// pods in the network of the board, and what the firewall of the boards says.
import { BlockList } from 'node:net';
import { objectsOf } from './objects.mjs';

/**
 * One side of a connection: a pod, or a machine.
 * @typedef {object} Place
 * @property {string} name
 * @property {string} address
 * @property {string} [namespace] of a pod
 * @property {Record<string, string>} [labels] of a pod
 * @property {readonly (number | string)[]} [ports] that are tried, TCP, or `53/UDP`
 */

/** @type {readonly Place[]} */
const sample = [
  { name: 'a phone at home', address: '192.168.1.150', ports: [445] },
  { name: 'the internet', address: '203.0.113.9', ports: [443] },
  { name: 'the board oak', address: '192.168.1.11', ports: [22, 6443, 10250] },
  { name: 'a pod of the admin', address: '10.42.0.9', namespace: 'default', labels: { app: 'own' }, ports: [8080] },
  {
    name: 'DNS',
    address: '10.42.0.10',
    namespace: 'kube-system',
    labels: { 'k8s-app': 'kube-dns' },
    ports: [53, '53/UDP', 9153],
  },
  {
    name: 'Traefik',
    address: '10.42.0.11',
    namespace: 'traefik',
    labels: { 'app.kubernetes.io/name': 'traefik', 'app.kubernetes.io/instance': 'traefik-traefik' },
    // 8080 is its API without a password.
    ports: [8000, 8080, 8443, 8444, 9100],
  },
  {
    name: 'Prometheus',
    address: '10.42.0.20',
    namespace: 'observability',
    labels: { 'app.kubernetes.io/name': 'prometheus' },
    ports: [9090],
  },
  {
    name: 'Grafana',
    address: '10.42.0.21',
    namespace: 'observability',
    labels: { 'app.kubernetes.io/name': 'grafana' },
    ports: [3000],
  },
  {
    name: 'cert-manager',
    address: '10.42.0.22',
    namespace: 'cert-manager',
    labels: { 'app.kubernetes.io/instance': 'cert-manager', 'app.kubernetes.io/component': 'controller' },
    ports: [9402, 9403],
  },
  {
    name: 'Headlamp',
    address: '10.42.0.23',
    namespace: 'headlamp',
    labels: { 'app.kubernetes.io/name': 'headlamp', 'app.kubernetes.io/instance': 'headlamp' },
    ports: [4466],
  },
  {
    name: 'the page of Longhorn',
    address: '10.42.0.24',
    namespace: 'longhorn-system',
    labels: { app: 'longhorn-ui' },
    ports: [8000],
  },
  ...['oak', 'elm'].map((board, index) => ({
    name: `dnas on ${board}`,
    address: `10.42.0.${12 + index}`,
    namespace: 'dnas',
    labels: {
      'app.kubernetes.io/name': 'dnas',
      'app.kubernetes.io/instance': board,
      'app.kubernetes.io/component': 'file-server',
    },
    ports: [139, 445, 2049],
  })),
];

/** Who reaches what in the sample. Pods that no policy of the home is about, those of k3s and the admin's, are open. */
const expected = {
  'a phone at home': {
    'the internet': '443',
    'the board oak': '22 6443 10250',
    'a pod of the admin': '8080',
    DNS: '53 53/UDP 9153',
    Traefik: '8000 8443 8444',
    'dnas on oak': '445 2049',
    'dnas on elm': '445 2049',
  },
  'the internet': {
    'a phone at home': '445',
    'the board oak': '22 6443 10250',
    'a pod of the admin': '8080',
    DNS: '53 53/UDP 9153',
    Traefik: '8000 8443 8444',
  },
  'a pod of the admin': {
    'a phone at home': '445',
    'the internet': '443',
    'the board oak': '22 6443 10250',
    DNS: '53 53/UDP 9153',
    Traefik: '8000 8443 8444',
    'dnas on oak': '445 2049',
    'dnas on elm': '445 2049',
  },
  Traefik: {
    'the board oak': '6443',
    'a pod of the admin': '8080',
    DNS: '53 53/UDP 9153',
    Grafana: '3000',
    Headlamp: '4466',
    'the page of Longhorn': '8000',
    'dnas on oak': '445 2049',
    'dnas on elm': '445 2049',
  },
  // What it measures is in every namespace: that decides itself whether it lets Prometheus in.
  Prometheus: {
    'the board oak': '6443 10250',
    'a pod of the admin': '8080',
    DNS: '53 53/UDP 9153',
    Traefik: '8000 8443 8444 9100',
    Grafana: '3000',
    'cert-manager': '9402',
    'dnas on oak': '445 2049',
    'dnas on elm': '445 2049',
  },
  Grafana: { DNS: '53 53/UDP', Prometheus: '9090' },
  'cert-manager': { 'the board oak': '6443', DNS: '53 53/UDP' },
  Headlamp: { 'the board oak': '6443', DNS: '53 53/UDP' },
  // The namespace of Longhorn is not closed.
  'the page of Longhorn': {
    'a phone at home': '445',
    'the internet': '443',
    'the board oak': '22 6443 10250',
    'a pod of the admin': '8080',
    DNS: '53 53/UDP 9153',
    Traefik: '8000 8443 8444',
    'dnas on oak': '445 2049',
    'dnas on elm': '445 2049',
  },
  'dnas on oak': {},
  'dnas on elm': {},
};

/**
 * The matrix of the sample is the one that is written here.
 * @param {import('../tools/homes.mjs').Home} home
 */
export async function whoReachesWhom({ dist }) {
  const policies = objectsOf(dist).filter(({ kind }) => kind === 'NetworkPolicy');
  const open = matrix(sample, []);
  const all = sample.flatMap(({ ports }) => ports).length;
  if (count(open) !== all * (sample.length - 1)) throw new Error('without a policy, something is closed');
  const known = new Set(sample.flatMap(({ namespace }) => namespace ?? []));
  const blind = policies.filter(({ metadata }) => !known.has(metadata.namespace));
  if (blind.length > 0) throw new Error(`no pod of the matrix is in ${blind[0].metadata.namespace}`);
  const found = matrix(sample, policies);
  const wrong = Object.entries(expected).flatMap(([from, reached]) =>
    sample
      .filter(({ name }) => name !== from && (found[from][name] ?? '') !== (reached[name] ?? ''))
      .map(
        ({ name }) => `${from} reaches ${name}: ${found[from][name] || 'nothing'}, not ${reached[name] ?? 'nothing'}`,
      ),
  );
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  return `${count(found)} of ${count(open)} connections are open, with ${policies.length} policies`;
}

/** Which ports of each place each other one reaches. */
function matrix(places, policies) {
  return Object.fromEntries(
    places.map((from) => [
      from.name,
      Object.fromEntries(
        places.flatMap((to) => {
          const ports = to === from ? [] : to.ports.filter((port) => reaches(policies, from, to, port));
          return ports.length === 0 ? [] : [[to.name, ports.join(' ')]];
        }),
      ),
    ]),
  );
}

function count(found) {
  return Object.values(found)
    .flatMap((row) => Object.values(row))
    .reduce((sum, ports) => sum + ports.split(' ').length, 0);
}

function reaches(policies, from, to, port) {
  return allows(policies, 'Egress', from, to, port) && allows(policies, 'Ingress', to, from, port);
}

/** Whether the policies about one side let a connection with the other side through. */
function allows(policies, direction, side, peer, port) {
  const [rules, peers] = direction === 'Egress' ? ['egress', 'to'] : ['ingress', 'from'];
  const about = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === side.namespace &&
      selects(spec.podSelector, side.labels) &&
      (spec.policyTypes ?? ['Ingress', ...(spec.egress ? ['Egress'] : [])]).includes(direction),
  );
  if (about.length === 0) return true;
  return about.some(({ metadata, spec }) =>
    (spec[rules] ?? []).some(
      (rule) =>
        (!(rule[peers]?.length > 0) || rule[peers].some((one) => isPeer(one, metadata.namespace, peer))) &&
        (!(rule.ports?.length > 0) || rule.ports.some((one) => isPort(one, port))),
    ),
  );
}

function isPeer({ ipBlock, namespaceSelector, podSelector }, namespace, peer) {
  if (ipBlock) {
    return isWithin(peer.address, ipBlock.cidr) && !(ipBlock.except ?? []).some((cidr) => isWithin(peer.address, cidr));
  }
  if (peer.namespace === undefined) return false;
  const isNamespace = namespaceSelector
    ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': peer.namespace })
    : peer.namespace === namespace;
  return isNamespace && (podSelector === undefined || selects(podSelector, peer.labels));
}

function selects({ matchLabels = {}, matchExpressions }, labels) {
  if (matchExpressions !== undefined) throw new Error('matchExpressions are not played');
  return Object.entries(matchLabels).every(([key, value]) => labels?.[key] === value);
}

function isPort({ protocol = 'TCP', port, endPort }, tried) {
  if (endPort !== undefined || typeof port === 'string') throw new Error('endPort and named ports are not played');
  const [number, triedProtocol = 'TCP'] = `${tried}`.split('/');
  return protocol === triedProtocol && (port === undefined || port === Number(number));
}

function isWithin(address, cidr) {
  const [network, length] = cidr.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(length));
  return list.check(address);
}
