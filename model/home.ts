import * as z from 'zod';
import { domain, email, name, userKey } from './fields.ts';
import { nearest } from './nearest.ts';
import { rule } from './rules.ts';
import { show } from './show.ts';
import type { Slice } from './slice.ts';

export const homeOptions = z.strictObject({
  name: name
    .max(32, 'is longer than 32 characters: choose a shorter name')
    .default('home')
    .describe('Name of the home: of its cluster in Flux and of the context in the kubeconfig.'),
  domain: domain.describe('Domain of the home. Each service gets a host name below it, such as `traefik.<domain>`.'),
  timeZone: z.string().default('Etc/UTC').describe('Time zone of the boards, as in the IANA list: `Europe/Paris`.'),
  admin: z
    .strictObject({
      email: email.describe('Where certificates and alerts reach the person who runs the home.'),
      sshKeys: z
        .array(userKey)
        .default([])
        .describe(
          'Public keys of the admin, each the line of a file such as `~/.ssh/id_ed25519.pub`. New boards get them: with one, `synth` writes the files that set up a freshly flashed card, `dist/cloud-init/<board>/`.',
        ),
    })
    .describe('The person who runs the home.'),
});

const timeZoneIsKnown = rule({
  code: 'HOME001',
  severity: 'error',
  title: 'the time zone is one of the IANA list',
  reason: 'boards with an unknown time zone fall back to UTC: backups and alerts come at the wrong hour',
  reads: ['home.timeZone'],
  *check({ home }) {
    const { timeZone } = home;
    const right = rightTimeZone(timeZone);
    if (right === timeZone) return;
    yield {
      path: ['home', 'timeZone'],
      message: `${show(timeZone)} is not a time zone of the IANA list`,
      hint:
        right === undefined
          ? "write a region and a city with a slash between them, for example timeZone: 'Europe/Paris'"
          : `write timeZone: '${right}'`,
    };
  },
});

/** The list, made once: to make it costs more than all other rules about the home. */
let zones: readonly string[] | undefined;

/** The zone as the list writes it, or the one that was most likely meant. */
function rightTimeZone(timeZone: string): string | undefined {
  zones ??= Intl.supportedValuesOf('timeZone');
  if (zones.includes(timeZone)) return timeZone;
  const sameLetters = zones.find((zone) => zone.toLowerCase() === timeZone.toLowerCase());
  if (sameLetters !== undefined) return sameLetters;
  // The list lacks `Etc/UTC` and second names such as `Asia/Kolkata`; asking for each zone costs 20 ms.
  try {
    if (new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '') {
      // Intl takes any case, the files of a board do not.
      return timeZone.replace(/[A-Za-z]+/g, (word) =>
        /^(GMT|UTC|UCT|EST|MST|HST|[A-Z]{3}\d)/i.test(word)
          ? word.toUpperCase()
          : word.charAt(0).toUpperCase() + word.slice(1),
      );
    }
  } catch {
    // Not a zone.
  }
  return nearest(timeZone, zones);
}

const domainCanBeAsked = rule({
  code: 'HOME002',
  severity: 'error',
  title: 'the domain is one that devices ask a name server about',
  reason: 'phones and laptops look for names below .local by shouting into the Wi-Fi, and never ask (RFC 6762)',
  reads: ['home.domain'],
  *check({ home }) {
    const last = home.domain.slice(home.domain.lastIndexOf('.') + 1);
    const why = unaskedDomains.get(last);
    if (why === undefined) return;
    yield {
      path: ['home', 'domain'],
      message: `${home.domain} ends with .${last}, ${why}`,
      hint: "use a domain that is yours, or one below home.arpa, which is reserved for homes: domain: 'cloud.home.arpa'",
    };
  },
});

/** Endings that resolvers keep to themselves. */
const unaskedDomains: ReadonlyMap<string, string> = new Map([
  ['local', 'which devices look up by multicast only (RFC 6762, section 3)'],
  ['localhost', 'which every device takes for itself (RFC 6761, section 6.3)'],
  ['invalid', 'which no resolver looks up (RFC 6761, section 6.4)'],
  ['onion', 'which only Tor looks up (RFC 7686, section 2)'],
]);

export const home: Slice = {
  name: 'home',
  rules: [timeZoneIsKnown, domainCanBeAsked],
};
