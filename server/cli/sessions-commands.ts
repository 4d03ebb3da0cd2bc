import type { Command } from 'commander';
import { type AddCommand, addTo, commandGroup, jsonFlag } from './command-group.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { withConfigurationFlags } from './configuration-flags.ts';
import { addReviewCommands } from './review-commands.ts';

/** Adds `sessions [list] | show | export | delete` to the command line. `finished` hears how the command ended. */
export const addSessionsCommands = (program: Command, io: CommandIo, finished: (result: CommandResult) => void): void => {
  const addPlain = addTo(commandGroup(program, 'sessions', 'list, show, export or delete what was counted'), io, finished);
  const add: AddCommand = (...command) => withConfigurationFlags(addPlain(...command), ['dataDir']).addOption(jsonFlag());

  add('list', 'list the sessions, newest first', async () => (await import('./sessions.ts')).runSessionsList, true)
    .option('--search <words>', 'those alone whose operator, specimen, source, camera, model or date hold all of these')
    .option('--operator <name>', 'those alone whose operator’s name holds this')
    .option('--specimen-id <id>', 'those alone whose specimen’s id holds this')
    .option('--flag <flag>', 'those alone that bear this flag')
    .option('--from <day>', 'those alone that began on this day or later: 2026-01-31')
    .option('--to <day>', 'those alone that began on this day or before')
    .option('--min-cells <n>', 'those alone with at least so many cells')
    .option('--min-counts <counts>', 'those alone with at least so many counted cells of classes: WBC:100,RBC:1000')
    .option('--kept <yes>', 'those alone that are kept (yes), or are not (no)')
    .option('--sort <by>', 'started, cells, duration, bytes, operator or specimen (default: started)')
    .option('--order <order>', 'asc or desc (default: newest, longest and largest first, names from A on)')
    .option('--limit <n>', 'at most so many (default: 50)')
    .option('--cursor <text>', 'go on where a page ended: its “next”');
  add('show <id>', 'say everything that is known of a session', async () => (await import('./sessions.ts')).runSessionsShow);
  add(
    'export <id>',
    'write a session for other programs, or as a report',
    async () => (await import('./sessions-export.ts')).runSessionsExport,
  )
    .requiredOption('--format <format>', 'pdf, fhir, counts, csv, geojson, ome-tiff, coco, yolo, yolo-seg, voc, labels or mot')
    .requiredOption('--out <path>', 'file or folder that is made; a name that ends with .zip packs a folder')
    .option('--reading <reading>', '1, 2 or counted (default: 1 where somebody reviewed it, else counted)');
  addReviewCommands(add);
  add('delete <id>', 'delete a session with everything in it', async () => (await import('./sessions.ts')).runSessionsDelete);
  add(
    'replay <id>',
    'count a session again from what it holds; the same model gives the same ledger',
    async () => (await import('./sessions-replay.ts')).runSessionsReplay,
  )
    .option('--model <bundle>', 'name of a bundle, or the path of its folder (default: the one that counted)')
    .option('--engine <name>', 'who computes (default: the one that counted)');
  add('replays <id>', 'list how a session was counted again', async () => (await import('./sessions-replay.ts')).runSessionsReplays);
  add(
    'compare <id>',
    'lay two counts of a session beside each other, cell by cell',
    async () => (await import('./sessions-replay.ts')).runSessionsCompare,
  )
    .option('--a <side>', '“counted”, a reading (1, 2), or the name of a replay', 'counted')
    .option('--b <side>', 'likewise (default: the newest replay, else the first reading)');
};
