import { describe, expect, it } from '@jest/globals';
import { checkConfig } from '../model/check.ts';
import type { WrittenConfig } from '../model/config.ts';
import type { Model } from '../model/model.ts';
import { planModel } from '../model/plan.ts';
import { households } from './homes.ts';
import { specOf } from './objects.ts';

const { family } = households;

function modelWith(certificates: WrittenConfig['certificates']): Model {
  return planModel(checkConfig({ ...family, certificates }).config, '0.0.0-test');
}

describe('Traefik', () => {
  interface Values {
    readonly accessLog: { readonly enabled: boolean; readonly filters?: object; readonly fields?: Fields };
    readonly ports: Readonly<Record<string, { readonly http?: { readonly middlewares?: readonly string[] } }>>;
  }
  interface Fields {
    readonly defaultMode: string;
    readonly names: Readonly<Record<string, string>>;
    readonly headers: { readonly defaultMode: string };
    readonly queryParameters: { readonly defaultMode: string };
  }
  const valuesWith = (traefik: WrittenConfig['traefik']) => {
    const model = planModel(checkConfig({ ...family, traefik }).config, '0.0.0-test');
    return specOf(model, 'HelmRelease', 'traefik')['values'] as Values;
  };

  /** Fields of a request that say for what was asked, by whom, or with what (Traefik, pkg/middlewares/accesslog). */
  const privateFields = [
    'RequestPath',
    'RequestLine',
    'RequestAddr',
    'ClientUsername',
    'TLSClientSubject',
    'ServiceURL',
  ];

  it.each(['errors', 'all'] as const)('logs %s without paths, names of people and headers', (accessLog) => {
    const { enabled, fields } = valuesWith({ accessLog }).accessLog;
    expect(enabled).toBe(true);
    // A field that a later version adds is not logged either.
    expect(fields?.defaultMode).toBe('drop');
    expect(fields?.headers.defaultMode).toBe('drop');
    expect(fields?.queryParameters.defaultMode).toBe('drop');
    expect(Object.values(fields?.names ?? {}).every((mode) => mode === 'keep')).toBe(true);
    expect(Object.keys(fields?.names ?? {}).filter((name) => privateFields.includes(name))).toEqual([]);
    expect(Object.keys(fields?.names ?? {})).toEqual(expect.arrayContaining(['ClientHost', 'DownstreamStatus']));
  });

  it('logs what was asked for', () => {
    expect(valuesWith({ accessLog: 'off' }).accessLog).toEqual({ enabled: false });
    expect(valuesWith({ accessLog: 'errors' }).accessLog.filters).toEqual({ statusCodes: '400-599' });
    expect(valuesWith({ accessLog: 'all' }).accessLog.filters).toBeUndefined();
  });

  it('serves on every board that can own the virtual IP, and keeps nothing on one of them', () => {
    const model = modelWith({ mode: 'private-ca' });
    const { values } = specOf(model, 'HelmRelease', 'traefik') as { values: Record<string, unknown> };
    expect(values).toMatchObject({
      deployment: { kind: 'DaemonSet' },
      nodeSelector: { [model.virtualIp.nodeLabel]: 'true' },
      // Never a second pod that waits for the ports of the first; and a board that is away holds up no other.
      updateStrategy: { rollingUpdate: { maxUnavailable: 2, maxSurge: 0 } },
    });
    const owners = model.boards.filter(({ virtualIp }) => virtualIp !== null);
    expect(owners.map(({ name }) => name)).toEqual(['oak', 'elm', 'fir']);
    for (const { labels } of owners) expect(labels[model.virtualIp.nodeLabel]).toBe('true');
    expect(Object.keys(values)).not.toEqual(expect.arrayContaining(['persistence']));
    expect(Object.keys(values)).not.toEqual(expect.arrayContaining(['certificatesResolvers']));
  });

  it('limits visitors from the outside more than those from home', () => {
    const model = modelWith({ mode: 'private-ca' });
    expect(specOf(model, 'Middleware', 'lan-rate-limit')).toEqual({ rateLimit: { average: 300, burst: 1000 } });
    expect(specOf(model, 'Middleware', 'internet-rate-limit')).toEqual({ rateLimit: { average: 50, burst: 400 } });
  });

  it('never tells a browser to insist on a certificate that it warns about', () => {
    const hsts = (mode: 'none' | 'private-ca') =>
      (specOf(modelWith({ mode }), 'Middleware', 'lan-headers')['headers'] as { stsSeconds?: number }).stsSeconds;
    expect(hsts('none')).toBeUndefined();
    expect(hsts('private-ca')).toBeGreaterThanOrEqual(15_552_000);
  });

  it('keeps search engines away from what the outside reaches', () => {
    const robots = (name: string) =>
      (
        specOf(modelWith({ mode: 'private-ca' }), 'Middleware', name)['headers'] as {
          customResponseHeaders: Record<string, string>;
        }
      ).customResponseHeaders['X-Robots-Tag'];
    expect(robots('internet-headers')).toBe('noindex, nofollow');
    expect(robots('lan-headers')).toBeUndefined();
  });

  it('speaks TLS 1.2 with forward secrecy only', () => {
    const options = specOf(modelWith({ mode: 'private-ca' }), 'TLSOption', 'default') as {
      minVersion: string;
      cipherSuites: string[];
    };
    expect(options.minVersion).toBe('VersionTLS12');
    for (const suite of options.cipherSuites)
      expect(suite).toMatch(/^TLS_ECDHE_(ECDSA|RSA)_WITH_(AES_\d+_GCM|CHACHA20)_/);
  });
});
