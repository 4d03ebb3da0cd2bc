import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Configuration } from '../../domain/configuration.ts';
import { FaultError } from '../../domain/fault.ts';
import type { FieldReport } from '../../domain/field-report.ts';
import type { Frame } from '../../domain/frame.ts';
import { sessionId } from '../../domain/session.ts';
import type { Engine } from '../../models/engine.ts';
import type { OnStep } from '../../pipelines/replay/step-teller.ts';
import type { Sighted } from '../../pipelines/slide/cell.ts';
import type { SmearCounter } from '../../pipelines/smear-counter.ts';
import { createLedgerTeller, type LedgerTeller } from '../camera/ledger-teller.ts';
import { createMapTeller, type MapTeller } from '../camera/map-teller.ts';
import type { NewsChannel } from '../camera/news-channel.ts';
import { modelOf } from '../camera/session-keeper.ts';
import type { Scale } from '../find-scale.ts';
import { createJpegEncoder } from '../ingest/jpeg-encoder.ts';
import { DATABASE_FILE, keyframePictureFile, mapFile, newSessionId } from '../sessions/session-folder.ts';
import { createSessionRecorder } from '../sessions/session-recorder.ts';
import type { CommandIo } from './command-io.ts';
import { packageVersion } from './version.ts';

type Counted = {
  readonly specimen: Configuration['specimen'];
  readonly engine: Engine;
  readonly scale: Scale;
  readonly calibration?: string | undefined;
  readonly configuration: Configuration;
  readonly counter: SmearCounter | undefined;
};

/** A session folder that an offline count fills; it waits for the disk, so that nothing is lost. */
export type CountSession = {
  readonly map: string;
  begin(counted: Counted): Promise<void>;
  sight(frame: Frame, sighted: readonly Sighted[]): void;
  readonly step: OnStep;
  /** Borrows the frame. */
  see(frame: Frame, report: FieldReport): Promise<void>;
  close(): Promise<void>;
};

const FRAMES_AT_ONCE = 30;
const THUMBNAIL_PX = 320;
/** Of keyframes as large as they were, as a camera keeps them. */
const PICTURE_QUALITY = 82;

/** Makes the folder. Throws a `data` fault where there is a session in it already, or where it cannot be written. */
export const openCountSession = async (dir: string, source: string, io: CommandIo): Promise<CountSession> => {
  const folder = resolve(dir);
  const refuse = (what: string, remedy: string): FaultError => new FaultError({ kind: 'data', path: folder, what, remedy });
  if (existsSync(join(folder, DATABASE_FILE))) throw refuse('there is a session in this folder already', 'give a new folder');
  const recorder = createSessionRecorder(folder, (text) => io.stderr(`${text}\n`));
  if ((await recorder.state) === undefined) {
    await recorder.close(undefined);
    throw refuse('the session cannot be written', 'give a folder that can be written');
  }
  const thumbnails = createJpegEncoder({ quality: 70, maxWidthPx: THUMBNAIL_PX });
  const pictures = createJpegEncoder({ quality: PICTURE_QUALITY });
  const channel: NewsChannel = {
    behind: false,
    tell: (news) => {
      if (news.type === 'ledger' || news.type === 'map') recorder.hear(news);
    },
  };
  let counter: SmearCounter | undefined;
  let map: MapTeller | undefined;
  let ledger: LedgerTeller | undefined;
  let frames = 0;
  const write = async (): Promise<void> => {
    map?.tell();
    ledger?.tell();
    recorder.flush(counter);
    await recorder.written();
  };
  const keepPicture = async (frame: Frame, keyframe: number): Promise<void> => {
    const path = keyframePictureFile(folder, keyframe);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await pictures.encode(frame));
  };
  return {
    map: mapFile(folder),
    begin: async ({ specimen, engine, scale, calibration, configuration, counter: given }) => {
      counter = given;
      const { classes } = engine.card;
      if (given !== undefined) {
        map = createMapTeller(given, thumbnails, channel);
        ledger = createLedgerTeller(given, classes, channel);
      }
      const { token: _token, ...settings } = configuration;
      recorder.note({
        id: sessionId.safeParse(basename(folder)).success ? basename(folder) : newSessionId(),
        camera: 'count',
        source,
        specimen,
        classes: [...classes],
        model: modelOf(engine.card),
        engine: engine.name,
        umPerPx: scale.umPerPx,
        umPerPxFrom: scale.from,
        ...(calibration === undefined ? {} : { calibration }),
        settings: JSON.parse(JSON.stringify(settings)),
        program: packageVersion(),
        startedAt: Date.now(),
        kept: true,
        flags: [],
      });
    },
    sight: recorder.sight,
    step: recorder.step,
    see: async (frame, report) => {
      map?.see(frame, report);
      recorder.see(report);
      if (report.keyframe !== undefined) await keepPicture(frame, report.keyframe);
      if (++frames % FRAMES_AT_ONCE === 0) await write();
    },
    close: async () => {
      await write();
      await recorder.close(counter);
      thumbnails[Symbol.dispose]();
      pictures[Symbol.dispose]();
    },
  };
};
