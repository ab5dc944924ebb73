// The onboarding cards of the golden households, opened by Chromium: on a phone, on a desktop, and printed.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { load } from 'js-yaml';
import { configs, root, synth } from '../tools/homes.mjs';
import { run } from '../tools/process.mjs';
import { newFolder } from '../tools/scratch.mjs';
import { bundle } from '../tools/sources.mjs';
import { withBrowser } from './browser.mjs';

/** CSS pixels. */
const screens = {
  phone: { width: 360, height: 740, isPhone: true },
  desktop: { width: 1280, height: 900 },
};

/** Inches. */
const papers = { A4: { width: 210 / 25.4, height: 297 / 25.4 }, Letter: { width: 8.5, height: 11 } };

/** @typedef {{ name: string, model: any, cards: Map<string, string>, secrets: string[] }} Home its cards by person, each the path of a file */

/** @type {Map<string, Promise<Home>>} */
const homes = new Map();

/** The cards of a household, as the command line writes them, and the model and the secrets that they must fit. */
function homeOf(name) {
  if (!homes.has(name)) homes.set(name, makeHome(name));
  return homes.get(name);
}

async function makeHome(name) {
  const { [name]: config } = configs;
  const dist = join(newFolder(`cards-${name}`), 'dist');
  await synth(config, dist);
  const secretsFolder = join(dirname(config), 'secrets');
  const { publicHalves } = load(readFileSync(join(secretsFolder, 'public.yml'), 'utf8'));
  const { modelOf, given, SecretStore, readIdentities } = await bundle(`
    export { modelOf } from './test/homes.ts';
    export { SecretStore } from './secret-store/store.ts';
    export { readIdentities } from './secret-store/identity.ts';
    import config from ${JSON.stringify(config)};
    export const given = config;
  `);
  const model = modelOf(given, publicHalves);
  const folder = join(dist, 'pages/people');
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const identity = join(newFolder('identity'), 'key');
  await copyFile(join(root, 'test/throw-away.agekey'), identity);
  await chmod(identity, 0o600);
  const store = await SecretStore.open(dirname(config), await readIdentities(identity), new Date());
  return {
    name,
    model,
    cards: new Map(files.map((file) => [file.replace(/\.html$/, ''), join(folder, file)])),
    secrets: await secretValues(store, model.secrets, publicHalves),
  };
}

/** Every value that nobody may read on a card. */
async function secretValues(store, secrets, publicHalves) {
  const values = await Promise.all(
    secrets.map(async (secret) => {
      const open = Object.values(publicHalves[secret.name] ?? {});
      const parts = Object.values(await store.read(secret));
      return [store.vaultPassword, ...parts].filter((value) => !open.includes(value));
    }),
  );
  // Of a key its body alone: the first line of all is the same.
  return [...new Set(values.flat().map(plain))].filter((value) => value.length >= 8);
}

function plain(text) {
  return text.replaceAll(/-----[A-Z ]+-----|\s/g, '');
}

/** What the codes on the card of a person say, in any order. */
function codesOf({ boards, nextcloud }, { devices }) {
  const ids = devices.map(({ syncthing }) => syncthing);
  const isPeer = ({ syncthing }) => syncthing?.devices.some(({ id }) => ids.includes(id)) ?? false;
  const page = nextcloud === null ? [] : [nextcloud.url];
  return [...page, ...boards.filter(isPeer).map(({ syncthing }) => syncthing.deviceId)];
}

/** Every household has a card for each person, and for nobody else. */
async function everyPerson() {
  const counts = [];
  for (const name of Object.keys(configs)) {
    const { model, cards } = await homeOf(name);
    const people = model.people.map((person) => person.name).sort();
    if ([...cards.keys()].sort().join() !== people.join())
      throw new Error(`${name}: ${people} have ${[...cards.keys()]}`);
    counts.push(`${name} ${cards.size}`);
  }
  return counts.join(', ');
}

async function opens(name) {
  const { cards, model } = await homeOf(name);
  return withBrowser(async (browser) => {
    for (const [person, file] of cards) {
      for (const [screen, device] of Object.entries(screens)) {
        const tab = await browser.open(pathToFileURL(file).href, device);
        const where = `${name}, ${person} on a ${screen}`;
        const wrong = [...(await faults(tab, device)), ...(await unnamed(tab))];
        if (tab.errors.length > 0) wrong.push(`the console has ${tab.errors}`);
        if (tab.requests.length !== 1) wrong.push(`it asks for ${tab.requests}`);
        const { fullName } = model.people.find((one) => one.name === person);
        const heading = await tab.evaluate("document.querySelector('h1').textContent");
        if (!heading.startsWith(fullName)) wrong.push(`the heading is ${heading}`);
        if (wrong.length > 0) throw new Error(`${where}:\n${wrong.join('\n')}`);
        await tab.close();
      }
    }
    return `${cards.size} cards on ${Object.keys(screens).length} screens`;
  });
}

/** What is wider than the screen, is there as a program, or comes from elsewhere. */
async function faults(tab, { width }) {
  return tab.evaluate(`(() => {
    const wide = [...document.querySelectorAll('body *')]
      .filter((one) => one.getBoundingClientRect().right > ${width} + 0.5)
      .map((one) => one.outerHTML.slice(0, 80) + ' ends at ' + one.getBoundingClientRect().right);
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > ${width}) wide.push('the page is ' + scrollWidth + ' wide');
    const alive = [...document.querySelectorAll('script, iframe, img, link, object, form')].map((one) => one.outerHTML);
    if (document.documentElement.lang === '') alive.push('no language');
    return [...wide, ...alive];
  })()`);
}

/** What a reader of the screen cannot name. */
async function unnamed(tab) {
  const nodes = await tab.accessibility();
  const spoken = ['image', 'img', 'link', 'heading', 'columnheader'];
  const silent = nodes.filter(({ role, name }) => spoken.includes(role) && name.trim() === '');
  const headings = nodes.filter(({ role }) => role === 'heading');
  return [
    ...silent.map(({ role }) => `a ${role} has no name`),
    ...(headings.length === 0 ? ['there is no heading'] : []),
  ];
}

async function prints(name) {
  const { cards } = await homeOf(name);
  return withBrowser(async (browser) => {
    for (const [person, file] of cards) {
      const tab = await browser.open(pathToFileURL(file).href);
      for (const [paper, size] of Object.entries(papers)) {
        const pages = sheets(await tab.print(size));
        if (pages !== 1) throw new Error(`the card of ${person} in ${name} takes ${pages} sheets of ${paper}`);
      }
      await tab.close();
    }
    return `${cards.size} cards on ${Object.keys(papers).join(' and ')}`;
  });
}

/** How many pages a PDF of Chromium has: their objects are not compressed. */
function sheets(pdf) {
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

/** A card that says everything twice more is no longer one sheet: else nothing would be counted. */
async function counts() {
  const { cards } = await homeOf('full');
  const [[, file]] = cards;
  const body = readFileSync(file, 'utf8');
  const long = join(newFolder('long'), 'card.html');
  writeFileSync(long, body.replace(/<body>([\s\S]*)<\/body>/, '<body>$1$1$1</body>'));
  const wide = join(newFolder('wide'), 'card.html');
  writeFileSync(
    wide,
    body.replace(
      '<body>',
      `<body><p><img src="missing.png"><code style="white-space: pre">${'x'.repeat(200)}</code></p>`,
    ),
  );
  await withBrowser(async (browser) => {
    const tab = await browser.open(pathToFileURL(long).href);
    for (const [paper, size] of Object.entries(papers)) {
      const pages = sheets(await tab.print(size));
      if (pages < 2) throw new Error(`three cards take ${pages} sheet of ${paper}`);
    }
    const { phone } = screens;
    const spoilt = await browser.open(pathToFileURL(wide).href, phone);
    const wrong = [...(await faults(spoilt, phone)), ...(await unnamed(spoilt))].join('\n');
    for (const one of [/the page is \d+ wide/, /missing\.png/, /image has no name/]) {
      if (!one.test(wrong)) throw new Error(`nobody sees ${one}:\n${wrong}`);
    }
    if (spoilt.errors.length === 0) throw new Error('nobody sees that a picture is missing');
  });
}

/** Codes as a phone sees them on the printed sheet, one after the other: three pixels for one of CSS, 288 to an inch. */
async function scans(name) {
  const { cards, model } = await homeOf(name);
  let scanned = 0;
  await withBrowser(async (browser) => {
    for (const [person, file] of cards) {
      const tab = await browser.open(pathToFileURL(file).href, { width: 718, height: 1040, scale: 3, media: 'print' });
      const count = await tab.evaluate("document.querySelectorAll('svg').length");
      const folder = newFolder('codes');
      const found = [];
      for (let index = 0; index < count; index += 1) {
        const picture = join(folder, `${index}.png`);
        writeFileSync(picture, await tab.screenshot('svg', index));
        found.push(await zbar(picture));
      }
      await tab.close();
      const right = codesOf(
        model,
        model.people.find((one) => one.name === person),
      );
      if (found.join('\n') !== right.join('\n')) {
        throw new Error(
          `the card of ${person} in ${name} has the codes\n${found.join('\n')}\nand should have\n${right.join('\n')}`,
        );
      }
      scanned += found.length;
    }
  });
  if (scanned === 0) throw new Error(`no card of ${name} has a code`);
  return `${scanned} codes`;
}

async function zbar(picture) {
  const args = ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', picture];
  const { code, stdout, stderr } = await run('zbarimg', args).catch((error) => {
    throw error.code === 'ENOENT' ? new Error('zbarimg is missing: apt-get install zbar-tools') : error;
  });
  // It ends with 4 where it finds none.
  if (code !== 0 && code !== 4) throw new Error(`zbarimg: ${stderr}`);
  return stdout.trim();
}

async function tellsNoSecret(name) {
  const { cards, secrets } = await homeOf(name);
  if (secrets.length === 0) throw new Error(`no secret of ${name} could be opened`);
  for (const [person, file] of cards) {
    const text = plain(readFileSync(file, 'utf8'));
    if (secrets.some((secret) => text.includes(secret)))
      throw new Error(`the card of ${person} in ${name} tells a secret`);
  }
  return `${secrets.length} values on none of ${cards.size} cards`;
}

/** The minimal household has no people. */
const withPeople = ['sample', 'full'];

/** @type {import('../boards/checks.mjs').Check[]} */
const checks = [
  { name: 'cards: one for each person', work: everyPerson },
  ...withPeople.flatMap((name) => [
    { name: `cards ${name}: open on a phone and a desktop`, work: () => opens(name) },
    { name: `cards ${name}: print on one sheet`, work: () => prints(name) },
    { name: `cards ${name}: codes`, work: () => scans(name) },
    { name: `cards ${name}: tell no secret`, work: () => tellsNoSecret(name) },
  ]),
  { name: 'cards: what is wrong is seen', work: counts },
];

/** @type {import('../boards/checks.mjs').Group} */
export const cards = { title: 'Cards of people, in Chromium', checks };
