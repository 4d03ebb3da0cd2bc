import { Option } from 'commander';
import type { AddCommand } from './command-group.ts';

/** Adds `corrections | sign | agreement` to `sessions`. */
export const addReviewCommands = (add: AddCommand): void => {
  add(
    'corrections <id>',
    'say how a reading of a session stands, who signed it and what was corrected, newest first',
    async () => (await import('./sessions-review.ts')).runSessionsCorrections,
  )
    .option('--reading <n>', '1 or 2 (default: 1)')
    .option('--limit <n>', 'at most so many entries of the history (default: 100)')
    .option('--cursor <text>', 'go on where a page ended: its “next”');
  add('sign <id>', 'put a name to a reading as it stands', async () => (await import('./sessions-review.ts')).runSessionsSign)
    .requiredOption('--by <name>', 'who signs')
    .addOption(new Option('--role <role>', 'as what').choices(['reader', 'second reader', 'supervisor']).default('reader'))
    .option('--reading <n>', '1 or 2 (default: the second reader’s is 2, all others’ 1)')
    .option('--comment <text>', 'kept with the signature');
  add(
    'agreement <id>',
    'lay the two readings of a session beside each other',
    async () => (await import('./sessions-review.ts')).runSessionsAgreement,
  ).option('--over <which>', 'all cells, or those alone in fields that both looked through: all or reviewed (default: all)');
};
