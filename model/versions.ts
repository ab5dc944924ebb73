import * as z from 'zod';
import { type Pin, type PinName, pins } from '../imports/versions.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 checksum: 64 digits and letters from a to f');

const digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'is not a digest: sha256: and 64 digits and letters from a to f');

const version = z
  .string()
  .regex(
    /^v?\d+\.\d+\.\d+([-+.][\w.+-]+)?$/,
    'is not an exact version: write it in full, with all of its numbers, as its releases are named',
  )
  .optional()
  .describe('Exact version. By default the one that homecloud was tested with.');

/** What can be overridden of a pin, by its kind. */
const overrideOptions = {
  chart: z.strictObject({ version }),
  collection: z.strictObject({ version }),
  image: z.strictObject({
    version,
    digest: digest.optional().describe('Digest of the image, `sha256:…`.'),
  }),
  manifest: z.strictObject({
    version,
    digest: digest.optional().describe('SHA-256 of the file, `sha256:…`.'),
  }),
  binary: z.strictObject({
    version,
    sha256: z
      .strictObject({
        arm64: sha256.optional().describe('Of the binary for arm64.'),
        amd64: sha256.optional().describe('Of the binary for amd64.'),
      })
      .optional()
      .describe('Checksums of the binary, one per architecture.'),
  }),
} as const;

type Override = z.ZodOptional<(typeof overrideOptions)[keyof typeof overrideOptions]>;

const pinNames = Object.keys(pins) as PinName[];

export const versionsOptions = z
  .strictObject(
    Object.fromEntries(
      pinNames.map((name) => {
        const { kind, source } = pins[name];
        return [name, overrideOptions[kind].optional().describe(`The ${kind} ${source}.`)];
      }),
    ) as Record<PinName, Override>,
  )
  .prefault({})
  .describe('Other versions, digests and checksums than those that homecloud was tested with.');

/** An override of any kind. */
interface Overridden {
  readonly version?: string | undefined;
  readonly digest?: string | undefined;
  readonly sha256?: { readonly arm64?: string | undefined; readonly amd64?: string | undefined } | undefined;
}

/** The pins of this home: homecloud's own, and over them the config's. A new version drops the old one's digest. */
export function resolvePins(overrides: z.output<typeof versionsOptions>): Readonly<Record<PinName, Pin>> {
  return Object.fromEntries(
    pinNames.map((name) => {
      const pin: Pin = pins[name];
      const { version = pin.version, digest, sha256 }: Overridden = overrides[name] ?? {};
      const { digest: _digest, sha256: _sha256, ...own } = pin;
      const checked = version === pin.version ? pin : own;
      return [
        name,
        { ...checked, version, ...(digest && { digest }), ...(sha256 && { sha256: withoutUndefined(sha256) }) },
      ];
    }),
  ) as Record<PinName, Pin>;
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
