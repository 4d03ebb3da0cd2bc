import { type ExportOptions, runExport } from '../../models/export/export.ts';
import type { CommandIo } from './command-io.ts';
import { modelIo } from './model-io.ts';

export type ExportFlags = ExportOptions & { readonly json?: boolean };

/** Makes a bundle from a training run. */
export const runExportCommand = async ({ json, ...options }: ExportFlags, io: CommandIo): Promise<void> => {
  const card = await runExport(options, modelIo(io));
  io.stdout(
    json
      ? `${JSON.stringify({ schema: 'smearscope.export/1', out: options.out, card })}\n`
      : `${card.name} ${card.version} is in ${options.out}\n`,
  );
};
