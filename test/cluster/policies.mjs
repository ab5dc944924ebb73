// Who reaches whom: the network policies of a home, read as Kubernetes defines them, as a matrix.
//
// No part of Kubernetes that can be had here filters packets, so that a test plays it (networking.k8s.io/v1, "NetworkPolicy"):
// a pod that no policy selects for a direction is open in it; one that some select lets through what any of them allows; a
// connection needs the leave of both sides. What stands outside of policies is not shown: what the board of a pod itself
// reaches (probes, volumes), pods in the network of the board, and what the firewall of the boards says.
import { BlockList } from 'node:net';
import { objectsOf } from './objects.mjs';
import { places as placesOf, policiesOfFlux } from './places.mjs';

/** A port that no program has, tried everywhere for all the ports that are not named. */
const other = 4711;

/**
 * The matrices of homes are those that are written in places.mjs.
 * @param {readonly import('../tools/homes.mjs').Home[]} homes
 * @returns {Promise<string>} how much is open
 */
export async function whoReachesWhom(homes) {
  return homes.map(judge).join('; ');
}

function judge({ name, dist }) {
  const places = placesOf[name];
  const objects = objectsOf(dist);
  const own = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  const policies = [...own, ...policiesOfFlux];
  const wrong = [...blindSpots(places, objects, policies)];
  let open = 0;
  let all = 0;
  for (const to of places) {
    const { other: ofOthers = [], ...reached } = to.reached;
    for (const [port, wanted] of [...Object.entries(reached), [`${other}`, ofOthers]]) {
      // No policy is about two machines.
      for (const from of places.filter((one) => one !== to && (one.namespace ?? to.namespace) !== undefined)) {
        all += 1;
        if (!reaches([], from, to, port)) throw new Error('without a policy, something is closed');
        const is = reaches(policies, from, to, port);
        if (is) open += 1;
        if (is === wanted.includes(from.name)) continue;
        const what = port === `${other}` ? 'any other port' : port;
        wrong.push(`${from.name} ${is ? 'reaches' : 'does not reach'} ${to.name} at ${what}`);
      }
    }
  }
  if (wrong.length > 0) throw new Error(`${name}:\n${wrong.join('\n')}`);
  return `${name}: ${open} of ${all} connections of ${places.length} places are open, with ${own.length} policies`;
}

/** What the places do not show: a name that is nobody's, a namespace without a pod, a policy about none of them. */
function* blindSpots(places, objects, policies) {
  const names = new Set(Object.values(placesOf).flatMap((all) => all.map(({ name }) => name)));
  for (const { name, reached } of places) {
    const unknown = Object.values(reached).flatMap((from) => from.filter((one) => !names.has(one)));
    if (unknown.length > 0) yield `${name} is reached from ${unknown[0]}, which is no place`;
  }
  const inhabited = new Set(places.map(({ namespace }) => namespace));
  for (const { kind, metadata } of objects) {
    if (kind === 'Namespace' && !inhabited.has(metadata.name)) yield `no place is in the namespace ${metadata.name}`;
  }
  for (const { metadata, spec } of policies) {
    const { name, namespace } = metadata;
    const isPlace = (test) => places.some((place) => place.namespace !== undefined && test(place));
    if (!isPlace((place) => place.namespace === namespace && selects(spec.podSelector, place.labels))) {
      yield `${namespace}/${name} selects no place`;
    }
    const rules = [...(spec.ingress ?? []), ...(spec.egress ?? [])];
    for (const peer of rules.flatMap(({ from = [], to = [] }) => [...from, ...to])) {
      if (peer.ipBlock === undefined && !isPlace((place) => isPeer(peer, namespace, place))) {
        yield `${namespace}/${name} names a peer that is no place`;
      }
    }
  }
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
