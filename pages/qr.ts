import { renderSVG } from 'uqr';
import { Html, html } from './html.ts';

/**
 * A QR code of a text: black on white whatever the colours of the page, with the quiet zone of four modules that readers
 * need (ISO/IEC 18004).
 * @param what of the text, for those who cannot see the code
 */
export function qrCode(text: string, what: string): Html {
  const svg = renderSVG(text, { ecc: 'M', border: 4 });
  return new Html(svg.replace('<svg ', html`<svg role="img" aria-label="${`QR code: ${what}`}" `.text));
}
