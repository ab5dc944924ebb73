import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Pin, pins } from '../imports/versions.ts';
import { checkConfig } from '../model/check.ts';
import { resolvePins } from '../model/versions.ts';
import { households, modelOf } from './homes.ts';

const root = join(__dirname, '..');
const source = readFileSync(join(root, 'imports/versions.ts'), 'utf8');

describe('the pins', () => {
  it("are all seen by Renovate's pattern, each with its version", () => {
    const { customManagers } = JSON.parse(readFileSync(join(root, 'renovate.json'), 'utf8'));
    const matches = [...source.matchAll(new RegExp(customManagers[0].matchStrings[0], 'g'))];
    expect(matches.map(({ groups }) => groups?.['currentValue'])).toEqual(
      Object.values(pins).map(({ version }) => version),
    );
    for (const { groups } of matches)
      expect(groups?.['datasource']).toMatch(/^(docker|galaxy-collection|github-releases|helm)$/);
  });

  it('are exact: no floating tag', () => {
    for (const { version } of Object.values<Pin>(pins)) expect(version).toMatch(/^v?\d+\.\d+/);
  });

  it('can be overridden one by one, and a new version forgets the digest of the old', () => {
    const digest = `sha256:${'1'.repeat(64)}`;
    const versions = {
      samba: { version: '9.9.9', digest },
      ganesha: { version: 'v9.9.9' },
      k3s: { sha256: { arm64: '2'.repeat(64) } },
    };
    const { config } = checkConfig({ ...households.minimal, versions });
    const resolved = resolvePins(config.versions);
    expect(resolved.samba).toEqual({ ...pins.samba, version: '9.9.9', digest });
    expect(resolved.ganesha).toEqual({ ...pins.ganesha, version: 'v9.9.9' });
    expect(resolved.k3s).toEqual({ ...pins.k3s, sha256: { arm64: '2'.repeat(64) } });
    expect(modelOf(households.minimal).pins).toEqual(pins);
  });
});
