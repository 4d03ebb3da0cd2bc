import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FaultError } from '../../domain/fault.ts';
import type { BundleComparison } from '../../domain/models-in-use.ts';
import { compareBundles, TOLERANCE } from '../../models/from-sessions/judge-bundle.ts';
import { loadBundle } from '../../models/runtime/bundle.ts';
import type { CommandIo, CommandResult } from '../cli/command-io.ts';
import { modelIo } from '../cli/model-io.ts';
import { comparisonTable } from '../cli/models-promote.ts';
import { heldBackOf } from '../training/known-sites.ts';
import { promote } from '../training/promote.ts';
import { trainFromSessions } from '../training/train-from-sessions.ts';
import { type Figure, figureTable, holds } from './figures.ts';
import { machineLine, thisMachine } from './machine.ts';
import { type RetrainBenchOptions, retrainBenchOptions } from './retrain-bench-options.ts';
import { type Corrections, correctSession, noCorrections, PACE } from './simulated-reader.ts';
import { hasSite, readSite, recordSlide } from './site-sessions.ts';

/** What was corrected, and in how many sessions. */
type Corrected = { readonly done: Corrections; readonly sessions: number };

/** This share of the slides is never shown: by it the outcome is judged. */
const NEVER_SHOWN = 0.5;

const figuresOf = ({ sets }: BundleComparison, minutes: number, refused: boolean): Figure[] => [
  ...sets.flatMap(({ name, kind, was, now }): Figure[] => {
    const isNew = kind === 'held back';
    const gain = 100 * (now.mAP50 - was.mAP50);
    return [
      {
        what: `${name}: mAP50 ${(100 * was.mAP50).toFixed(1)} → ${(100 * now.mAP50).toFixed(1)}`,
        measured: gain,
        unit: 'points',
        bound: { atLeast: isNew ? 0.01 : -100 * TOLERANCE },
      },
      {
        what: `${name}: counts off by ${(100 * was.countError).toFixed(1)} % → ${(100 * now.countError).toFixed(1)} %`,
        measured: 100 * (now.countError - was.countError),
        unit: 'points',
        bound: isNew ? { atMost: 0 } : undefined,
      },
    ];
  }),
  { what: 'trained', measured: minutes, unit: 'min', bound: undefined },
  { what: 'promotion of a worse bundle refused', measured: refused ? 1 : 0, unit: '', bound: { atLeast: 1 } },
];

/** The bundle with thresholds at which hardly anything counts: worse, whatever it has learned. */
const spoil = async (bundle: string, to: string): Promise<string> => {
  await cp(bundle, to, { recursive: true });
  const card = join(to, 'card.json');
  const told = JSON.parse(await readFile(card, 'utf8')) as { thresholds: { score: number[] } };
  told.thresholds.score = told.thresholds.score.map(() => 0.95);
  await writeFile(card, JSON.stringify(told));
  return to;
};

/**
 * Teaches a bundle a new site from corrections: counts half of its slides as a person would, corrects them for half an hour from the true
 * labels, trains, and judges before and after on the slides that were never shown and on the known sites.
 */
export const runRetrainBench = async (given: RetrainBenchOptions, io: CommandIo): Promise<CommandResult> => {
  const parsed = retrainBenchOptions.safeParse(given);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new FaultError({ kind: 'usage', what: `${path.join('.') || 'flags'}: ${message}`, remedy: 'see bench retrain --help' });
  }
  const { json, site, known = [], base, minutes, correctMinutes, fieldsPerSlide, umPerPx, classes: named } = parsed.data;
  if (!(await hasSite(site))) {
    io.stderr(`no fields in ${site}: nothing is measured\n`);
    return undefined;
  }
  const was = await loadBundle(base);
  const { classes } = was.card;
  const slides = await readSite(
    resolve(site),
    named.map((name) => classes.indexOf(name)).map((index) => (index < 0 ? (undefined as never) : index)),
    fieldsPerSlide,
  );
  const labelled = new Set(named.filter((name) => classes.includes(name)));
  const shown = slides.slice(0, Math.round(slides.length * (1 - NEVER_SHOWN)));
  const dataDir = parsed.data.keep === undefined ? await mkdtemp(join(tmpdir(), 'smearscope-retrain-')) : resolve(parsed.data.keep);
  await mkdir(dataDir, { recursive: true });
  try {
    const noted = join(dataDir, 'corrections.json');
    // What was recorded and corrected by an earlier run in the same folder is gone on with.
    const before: string | undefined = await readFile(noted, 'utf8').catch(() => undefined);
    const { done, ...rest } = before === undefined ? { done: noCorrections(), sessions: 0 } : (JSON.parse(before) as Corrected);
    let { sessions } = rest;
    for (const [n, slide] of shown.entries()) {
      if (before !== undefined || done.seconds >= correctMinutes * 60) break;
      const { folder, truthOf } = await recordSlide(slide, n, { dataDir, umPerPx, model: was.dir, classes }, io);
      correctSession(folder, truthOf, labelled, correctMinutes * 60, done);
      sessions++;
      io.signal.throwIfAborted();
    }
    await writeFile(noted, JSON.stringify({ done, sessions }));
    const pace = `${PACE.fieldS} s to look a field through, ${PACE.keyS} s for a key on a cell, ${PACE.drawS} s for a box drawn`;
    io.stderr(
      `${(done.seconds / 60).toFixed(0)} minutes of corrections (${pace}): ${sessions} slides, ${done.fields} fields of ${done.cells} cells, ${done.reclassified} reclassified, ${done.uncertain} marked uncertain, ${done.deleted} deleted, ${done.added} added\n`,
    );
    const loadBefore = loadavg()[0]!;
    const startedAt = performance.now();
    const bundle = join(dataDir, 'bundle');
    const summary = await trainFromSessions(
      { dataDir, sessions: ['all'], base: was.dir, out: join(dataDir, 'run'), bundle, minutes },
      modelIo(io),
    );
    if (!summary.finished) return { stopped: 'stopped before it was done' };
    const tookMinutes = (performance.now() - startedAt) / 60_000;
    const load = `load ${loadBefore.toFixed(1)} before, ${loadavg()[0]!.toFixed(1)} at the end`;
    const never = {
      name: 'slides of the site never shown',
      kind: 'held back' as const,
      fields: slides.slice(shown.length).flatMap(({ fields }) => fields),
      umPerPx,
      labelled: classes.flatMap((name, index) => (labelled.has(name) ? [index] : [])),
    };
    const others = await Promise.all(known.map((dir) => heldBackOf(resolve(dir), dir, 'known', classes)));
    // People box some of the cells that the edge cuts and leave others: counts are told with them and without.
    const whole = { ...never, name: `${never.name}, whole cells`, wholeCells: true };
    const comparison = await compareBundles(was, await loadBundle(bundle), [never, whole, ...others]);
    const promotion = await promote({ dataDir, bundle, replace: 'default', known: known.map((dir) => resolve(dir)) }, Date.now);
    const worse = await spoil(bundle, join(dataDir, 'worse'));
    const refused = (await promote({ dataDir, bundle: worse, replace: 'default' }, Date.now)).change === undefined;
    const figures = figuresOf(comparison, tookMinutes, refused);
    const machine = thisMachine();
    if (json)
      io.stdout(
        `${JSON.stringify({ schema: 'smearscope.bench-retrain/1', machine, load, corrections: done, figures: figures.map((figure) => ({ ...figure, holds: holds(figure) })), comparison, promotion })}\n`,
      );
    else
      io.stdout(
        `${machineLine(machine)}, ${load}, ${summary.steps} steps\n\n${figureTable(figures)}\n\npromotion ${promotion.change === undefined ? 'refused' : 'accepted'}\n${comparisonTable(promotion.comparison)}`,
      );
  } finally {
    if (parsed.data.keep === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
  return undefined;
};
