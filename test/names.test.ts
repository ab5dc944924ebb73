import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { kubernetes } from '../charts/kubernetes.ts';
import { households, modelOf } from './homes.ts';

describe('the host names for pods', () => {
  it.each(Object.entries(households))('are those of all routes, household %s', (_name, config) => {
    const model = modelOf(config);
    const tree = kubernetes(model);
    // Of Traefik's own routes, and of an Ingress.
    const routed = [...tree.values()].flatMap((text) =>
      [...text.matchAll(/Host\(`([^`]+)`\)|^ {4}- host: (\S+)$/gm)].map(([, host, ingress]) => host ?? ingress),
    );
    const { data } = load(tree.get('configs/names/configmap-coredns-custom.yaml') ?? '') as {
      data: Readonly<Record<string, string>>;
    };
    const lines = [...(data['home.server'] ?? '').matchAll(/^ {8}(\d\S+) (\S+)$/gm)];
    expect(lines.map(([, address]) => address)).toEqual(lines.map(() => model.virtualIp.address));
    expect(lines.map(([, , host]) => host).sort()).toEqual([...new Set(routed)].sort());
    // CoreDNS asks the block for no other name.
    expect((data['home.server'] ?? '').split(' {')[0]?.split(' ').sort()).toEqual([...new Set(routed)].sort());
  });
});
