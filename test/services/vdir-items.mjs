// Contacts and events as clients write them, and what makes two of them the same.

const lines = (...all) => `${all.flat().join('\r\n')}\r\n`;

/** @param {{ more?: string[] }} [options] more lines */
export function contact(uid, name, { more = [] } = {}) {
  return lines('BEGIN:VCARD', 'VERSION:3.0', `UID:${uid}`, `FN:${name}`, `N:${name};;;;`, more, 'END:VCARD');
}

/** A photo of some kilobytes, folded at 75 octets (RFC 2425). */
export function contactWithPhoto(uid, name, kilobytes = 40) {
  const bytes = Buffer.from(
    Array.from({ length: kilobytes * 1024 }, (_none, index) => (index * 31 + (index >> 8)) % 256),
  );
  const text = `PHOTO;ENCODING=b;TYPE=JPEG:${bytes.toString('base64')}`;
  const folded = [text.slice(0, 75), ...(text.slice(75).match(/.{1,74}/g) ?? []).map((part) => ` ${part}`)];
  return contact(uid, name, { more: folded });
}

/** A group of contacts, as Apple writes it. */
export function group(uid, name, members) {
  const more = members.map((member) => `X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:${member}`);
  return contact(uid, name, { more: ['X-ADDRESSBOOKSERVER-KIND:group', ...more] });
}

const stamp = 'DTSTAMP:20261101T080000Z';
const calendar = (...all) =>
  lines('BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//home//test//EN', ...all, 'END:VCALENDAR');

export function event(uid, summary, { day = '20261201', more = [] } = {}) {
  const times = [`DTSTART:${day}T090000Z`, `DTEND:${day}T100000Z`];
  return calendar('BEGIN:VEVENT', `UID:${uid}`, stamp, ...times, `SUMMARY:${summary}`, ...more, 'END:VEVENT');
}

export function task(uid, summary) {
  return calendar('BEGIN:VTODO', `UID:${uid}`, stamp, `SUMMARY:${summary}`, 'END:VTODO');
}

const zone = [
  ...['BEGIN:VTIMEZONE', 'TZID:Europe/Paris'],
  ...['BEGIN:DAYLIGHT', 'DTSTART:19810329T020000', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU'],
  ...['TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200', 'TZNAME:CEST', 'END:DAYLIGHT'],
  ...['BEGIN:STANDARD', 'DTSTART:19961027T030000', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU'],
  ...['TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100', 'TZNAME:CET', 'END:STANDARD', 'END:VTIMEZONE'],
];

/** Every week at a local time across the change of the clocks, once at another time, and once not at all. */
export function recurring(uid, summary, moved = '20261029T190000') {
  return calendar(
    ...zone,
    ...['BEGIN:VEVENT', `UID:${uid}`, stamp, 'DTSTART;TZID=Europe/Paris:20261008T180000', 'DURATION:PT1H'],
    ...['RRULE:FREQ=WEEKLY;COUNT=20', 'EXDATE;TZID=Europe/Paris:20261105T180000', `SUMMARY:${summary}`],
    ...['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:soon', 'TRIGGER:-PT15M', 'END:VALARM', 'END:VEVENT'],
    ...['BEGIN:VEVENT', `UID:${uid}`, stamp, 'RECURRENCE-ID;TZID=Europe/Paris:20261029T180000'],
    ...[`DTSTART;TZID=Europe/Paris:${moved}`, 'DURATION:PT1H', `SUMMARY:${summary} later`, 'END:VEVENT'],
  );
}

/** Lines that servers write anew, and that mean nothing. */
const ofServers = /^(PRODID|REV|X-RADICALE-NAME|DTSTAMP|LAST-MODIFIED|CREATED)[:;]/;

/**
 * What an item says, however it is folded and in whatever order: for comparing.
 * @param {string} text
 */
export function meaning(text) {
  const unfolded = text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
  return unfolded
    .filter((line) => line !== '' && !ofServers.test(line))
    .sort()
    .join('\n');
}

export function uidOf(text) {
  return /^UID[^:\r\n]*:(.*)$/m.exec(text.replace(/\r?\n[ \t]/g, ''))?.[1]?.trim() ?? '';
}

/** The meaning of each of some items, by UID. @param {Iterable<string>} texts */
export function meanings(texts) {
  return new Map([...texts].map((text) => [uidOf(text), meaning(text)]).sort(([a], [b]) => (a < b ? -1 : 1)));
}
