/** Held by `npm run types`: what editors accept and refuse in a config. It is compiled, never run. */
import { Chart } from 'cdk8s';
import { defineConfig, type WrittenConfig } from 'homecloud';
import type { Config } from '../model/config.ts';
import type { Model } from '../model/model.ts';

const minimal: WrittenConfig = {
  home: { domain: 'home.example.org', admin: { email: 'admin@example.org' } },
  network: { subnet: '10.0.0.0/24', gateway: '10.0.0.1', nameservers: ['10.0.0.1'], virtualIp: '10.0.0.10' },
  boards: [{ name: 'pi', address: '10.0.0.11', hardware: 'arm64', memory: '4GiB', role: 'server' }],
  git: { url: 'https://git.example.org/a/home.git' },
};

defineConfig(minimal);
defineConfig({ ...minimal, boards: minimal.boards.map((board, index) => ({ ...board, name: `pi-${index}` })) });
defineConfig({ ...minimal, traefik: { values: { any: ['thing', { at: 1 }] } } });
defineConfig({
  ...minimal,
  kustomize: {
    patches: [{ folder: 'configs/traefik', target: { kind: 'Middleware' }, patch: { spec: { any: ['thing'] } } }],
    resources: [{ name: 'a', objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: {} }] }],
  },
  charts: [{ name: 'a', chart: (scope) => new Chart(scope, 'a') }],
});

// @ts-expect-error: a key is missing
defineConfig({ ...minimal, network: { subnet: '10.0.0.0/24' } });
// @ts-expect-error: an unknown key
defineConfig({ ...minimal, gitt: {} });
// @ts-expect-error: an unknown key below
defineConfig({ ...minimal, home: { ...minimal.home, admin: { email: 'a@example.org', phone: '1' } } });
// @ts-expect-error: a wrong type
defineConfig({ ...minimal, people: [{ name: 'alice', uid: '2001' }] });
// @ts-expect-error: not one of the choices
defineConfig({ ...minimal, k3s: { flannelBackend: 'calico' } });
// @ts-expect-error: an object without a kind
defineConfig({ ...minimal, kustomize: { resources: [{ name: 'a', objects: [{ apiVersion: 'v1' }] }] } });
// @ts-expect-error: not available yet
defineConfig({ ...minimal, backup: {} });

// Written and resolved are two types: defaults are optional in one and there in the other.
declare const resolved: Config;
export const zone: string = resolved.home.timeZone;
// @ts-expect-error: it may be left out where it is written
export const writtenZone: string = minimal.home.timeZone;
// @ts-expect-error: resolved sizes are numbers of bytes
export const written: WrittenConfig = resolved;

declare const model: Model;
// @ts-expect-error: a model is never changed
model.home.name = 'other';
// @ts-expect-error: nor are its lists
model.boards.push(model.boards[0]);
