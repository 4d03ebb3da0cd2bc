import type { FoundRuling, Measured, MeasureRequest, ProfileSummary } from '../../../domain/calibration-measure.ts';
import {
  type CalibratedScale,
  type CalibrationDraft,
  DRAWN_UNCERTAINTY_PX,
  profileName,
  scaleFromLength,
} from '../../../domain/calibration-profile.ts';
import { askApi } from '../live/ask-api.ts';
import { faultLine } from '../live/fault-line.ts';
import * as api from './calibration-api.ts';

export type ScaleMethod = 'micrometer' | 'length' | 'red-cells';
export type Line = readonly [x0: number, y0: number, x1: number, y1: number];
type Found<What extends Measured['what']> = Extract<Measured, { what: What }>;

/** A picture that stands still, as the camera gave it. */
export type Frozen = { readonly what: MeasureRequest['what']; readonly image: ImageBitmap };

/** Everything of the calibration page: what was measured so far, the draft that it makes, and the profiles there are. */
export class CalibrationWork implements Disposable {
  readonly cameraId: string;
  profiles: readonly ProfileSummary[] | undefined = $state.raw();
  /** What the page waits for. */
  busy: string | undefined = $state();
  /** Why the last step was refused, and at which step. */
  refusal: { readonly at: 'scale' | 'light' | 'save' | 'profiles'; readonly line: string } | undefined = $state.raw();
  saved: string | undefined = $state();
  frozen: Frozen | undefined = $state.raw();

  method: ScaleMethod = $state('micrometer');
  pitchUm: number | null = $state(10);
  lengthUm: number | null = $state(50);
  line: Line | undefined = $state.raw();
  ruling: FoundRuling | undefined = $state.raw();
  redCells: Found<'red-cells'> | undefined = $state.raw();
  empty: Found<'empty'> | undefined = $state.raw();
  /** Of a profile that is gone on with: what is not measured anew stays. */
  kept: Pick<CalibrationDraft, 'scale' | 'light'> = $state.raw({});
  /** Size of the pictures that things were measured on. */
  size: { readonly widthPx: number; readonly heightPx: number } | undefined = $state.raw();
  name = $state('');
  objective = $state('');
  evened = $state(true);

  constructor(cameraId: string) {
    this.cameraId = cameraId;
    void this.look();
  }

  readonly lengthPx = $derived.by(() => this.line && Math.hypot(this.line[2] - this.line[0], this.line[3] - this.line[1]));
  readonly measuredScale = $derived.by((): CalibratedScale | undefined => {
    if (this.method === 'red-cells')
      return this.redCells && { umPerPx: this.redCells.umPerPx, uncertaintyUmPerPx: this.redCells.uncertaintyUmPerPx, method: 'red-cells' };
    if (this.method === 'length')
      return this.lengthPx && this.lengthPx >= 2 && this.lengthUm && this.lengthUm > 0
        ? scaleFromLength(this.lengthUm, this.lengthPx, DRAWN_UNCERTAINTY_PX, 'length')
        : undefined;
    return this.ruling && this.pitchUm && this.pitchUm > 0
      ? scaleFromLength(this.pitchUm, this.ruling.pitchPx, this.ruling.uncertaintyPx, 'micrometer')
      : undefined;
  });
  readonly scale = $derived(this.measuredScale ?? this.kept.scale);
  readonly light = $derived(this.empty?.light ?? this.kept.light);
  readonly nameIsRight = $derived(profileName.safeParse(this.name.trim()).success);
  readonly replaces = $derived(this.profiles?.some(({ name }) => name === this.name.trim()) ?? false);
  readonly canSave = $derived(this.nameIsRight && this.size !== undefined && (this.scale ?? this.light) !== undefined);

  async look(): Promise<void> {
    await this.#do('profiles', 'profiles', async () => {
      this.profiles = await api.listProfiles();
    });
  }

  /** Freezes the camera's next picture and measures on it; `still` only freezes it, for a line to be drawn. */
  async measure(what: MeasureRequest['what']): Promise<void> {
    await this.#do(what === 'empty' ? 'light' : 'scale', what, async () => {
      const { found, picture } = await api.measureOn(this.cameraId, what);
      this.frozen?.image.close();
      this.frozen = { what, image: picture };
      this.#take(found);
    });
  }

  /** Lets the live picture be seen again. */
  thaw(): void {
    this.frozen?.image.close();
    this.frozen = undefined;
  }

  chooseMethod(method: ScaleMethod): void {
    this.method = method;
    this.refusal = undefined;
    this.thaw();
  }

  /** Goes on with a profile: what is measured from now on replaces its part. */
  async edit(name: string): Promise<void> {
    await this.#do('profiles', name, async () => {
      const { scale, light, widthPx, heightPx, objective } = await api.readProfile(name);
      this.#clear();
      this.kept = { ...(scale && { scale }), ...(light && { light }) };
      this.size = { widthPx, heightPx };
      this.objective = objective;
      this.name = name;
    });
  }

  async save(camera: string, use: boolean): Promise<void> {
    const { size, scale, light } = this;
    if (size === undefined) return;
    const name = this.name.trim();
    await this.#do('save', 'save', async () => {
      const draft: CalibrationDraft = {
        name,
        objective: this.objective,
        camera: camera.slice(0, 300),
        ...size,
        ...(scale && { scale }),
        ...(light && { light }),
      };
      await api.saveProfile(draft, this.replaces);
      if (use) await api.applyProfile(this.cameraId, name);
      this.profiles = await api.listProfiles();
      this.saved = use ? 'Saved and in use' : 'Saved';
      if (use) this.thaw();
    });
  }

  use(name: string): Promise<void> {
    return this.#do('profiles', name, async () => {
      await api.applyProfile(this.cameraId, name);
    });
  }

  rename(name: string, next: string): Promise<void> {
    return this.#do('profiles', name, async () => {
      await api.renameProfile(name, next.trim());
      this.profiles = await api.listProfiles();
    });
  }

  remove(name: string): Promise<void> {
    return this.#do('profiles', name, async () => {
      await api.deleteProfile(name);
      this.profiles = await api.listProfiles();
    });
  }

  /** Shows one of the virtual microscope's views, to try the page without a microscope. */
  show(source: string): Promise<void> {
    this.thaw();
    return this.#do('scale', source, async () => {
      await askApi('POST', '/api/cameras', { body: { id: this.cameraId, source } });
    });
  }

  [Symbol.dispose](): void {
    this.thaw();
  }

  #take(found: Measured): void {
    const { widthPx, heightPx } = found;
    // Parts that were measured on pictures of another size cannot be kept together.
    if (this.size && (this.size.widthPx !== widthPx || this.size.heightPx !== heightPx)) this.#clear();
    this.size = { widthPx, heightPx };
    this.saved = undefined;
    if (found.what === 'micrometer') this.ruling = found.ruling;
    else if (found.what === 'red-cells') this.redCells = found;
    else if (found.what === 'empty') this.empty = found;
    else this.line ??= [0.3 * widthPx, 0.5 * heightPx, 0.7 * widthPx, 0.5 * heightPx];
  }

  #clear(): void {
    this.ruling = undefined;
    this.redCells = undefined;
    this.empty = undefined;
    this.line = undefined;
    this.kept = {};
    this.saved = undefined;
  }

  async #do(at: NonNullable<CalibrationWork['refusal']>['at'], what: string, act: () => Promise<void>): Promise<void> {
    if (this.busy !== undefined) return;
    this.busy = what;
    this.refusal = undefined;
    try {
      await act();
    } catch (error) {
      this.refusal = { at, line: faultLine(error) };
    } finally {
      this.busy = undefined;
    }
  }
}
