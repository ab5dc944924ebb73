import * as z from 'zod';

/** Part of the config that every warning can be answered with. */
export const acknowledgeOptions = z
  .array(
    z.strictObject({
      code: z
        .string()
        .regex(/^[A-Z][A-Z0-9]*\d{3}$/, 'is not the code of a warning: copy it from the output of homecloud check')
        .describe('Code of the warning: `K3S006`.'),
      reason: z
        .string()
        .min(10, 'is too short: say why the warning does not matter here')
        .describe('Why it does not matter in this home.'),
    }),
  )
  .default([])
  .describe('Warnings that are known and accepted, each with its reason.');
