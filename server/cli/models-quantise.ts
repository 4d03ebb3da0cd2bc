import { FaultError } from '../../domain/fault.ts';
import { type QuantiseOptions, quantiseBundle, quantiseOptions } from '../../models/export/quantise-bundle.ts';
import type { CommandIo } from './command-io.ts';
import { modelIo } from './model-io.ts';

export type ModelsQuantiseFlags = QuantiseOptions & { readonly json?: boolean };

/** Adds an 8-bit network to a bundle and says what it loses. */
export const runModelsQuantise = async ({ json, ...options }: ModelsQuantiseFlags, io: CommandIo): Promise<undefined> => {
  const parsed = quantiseOptions.safeParse(options);
  if (!parsed.success)
    throw new FaultError({ kind: 'usage', what: parsed.error.issues[0]?.message ?? 'bad flags', remedy: 'see models quantise --help' });
  const { card, out, full, int8 } = await quantiseBundle(parsed.data, modelIo(io));
  const loss = full.mAP50 - int8.mAP50;
  const said = `mAP50 ${int8.mAP50.toFixed(4)} in place of ${full.mAP50.toFixed(4)} (${(-100 * loss).toFixed(2)} points), ${int8.ms.toFixed(1)} in place of ${full.ms.toFixed(1)} ms a field`;
  io.stdout(
    json
      ? `${JSON.stringify({ schema: 'smearscope.models-quantise/1', out, full, int8, card })}\n`
      : `${out} has an 8-bit network: ${said}; serve it with --precision int8 where it is faster (bench engine says)\n`,
  );
};
