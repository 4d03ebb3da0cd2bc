import { z } from 'zod';

export const settingValue = z.union([z.string().max(2000), z.number(), z.boolean()]);
export type SettingValue = z.infer<typeof settingValue>;

/**
 * When a changed setting holds: at once, the cameras going on with their counts (`running`) or beginning anew (`anew`), at the next start of
 * the service, or not from the page (`fixed`).
 */
export const settingApplies = z.enum(['running', 'anew', 'start', 'fixed']);
export type SettingApplies = z.infer<typeof settingApplies>;

/** One setting as JSON Schema describes it, as far as a form needs it. */
export const settingSchema = z.looseObject({
  type: z.enum(['string', 'number', 'integer', 'boolean']),
  description: z.string().optional(),
  default: settingValue.optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  pattern: z.string().optional(),
  maxLength: z.number().optional(),
});
export type SettingSchema = z.infer<typeof settingSchema>;

/** Answer of `GET /api/settings`. The token is in none of its parts. */
export const settingsAnswer = z.strictObject({
  schema: z.looseObject({ properties: z.record(z.string(), settingSchema) }),
  /** What holds, or will hold after the next start; settings without a value are absent. */
  values: z.record(z.string(), settingValue),
  applies: z.record(z.string(), settingApplies),
  /** Where each value came from at this start; `flag` and `environment` win over the file at the next one too. */
  from: z.record(z.string(), z.enum(['default', 'file', 'environment', 'flag'])),
  /** Settings whose new value waits for the next start. */
  waiting: z.array(z.string()),
  /** Name of the file that changes are kept in; absent where they are not kept. */
  file: z.string().optional(),
});
export type SettingsAnswer = z.infer<typeof settingsAnswer>;

/** Body of `PATCH /api/settings`: new values by key; `null` takes one back to its default. */
export const settingsChange = z.record(z.string().max(60), settingValue.nullable());
export type SettingsChange = z.infer<typeof settingsChange>;
