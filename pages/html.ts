/** What people read is HTML without anything from elsewhere: it opens on every phone, from a mail or a memory stick, and prints. */

/** A text that is safe in HTML. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Html | readonly Html[];

/** HTML with values in it. Texts are escaped, HTML is not. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(
    parts.map((part, index) => part + (index < values.length ? toText(values[index] ?? '') : '')).join(''),
  );
}

function toText(value: Value): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(({ text }: Html) => text).join('\n');
  return String(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A table with a head. */
export function table(head: readonly string[], rows: readonly (readonly Value[])[]): Html {
  const cells = (values: readonly Value[]) => values.map((value) => html`<td>${value}</td>`);
  return html`<table>
<thead><tr>${head.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${cells(row)}</tr>`)}
</tbody>
</table>`;
}

/**
 * A whole page.
 * @param style more of CSS, after that of all pages
 */
export function page(title: string, body: readonly Html[], style = ''): string {
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #999; padding: .3rem .6rem; text-align: left; vertical-align: top; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
@media print { body { margin: 0; } h2 { break-after: avoid; } }
${new Html(style)}</style>
</head>
<body>
<h1>${title}</h1>
${body}
</body>
</html>`.text
  }\n`;
}
