import { defineConfig } from 'homecloud';
import full from './full.ts';

/**
 * The full household after its admin has turned the Decentralized NAS and Longhorn off, and has written larger sizes for
 * volumes that cannot grow any more.
 */
export default defineConfig({
  ...full,
  shares: [],
  people: (full.people ?? []).map(({ vdir: _vdir, photos: _photos, ...person }) => person),
  longhorn: { ...full.longhorn, enabled: false },
  management: { ...full.management, portainer: { ...full.management?.portainer, size: '4GiB' } },
  observability: { ...full.observability, logs: { ...full.observability?.logs, disk: '20GiB' } },
});
