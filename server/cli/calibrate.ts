import { type BlockColours, blockColours } from '../../calibration/block-colours.ts';
import { measureEmptyArea } from '../../calibration/measure-empty-area.ts';
import type { FoundRuling, MeasureRequest } from '../../domain/calibration-measure.ts';
import {
  type CalibratedLight,
  type CalibratedScale,
  type CalibrationDraft,
  DRAWN_UNCERTAINTY_PX,
  profileName,
  scaleFromLength,
} from '../../domain/calibration-profile.ts';
import { FaultError } from '../../domain/fault.ts';
import { loadEngine } from '../../models/runtime/load-engine.ts';
import { createFramePool } from '../../pipelines/frame-pool.ts';
import { type Finding, lookFor } from '../calibration/measure-frames.ts';
import { saveProfile } from '../calibration/profile-store.ts';
import { readFrames } from '../ingest/read-frames.ts';
import { parseSourceAddress } from '../ingest/source-address.ts';
import type { ConfigurationValues } from '../load-configuration.ts';
import { modelsFolder } from '../training/known-sites.ts';
import { lightLines, scaleLine } from './calibration-lines.ts';
import type { CommandIo, CommandResult } from './command-io.ts';
import { configurationFrom } from './configuration-flags.ts';

export type CalibrateFlags = ConfigurationValues & {
  readonly source: string;
  /** µm from line to line. */
  readonly micrometer?: number;
  readonly lengthUm?: number;
  readonly from?: readonly [number, number];
  readonly to?: readonly [number, number];
  readonly redCells?: boolean;
  /** Source that shows an empty area. */
  readonly flatField?: string;
  readonly save?: string;
  readonly objective?: string;
  readonly replace?: boolean;
  readonly json?: boolean;
};

type Size = { readonly widthPx: number; readonly heightPx: number };
type MeasuredScale = Size & { readonly scale: CalibratedScale; readonly ruling?: FoundRuling };

const EMPTY_FRAMES = 12;

const usage = (what: string, remedy: string): FaultError => new FaultError({ kind: 'usage', what, remedy });
const refused = (source: string, line: string): FaultError => {
  const [what, ...remedy] = line.split(': ');
  return new FaultError({ kind: 'source', source, what: what!, remedy: remedy.join(': ') || 'try another place', passing: false });
};

/** Looks at the frames of a source until a measurement knows. Faults: `source`. */
const measureSource = async (source: string, what: MeasureRequest['what'], flags: CalibrateFlags, io: CommandIo) => {
  const { configuration } = await configurationFrom(flags);
  await using owned = new AsyncDisposableStack();
  const engine =
    what === 'red-cells'
      ? owned.use((await loadEngine({ ...configuration, outlines: false, searchIn: [modelsFolder(configuration.dataDir)] })).engine)
      : undefined;
  const look = lookFor({ what }, engine);
  let found: Finding;
  for await (const taken of readFrames(source, { pool: createFramePool(), signal: io.signal })) {
    using frame = taken;
    found = await look(frame);
    if (found !== undefined) break;
  }
  const { label } = parseSourceAddress(source);
  if (found === undefined) throw refused(label, 'nothing to measure was found: give a source that shows it sharply');
  if ('refused' in found) throw refused(label, found.refused);
  return found.measured;
};

const scaleOf = async (flags: CalibrateFlags, io: CommandIo): Promise<MeasuredScale | undefined> => {
  const { source, micrometer, lengthUm, from, to, redCells } = flags;
  const ways = [micrometer, lengthUm, redCells].filter((way) => way !== undefined).length;
  if (ways > 1) throw usage('--micrometer, --length-um and --red-cells each measure the scale', 'give one of them');
  if (micrometer !== undefined) {
    const found = await measureSource(source, 'micrometer', flags, io);
    if (found.what !== 'micrometer') return undefined;
    const { widthPx, heightPx, ruling } = found;
    return { widthPx, heightPx, ruling, scale: scaleFromLength(micrometer, ruling.pitchPx, ruling.uncertaintyPx, 'micrometer') };
  }
  if (redCells) {
    const found = await measureSource(source, 'red-cells', flags, io);
    if (found.what !== 'red-cells') return undefined;
    const { widthPx, heightPx, umPerPx, uncertaintyUmPerPx } = found;
    return { widthPx, heightPx, scale: { umPerPx, uncertaintyUmPerPx, method: 'red-cells' } };
  }
  if (lengthUm === undefined) return undefined;
  if (from === undefined || to === undefined) throw usage('--length-um is the length between two places', 'give --from x,y and --to x,y');
  const lengthPx = Math.hypot(to[0] - from[0], to[1] - from[1]);
  if (lengthPx < 2) throw usage('--from and --to are the same place', 'give both ends of the length');
  const { widthPx, heightPx } = await measureSource(source, 'still', flags, io);
  return { widthPx, heightPx, scale: scaleFromLength(lengthUm, lengthPx, DRAWN_UNCERTAINTY_PX, 'length') };
};

const lightOf = async (source: string, io: CommandIo): Promise<Size & { readonly light: CalibratedLight; readonly dust: number }> => {
  const colours: BlockColours[] = [];
  let last = { widthPx: 0, heightPx: 0, fullRange: false };
  for await (const taken of readFrames(source, { pool: createFramePool(), signal: io.signal })) {
    using frame = taken;
    last = { widthPx: frame.widthPx, heightPx: frame.heightPx, fullRange: frame.fullRange };
    colours.push(blockColours(frame));
    if (colours.length === EMPTY_FRAMES) break;
  }
  const area = measureEmptyArea(colours, last.fullRange);
  if ('refused' in area) throw refused(parseSourceAddress(source).label, area.refused);
  return { widthPx: last.widthPx, heightPx: last.heightPx, ...area };
};

/** Measures what is asked for on a source's pictures, says it, and keeps it as a profile with `--save`. */
export const runCalibrate = async (flags: CalibrateFlags, io: CommandIo): Promise<CommandResult> => {
  const { source, flatField, save, objective = '', replace = false, json = false } = flags;
  if (save !== undefined && !profileName.safeParse(save).success)
    throw usage(`"${save.slice(0, 60)}" cannot be a profile's name`, 'use letters, digits, spaces, dots, dashes and underscores');
  const scaled = await scaleOf(flags, io);
  const lit = flatField === undefined ? undefined : await lightOf(flatField, io);
  const size = scaled ?? lit;
  if (size === undefined) throw usage('nothing to measure', 'give --micrometer UM, --length-um UM, --red-cells or --flat-field SOURCE');
  if (scaled && lit && (scaled.widthPx !== lit.widthPx || scaled.heightPx !== lit.heightPx))
    throw usage(
      `the pictures of ${source} are ${scaled.widthPx}×${scaled.heightPx}, those of ${flatField} ${lit.widthPx}×${lit.heightPx}`,
      'take both with the same size',
    );
  const { widthPx, heightPx } = size;
  const { label } = parseSourceAddress(source);
  if (save !== undefined) {
    const { configuration } = await configurationFrom(flags);
    const parts = { ...(scaled && { scale: scaled.scale }), ...(lit && { light: lit.light }) };
    const draft: CalibrationDraft = { name: save, objective, camera: label.slice(0, 300), widthPx, heightPx, ...parts };
    await saveProfile(configuration.dataDir, draft, { replace });
  }
  if (json) {
    const { flatField: _gains, ...light } = lit?.light ?? { uncertainty: 0, evenness: 1 };
    const document = {
      schema: 'smearscope.calibrate/1',
      source: label,
      widthPx,
      heightPx,
      ...(scaled && { scale: scaled.scale }),
      ...(scaled?.ruling && { ruling: scaled.ruling }),
      ...(lit && { light, dust: lit.dust }),
      ...(save === undefined ? {} : { saved: save }),
    };
    io.stdout(`${JSON.stringify(document)}\n`);
    return undefined;
  }
  const ruling = scaled?.ruling;
  io.stdout(
    [
      ...(scaled ? [scaleLine(scaled.scale)] : []),
      ...(ruling
        ? [
            `${ruling.lines.length} lines, ${ruling.pitchPx.toFixed(2)} ± ${ruling.uncertaintyPx.toFixed(2)} px apart, turned by ${ruling.angleDeg.toFixed(1)}°`,
          ]
        : []),
      ...(lit ? lightLines(lit.light) : []),
      save === undefined ? 'not kept: give --save NAME' : `kept as ${save}: count … --calibration "${save}"`,
      '',
    ].join('\n'),
  );
  return undefined;
};
