import { type Agreement, agreement } from '../../../domain/agreement.ts';
import type { ReadingNumber } from '../../../domain/cell-record.ts';
import { type ExportOffer, exportList } from '../../../domain/export.ts';
import type { KeyframePage } from '../../../domain/recorded-keyframe.ts';
import { keyframePage } from '../../../domain/recorded-keyframe.ts';
import {
  type FrameCells,
  frameCells,
  type RecordedFrame,
  recordedFrames,
  type Timeline,
  timeline,
  type VideoSamples,
  videoSamples,
} from '../../../domain/recording.ts';
import {
  type Change,
  type ChangeAnswer,
  type CorrectionPage,
  changeAnswer,
  correctionPage,
  type ReviewState,
  reviewState,
  type SignRequest,
} from '../../../domain/review.ts';
import { type SessionDetail, sessionDetail } from '../../../domain/session.ts';
import { apiAddress, authorization } from '../live/access.ts';
import { askApi } from '../live/ask-api.ts';

/** Everything that is asked of one recorded session. Calls throw an Error whose message is one line for a person. */
export class ReviewApi {
  readonly id: string;
  readonly base: string;

  constructor(id: string) {
    this.id = id;
    this.base = `/api/sessions/${encodeURIComponent(id)}`;
  }

  private get here(): { readonly path: { readonly id: string } } {
    return { path: { id: this.id } };
  }

  async detail(): Promise<SessionDetail> {
    return sessionDetail.parse(await askApi('GET', '/api/sessions/{id}', this.here));
  }

  async timeline(bins: number): Promise<Timeline> {
    return timeline.parse(await askApi('GET', '/api/sessions/{id}/timeline', { ...this.here, query: { bins } }));
  }

  async frames(query: Readonly<Record<string, number>>): Promise<readonly RecordedFrame[]> {
    return recordedFrames.parse(await askApi('GET', '/api/sessions/{id}/frames', { ...this.here, query })).frames;
  }

  async samples(video: number, from: number, to: number): Promise<VideoSamples> {
    return videoSamples.parse(
      await askApi('GET', '/api/sessions/{id}/videos/{n}/samples', { path: { id: this.id, n: String(video) }, query: { from, to } }),
    );
  }

  /** A part of a video file. */
  async videoBytes(video: number, offset: number, bytes: number, signal: AbortSignal): Promise<ArrayBuffer> {
    const answer = await fetch(`${this.base}/videos/${video}`, {
      headers: { ...authorization(), range: `bytes=${offset}-${offset + bytes - 1}` },
      signal,
    });
    if (answer.status !== 206) throw new Error(`The video could not be read (${answer.status})`);
    return answer.arrayBuffer();
  }

  /** Picture of a frame as JPEG, and whether it is of that very frame: of one without video it is the nearest field of the map. */
  async picture({ id, keyframe }: RecordedFrame): Promise<{ readonly jpeg: Blob; readonly exact: boolean }> {
    const answer = await fetch(`${this.base}/frames/${id}/picture`, { headers: authorization() });
    if (!answer.ok) throw new Error(`No picture of frame ${id} is kept`);
    const told = answer.headers.get('x-smearscope-frame');
    return { jpeg: await answer.blob(), exact: told === String(id) || told === `keyframe ${keyframe}` };
  }

  async cellsOf(frame: number, reading: ReadingNumber): Promise<FrameCells> {
    return frameCells.parse(
      await askApi('GET', '/api/sessions/{id}/frames/{frame}/cells', {
        path: { id: this.id, frame: String(frame) },
        query: { reading: `${reading}` },
      }),
    );
  }

  async keyframes(from: number, pictures: boolean): Promise<KeyframePage> {
    const limit = pictures ? 100 : 1000;
    return keyframePage.parse(
      await askApi('GET', '/api/sessions/{id}/keyframes', { ...this.here, query: { from, limit, pictures: String(pictures) } }),
    );
  }

  async review(reading: ReadingNumber): Promise<ReviewState> {
    return reviewState.parse(await askApi('GET', '/api/sessions/{id}/review', { ...this.here, query: { reading: `${reading}` } }));
  }

  async correct(reading: ReadingNumber, by: string, change: Change): Promise<ChangeAnswer> {
    return changeAnswer.parse(await askApi('POST', '/api/sessions/{id}/corrections', { ...this.here, body: { reading, by, change } }));
  }

  async step(which: 'undo' | 'redo', reading: ReadingNumber, by: string): Promise<ChangeAnswer> {
    return changeAnswer.parse(await askApi('POST', `/api/sessions/{id}/corrections/${which}`, { ...this.here, body: { reading, by } }));
  }

  async history(reading: ReadingNumber, cursor?: string): Promise<CorrectionPage> {
    return correctionPage.parse(
      await askApi('GET', '/api/sessions/{id}/corrections', { ...this.here, query: { reading, limit: 100, cursor } }),
    );
  }

  async sign(request: SignRequest): Promise<void> {
    await askApi('POST', '/api/sessions/{id}/signatures', { ...this.here, body: request });
  }

  async agreement(): Promise<Agreement> {
    return agreement.parse(await askApi('GET', '/api/sessions/{id}/agreement', this.here));
  }

  /** Address of an export as a download. */
  async exports(): Promise<readonly ExportOffer[]> {
    return exportList.parse(await askApi('GET', '/api/exports')).exports;
  }

  exportAddress(format: string, reading: ReadingNumber | 'counted'): string {
    return apiAddress(`${this.base}/export/${format}?reading=${reading}`);
  }
}
