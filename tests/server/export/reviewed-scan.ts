import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReviewWriter } from '../../../server/review/review-writer.ts';
import { amendSession } from '../../../server/sessions/session-database.ts';
import { sessionsFolder } from '../../../server/sessions/session-folder.ts';
import { startCli } from '../../cli/run-cli.ts';

/** Names that break what does not heed them. */
export const OPERATOR = '=HYPERLINK("http://x")<b>&amp;\u0001 Żółć Ωμέγα Иванов 山';
export const SPECIMEN = '../../"S-0417"]]><!--';

export type ReviewedScan = Disposable & { readonly home: string; readonly id: string; readonly folder: string };

/** A short scan of the virtual microscope, counted by the default model into a session. */
export const countScan = async (): Promise<ReviewedScan> => {
  const home = mkdtempSync(join(tmpdir(), 'smearscope-export-'));
  const id = '20260131-142501-0c4f9a';
  const folder = join(sessionsFolder(home), id);
  mkdirSync(sessionsFolder(home), { recursive: true });
  const words = ['count', 'simulate:?seed=3&frames=150&width=640&height=480', '--session', folder, '--threads', '1', '--json'];
  const { code, stderr } = await startCli(words, { cwd: home }).finished;
  if (code !== 0) throw new Error(stderr);
  amendSession(folder, { operator: OPERATOR, specimenId: SPECIMEN });
  return { home, id, folder, [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }) };
};

/** A reader's work on it: one cell is another class, one was none, one was overlooked, one is in doubt, and two fields are looked through. */
export const reviewScan = ({ folder }: ReviewedScan): void => {
  using review = openReviewWriter(folder);
  const by = 'Reader <One>';
  for (const change of [
    { kind: 'reclassify', cells: [1], class: 'WBC' },
    { kind: 'delete', cells: [2] },
    { kind: 'add', class: 'Platelets', island: 1, box: [300, 200, 330, 232] },
    { kind: 'mark', cells: [3], uncertain: true },
    { kind: 'reviewed', keyframes: [1, 2], reviewed: true },
  ] as const)
    review.change({ reading: 1, by, change: change as never }, 1_770_000_000_000);
};

export const signScan = ({ folder }: ReviewedScan): void => {
  using review = openReviewWriter(folder);
  review.sign({ reading: 1, by: 'Reader <One>', role: 'reader', comment: 'looked through “twice”' }, 1_770_000_100_000);
};
