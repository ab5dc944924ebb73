import { expect, it } from '@jest/globals';
import { App, Chart } from 'cdk8s';
import { addNetworkPolicies } from '../charts/flows.ts';
import { type Flow, tcp, udp } from '../model/flows.ts';
import type { Namespace } from '../model/model.ts';

interface Policy {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly podSelector: object; readonly policyTypes: readonly string[] };
}

const namespace: Namespace = { name: 'here', capability: 'here', podSecurity: 'restricted', reason: null };
const here = { namespace: 'here', labels: { app: 'here' } };
const there = { namespace: 'there', labels: {} };
const flow: Flow = { name: 'call', from: here, to: there, ports: [...tcp(80), ...udp(53)], reason: 'it calls' };

function policies(flows: readonly Flow[], given: Partial<Namespace> = {}): Policy[] {
  const chart = new Chart(new App(), 'chart');
  addNetworkPolicies(chart, flows, { ...namespace, ...given });
  return chart.toJson() as Policy[];
}

it('a namespace is closed in both directions where nothing else is said', () => {
  expect(policies([]).map(({ metadata, spec }) => ({ metadata, spec }))).toEqual([
    {
      metadata: { name: 'default-deny', namespace: 'here' },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    },
  ]);
  const open = (...directions: ('Ingress' | 'Egress')[]) =>
    policies([], { open: { directions, reason: 'it is' } }).map(({ spec }) => spec.policyTypes);
  expect(open('Egress')).toEqual([['Ingress']]);
  expect(open('Ingress', 'Egress')).toEqual([]);
});

it('one declaration makes the policies of both sides, each in its namespace', () => {
  const ports = [
    { protocol: 'TCP', port: 80 },
    { protocol: 'UDP', port: 53 },
  ];
  const of = (name: string) =>
    policies([flow], { name }).flatMap(({ metadata, spec }) =>
      metadata.name === 'default-deny' ? [] : [{ metadata, spec }],
    );
  const annotations = { 'homecloud.io/reason': 'it calls' };
  expect(of('here')).toEqual([
    {
      metadata: { name: 'call-out', namespace: 'here', annotations },
      spec: {
        podSelector: { matchLabels: { app: 'here' } },
        policyTypes: ['Egress'],
        egress: [{ to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'there' } } }], ports }],
      },
    },
  ]);
  expect(of('there')).toEqual([
    {
      metadata: { name: 'call-in', namespace: 'there', annotations },
      spec: {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [
              {
                namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'here' } },
                podSelector: { matchLabels: { app: 'here' } },
              },
            ],
            ports,
          },
        ],
      },
    },
  ]);
  expect(of('elsewhere')).toEqual([]);
});

it('what is open to the outside is shut in by no flow of its own', () => {
  const names = policies([{ ...flow, from: { ...here, isOpen: true } }]).map(({ metadata }) => metadata.name);
  expect(names).toEqual(['default-deny']);
});

it('no port is every TCP port, and none of another protocol', () => {
  expect(policies([{ ...flow, ports: [] }]).at(-1)?.spec).toMatchObject({ egress: [{ ports: [{ protocol: 'TCP' }] }] });
});
