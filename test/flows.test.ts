import { describe, expect, it } from '@jest/globals';
import { App, Chart } from 'cdk8s';
import { addNetworkPolicies } from '../charts/flows.ts';
import type { WrittenConfig } from '../model/config.ts';
import { type End, type Flow, reachable, tcp, udp } from '../model/flows.ts';
import type { Namespace } from '../model/model.ts';
import { households, modelOf } from './homes.ts';
import minimal from './households/minimal.ts';

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

it('a network is open without the parts that are left out of it', () => {
  const to = { networks: ['0.0.0.0/0'], except: ['10.42.0.0/16'] };
  expect(policies([{ ...flow, to }]).at(-1)?.spec).toMatchObject({
    egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.42.0.0/16'] } }] }],
  });
});

describe('an app', () => {
  const reaches = (network: string) => {
    const [app] = households.full.apps ?? [];
    if (app === undefined) throw new Error('the home has no app');
    const apps = [{ ...app, reaches: [{ network, ports: [443], reason: 'it asks' }] }];
    return modelOf({ ...households.full, apps, kustomize: {} }).flows.find(({ name }) => name === 'app-wiki-reaches-1')
      ?.to;
  };

  it('that reaches everything reaches neither the home, another network beside it, nor the cluster', () => {
    const isPrivate = ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'];
    expect(reaches('0.0.0.0/0')).toEqual({ networks: ['0.0.0.0/0'], except: isPrivate });
    // Also where the addresses are public ones.
    const network = { subnet: '203.0.113.0/26', pods: '10.60.0.0/16', services: '198.18.0.0/16' };
    const config = {
      ...network,
      others: ['203.0.113.64/26', '172.30.0.0/16'],
      firewall: { trusted: ['198.51.100.0/24'] },
    };
    expect(reachable('0.0.0.0/0', config)).toEqual({
      networks: ['0.0.0.0/0'],
      except: [...isPrivate, '198.18.0.0/16', '198.51.100.0/24', '203.0.113.0/26', '203.0.113.64/26'].sort(),
    });
  });

  it('reaches a network that it names, as it is', () => {
    expect(reaches('10.20.0.0/22')).toEqual({ networks: ['10.20.0.0/22'] });
  });
});

it('no port is every TCP port, and none of another protocol', () => {
  expect(policies([{ ...flow, ports: [] }]).at(-1)?.spec).toMatchObject({ egress: [{ ports: [{ protocol: 'TCP' }] }] });
});

it('any port is each of any protocol', () => {
  const spec = policies([{ ...flow, ports: 'any' }]).at(-1)?.spec as unknown as { egress: object[] } | undefined;
  expect(spec?.egress.map((rule) => Object.keys(rule))).toEqual([['to']]);
});

/** The flows of a home by name, each as the ports that it opens. */
function portsOf(config: WrittenConfig): Record<string, string[]> {
  return Object.fromEntries(
    modelOf(config).flows.map(({ name, ports }) => [
      name,
      ports === 'any' ? ['any'] : ports.map(({ port, protocol }) => `${port}/${protocol}`),
    ]),
  );
}

it('each flow of a home has a name of its own', () => {
  for (const config of Object.values(households)) {
    const names = modelOf(config).flows.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  }
});

it('Prometheus reaches what it measures, each at its port, and no network of pods', () => {
  const { flows, network } = modelOf(households.family);
  const out = flows.filter(({ from }) => 'labels' in from && from.labels['app.kubernetes.io/name'] === 'prometheus');
  for (const { name, to, ports } of out) {
    expect([name, ports.length]).not.toEqual([name, 0]);
    if ('networks' in to) expect(to.networks).not.toContain(network.pods);
  }
  expect(out.map(({ name }) => name)).toContain('prometheus-to-longhorn');
});

describe('Alertmanager', () => {
  const reaches = (observability: WrittenConfig['observability']) =>
    portsOf({ ...minimal, observability: { enabled: true, ...observability } })['alertmanager-to-receivers'];
  const acknowledged = { watcher: false, noReceivers: 'nobody is at home here' };
  const email = [{ name: 'alice', from: 'alice@example.org', server: 'smtp.example.org:587' }];

  it('reaches the ports of its receivers where these are known', () => {
    expect(reaches({ receivers: { email } })).toEqual(['587/TCP']);
    expect(reaches({ receivers: { email, telegram: [{ name: 'family', chat: 1 }] } })).toEqual(['443/TCP', '587/TCP']);
  });

  it('reaches no pod and no board by them, whatever the address', () => {
    const of = (end: End | undefined) => end && 'networks' in end && end;
    const { flows, network, virtualIp, boards } = modelOf(households.full);
    const to = of(flows.find(({ name }) => name === 'alertmanager-to-receivers')?.to);
    expect(to).toMatchObject({ networks: ['0.0.0.0/0'] });
    const { except = [] } = to || {};
    const addresses = [virtualIp.address, ...boards.map(({ address }) => address)].map((address) => `${address}/32`);
    expect([...except].sort()).toEqual([...addresses, network.pods, network.services].sort());
  });

  it('reaches every port where an address is a secret, and nobody where there is no receiver', () => {
    expect(reaches({ receivers: { email, ntfy: [{ name: 'phone' }] } })).toEqual([]);
    expect(reaches({ receivers: { email }, watcher: true })).toEqual([]);
    expect(reaches(acknowledged)).toBeUndefined();
  });
});

describe('cert-manager', () => {
  const of = (certificates: WrittenConfig['certificates']) =>
    portsOf({
      ...minimal,
      home: {
        ...minimal.home,
        domain: 'home.alice.example.org',
        admin: { ...minimal.home.admin, email: 'a@alice.org' },
      },
      certificates,
    });

  it('reaches the internet only where an authority there is asked', () => {
    expect(Object.keys(of({ mode: 'private-ca' })).filter((name) => /authority|name-servers|proof/.test(name))).toEqual(
      [],
    );
    expect(of({ mode: 'acme-http' })).toMatchObject({
      'cert-manager-to-authority': ['443/TCP'],
      'traefik-to-http-proof': ['8089/TCP'],
    });
  });

  it('reaches the name servers that it asks, and an acme-dns server at its port', () => {
    const acmeDns = { server: 'http://auth.example.org:8080' };
    expect(of({ mode: 'acme-dns', dns: { acmeDns } })).toMatchObject({
      'cert-manager-to-authority': ['443/TCP', '8080/TCP'],
      'cert-manager-to-name-servers': ['53/TCP', '53/UDP'],
    });
  });
});
