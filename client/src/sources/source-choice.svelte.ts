import { openCamera, type SourceOffer, sourceOffer } from '../../../domain/wire.ts';
import { askApi } from '../live/ask-api.ts';
import { faultLine } from '../live/fault-line.ts';
import { uploadFile } from './upload-file.ts';

export type SourceKind = SourceOffer['kind'];

const offers = sourceOffer.array();

/** What is being put together in the source picker, and what the service said to it. */
export class SourceChoice {
  kind: SourceKind = $state('simulate');
  seed: number | undefined = $state(1);
  dirt: boolean = $state(true);
  jumps: boolean = $state(false);
  /** What was typed or chosen, one for each kind that has an address. */
  readonly addresses: Record<Exclude<SourceKind, 'simulate'>, string> = $state({ file: '', url: '', camera: '' });
  umPerPx: number | undefined = $state();
  /** One line on why the source was refused; empty when it was not. */
  problem: string = $state('');
  offers: readonly SourceOffer[] = $state.raw([]);
  busy: boolean = $state(false);
  /** Share of a file that is uploaded, 0 to 1, while one is. */
  uploaded: number | undefined = $state();

  get address(): string {
    if (this.kind !== 'simulate') return this.addresses[this.kind].trim();
    const options = new URLSearchParams({ seed: String(Math.max(0, Math.floor(this.seed ?? 1))) });
    if (this.dirt) options.set('dirt', '1');
    if (this.jumps) options.set('jumps', '1');
    return `simulate:?${options}`;
  }

  choose(kind: SourceKind): void {
    this.kind = kind;
    this.problem = '';
  }

  /** Asks the service what it has to offer: cameras that are plugged in, files in its data folder. */
  async look(): Promise<void> {
    this.busy = true;
    try {
      this.offers = offers.parse(await askApi('GET', '/api/sources'));
      this.addresses.camera ||= this.offers.find(({ kind }) => kind === 'camera')?.address ?? '';
    } catch (error) {
      this.problem = faultLine(error);
    }
    this.busy = false;
  }

  async upload(file: File): Promise<void> {
    this.problem = '';
    this.uploaded = 0;
    try {
      const offer = await uploadFile(file, (share) => {
        this.uploaded = share;
      });
      this.offers = [offer, ...this.offers.filter(({ address }) => address !== offer.address)];
      this.addresses.file = offer.address;
    } catch (error) {
      this.problem = faultLine(error);
    }
    this.uploaded = undefined;
  }

  /** Opens the source in the camera; false, with `problem` told, where it is refused. */
  async open(cameraId: string): Promise<boolean> {
    this.problem = '';
    if (this.address === '') {
      this.problem = this.kind === 'camera' ? 'Choose a camera' : this.kind === 'file' ? 'Give a path or drop a file' : 'Give an address';
      return false;
    }
    const request = openCamera.safeParse({ id: cameraId, source: this.address, umPerPx: this.umPerPx ?? undefined });
    if (!request.success) {
      this.problem = 'The scale must lie between 0 and 10 µm for a pixel';
      return false;
    }
    this.busy = true;
    try {
      await askApi('POST', '/api/cameras', { body: request.data });
      return true;
    } catch (error) {
      this.problem = faultLine(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
