// The device card of a home, scanned as a phone does: each code is the device ID of its board.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { succeed } from './process.mjs';
import { newFolder } from './scratch.mjs';

/** @param {import('./homes.mjs').Home} home */
export async function deviceCard({ config, dist }) {
  const { publicHalves } = load(readFileSync(join(dirname(config), 'secrets/public.yml'), 'utf8'));
  const known = Object.values(publicHalves).flatMap(({ deviceId }) => (deviceId === undefined ? [] : [deviceId]));
  const codes = readFileSync(join(dist, 'pages/devices.html'), 'utf8').match(/<svg [\s\S]*?<\/svg>/g) ?? [];
  const scanned = [];
  for (const code of codes) {
    const image = join(newFolder('device-card'), 'code.pgm');
    writeFileSync(image, picture(code));
    const { stdout } = await succeed('zbarimg', ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', image]);
    scanned.push(stdout.trim());
  }
  if (scanned.sort().join() !== known.sort().join()) throw new Error(`scanned ${scanned}, and the boards are ${known}`);
}

/** The squares of a code as a PGM picture. */
function picture(svg) {
  const [, size] = /viewBox="0 0 (\d+) \d+"/.exec(svg);
  const rows = Array.from({ length: Number(size) }, () => new Array(Number(size)).fill(255));
  for (const [, left, top, width, height] of svg.matchAll(/M(\d+),(\d+)h(\d+)v(\d+)h-\d+z/g)) {
    for (let y = Number(top); y < Number(top) + Number(height); y += 1)
      rows[y].fill(0, Number(left), Number(left) + Number(width));
  }
  return `P2\n${size} ${size}\n255\n${rows.map((row) => row.join(' ')).join('\n')}\n`;
}
