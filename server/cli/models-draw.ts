import { drawPictures } from '../../models/segment/draw-pictures.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { modelIo } from './model-io.ts';

export type ModelsDrawFlags = {
  readonly pictures: readonly string[];
  readonly model: string;
  readonly umPerPx: number;
  readonly out: string;
  readonly json?: boolean;
};

/** Draws the cells of pictures into a new folder, and says how many of each class there are. */
export const runModelsDraw = async ({ json, ...options }: ModelsDrawFlags, io: CommandIo): Promise<CommandResult> => {
  const drawn = await drawPictures(options, modelIo(io));
  if (json) io.stdout(`${JSON.stringify({ schema: 'smearscope.models-draw/1', out: options.out, pictures: drawn })}\n`);
  else
    for (const { picture, cells, ms } of drawn) {
      const counts = Object.entries(cells).map(([name, n]) => `${n} ${name}`);
      io.stdout(`${picture}: ${counts.join(', ')} (${Math.round(ms)} ms)\n`);
    }
  const { length } = options.pictures;
  return drawn.length === length ? undefined : { stopped: `stopped after ${drawn.length} of ${length} pictures` };
};
