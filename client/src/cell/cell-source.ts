import { type CellPage, type CellQuery, type CellStory, cellPage, cellStory } from '../../../domain/cell-record.ts';
import { apiAddress, callApi } from '../live/access.ts';

/** Where the cells of a live camera or of a recorded session come from; both speak alike below their base address. */
export class CellSource {
  /** `/api/cameras/ID` or `/api/sessions/ID`. */
  readonly base: string;

  constructor(base: string) {
    this.base = base;
  }

  static ofCamera(cameraId: string): CellSource {
    return new CellSource(`/api/cameras/${encodeURIComponent(cameraId)}`);
  }

  /** Throws an Error whose message is one line for a person; so does `story`. */
  async page(query: Partial<CellQuery>): Promise<CellPage> {
    const asked = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
    return cellPage.parse(await callApi('GET', `${this.base}/cells?${asked}`));
  }

  async story(cell: number): Promise<CellStory> {
    return cellStory.parse(await callApi('GET', `${this.base}/cells/${cell}`));
  }

  /** Address of a keyframe's picture as large as the camera gave it; `session` tells pictures of different counts apart. */
  keyframe(keyframe: number, session?: string): string {
    return apiAddress(`${session === undefined ? this.base : `/api/sessions/${session}`}/keyframes/${keyframe}/picture`);
  }

  /** Address of a cell's picture; by its version it can be kept for good. */
  crop(cell: number, version: number): string {
    return apiAddress(`${this.base}/cells/${cell}/crop?v=${version}`);
  }
}
