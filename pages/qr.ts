import { renderSVG } from 'uqr';
import { Html, html } from './html.ts';

/** By text. Every card of a person has the codes of all boards, and a code costs more than the rest of a card. */
const codes = new Map<string, string>();

/**
 * A QR code of a text: black on white whatever the colours of the page, with the quiet zone of four modules that readers
 * need (ISO/IEC 18004).
 * @param what of the text, for those who cannot see the code
 */
export function qrCode(text: string, what: string): Html {
  const svg = codes.get(text) ?? renderSVG(text, { ecc: 'M', border: 4 });
  codes.set(text, svg);
  return new Html(svg.replace('<svg ', html`<svg role="img" aria-label="${`QR code: ${what}`}" `.text));
}
