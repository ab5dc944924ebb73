import { pins } from '../imports/versions.ts';
import { type Rule, rule } from './rules.ts';
import { formatBytes } from './units.ts';

/** Of homecloud's pin: the one that its scripts were written for. */
const major = Number.parseInt(pins.nextcloud.version, 10);

const oneMajorAtATime = rule({
  code: 'NC001',
  severity: 'error',
  title: 'Nextcloud goes up one major version at a time',
  reason: 'its database cannot be brought over two, and never back: the home would stand still',
  reads: ['nextcloud.enabled', 'versions.nextcloud.version'],
  *check({ nextcloud, versions }) {
    const version = versions.nextcloud?.version;
    if (!nextcloud.enabled || version === undefined) return;
    const written = Number.parseInt(version.replace(/^v/, ''), 10);
    // The one before: a home waits there, or comes from an older one.
    if (written === major || written === major - 1) return;
    yield {
      path: ['versions', 'nextcloud', 'version'],
      message: `is Nextcloud ${written}, and this homecloud is for ${major - 1} and ${major}`,
      hint:
        written > major
          ? `take it away, and wait for a homecloud with Nextcloud ${written}`
          : `use the homecloud that had ${written} until the home has ${major - 1}, or write a version of ${major - 1}`,
    };
  },
});

const imageServesPages = rule({
  code: 'NC013',
  severity: 'error',
  title: 'the image of Nextcloud has a web server',
  reason: 'those whose versions end with fpm wait for one in another container, which homecloud does not have',
  reads: ['nextcloud.enabled', 'versions.nextcloud.version'],
  *check({ nextcloud, versions }) {
    const version = versions.nextcloud?.version;
    if (!nextcloud.enabled || version === undefined || /^\d+\.\d+\.\d+-apache$/.test(version)) return;
    yield {
      path: ['versions', 'nextcloud', 'version'],
      message: `is ${version}, and not the image with Apache`,
      hint: `write the three numbers and -apache, for example version: '${pins.nextcloud.version}'`,
    };
  },
});

const adminHasASecondFactor = rule({
  code: 'NC009',
  severity: 'warning',
  title: 'the admin of a public Nextcloud has a second factor',
  reason: 'whoever guesses or finds the one password reads all files of all people',
  reads: ['nextcloud.enabled', 'nextcloud.exposures', 'nextcloud.secondFactor'],
  *check({ nextcloud }) {
    const { enabled, exposures, secondFactor } = nextcloud;
    if (!enabled || !exposures.includes('internet') || secondFactor !== 'nobody') return;
    yield {
      path: ['nextcloud', 'secondFactor'],
      other: ['nextcloud', 'exposures'],
      message: 'is nobody, and exposures has internet: a password alone opens everything from anywhere',
      hint: "write secondFactor: 'admins', or better 'everybody'",
    };
  },
});

const numbersHaveACountry = rule({
  code: 'NC012',
  severity: 'warning',
  title: 'Nextcloud knows in which country phone numbers are dialled',
  reason: 'numbers of contacts that are written without a country are found by nobody, and its own checks complain',
  reads: ['nextcloud.enabled', 'nextcloud.phoneRegion'],
  *check({ nextcloud }) {
    if (!nextcloud.enabled || nextcloud.phoneRegion !== undefined) return;
    yield {
      path: ['nextcloud'],
      message: 'does not say in which country phone numbers are dialled',
      hint: "write the two letters of your country: phoneRegion: 'FR'",
    };
  },
});

const uploadsFitTheVolume = rule({
  code: 'NC010',
  severity: 'error',
  title: 'uploads fit the volume of Nextcloud',
  reason: 'an upload is on the volume twice while it comes to its end: a full one stops Nextcloud for everybody',
  reads: ['nextcloud.enabled', 'nextcloud.uploadLimit', 'nextcloud.filesSize'],
  *check({ nextcloud }) {
    const { enabled, uploadLimit, filesSize } = nextcloud;
    if (!enabled || uploadLimit * 2 <= filesSize) return;
    yield {
      path: ['nextcloud', 'uploadLimit'],
      other: ['nextcloud', 'filesSize'],
      message: `is ${formatBytes(uploadLimit)}, more than half of nextcloud.filesSize, ${formatBytes(filesSize)}`,
      hint: `write filesSize: '${formatBytes(uploadLimit * 3).replace(' ', '')}' or more, or a smaller uploadLimit; apps and phones upload in small pieces anyway`,
    };
  },
});

const galleryCanBeHad = rule({
  code: 'NC016',
  severity: 'warning',
  title: 'the gallery can be had: it comes from the app store',
  reason: 'the app never arrives, and nobody finds the page that the cards speak of',
  reads: ['nextcloud.enabled', 'nextcloud.gallery', 'nextcloud.internet'],
  *check({ nextcloud }) {
    const { enabled, gallery, internet } = nextcloud;
    if (!enabled || !gallery || internet) return;
    yield {
      path: ['nextcloud', 'gallery'],
      other: ['nextcloud', 'internet'],
      message: 'is true, and Nextcloud does not reach the internet, where its apps come from',
      hint: 'take internet: false away, or take gallery away',
    };
  },
});

/** All that is judged about Nextcloud, in the order in which it is told. */
export const nextcloudRules: readonly Rule[] = [
  oneMajorAtATime,
  imageServesPages,
  adminHasASecondFactor,
  uploadsFitTheVolume,
  numbersHaveACountry,
  galleryCanBeHad,
];
