import sharp from 'sharp';
import type { Slide } from './slide.ts';

/** A slide as seen out of focus; `sigmaPx` the standard deviation of the blur. Planes as in `Slide`. */
export type FocalPlane = Pick<Slide, 'y' | 'u' | 'v'> & { readonly sigmaPx: number };

/** A slide with what a defocused lens makes of it, mildest first, so that a frame only blends two neighbours. */
export type FocalStack = { readonly widthPx: number; readonly heightPx: number; readonly planes: readonly FocalPlane[] };

/** Below this the slide's own sharpness stands. */
const IN_FOCUS_PX = 0.45;
const SIGMAS_PX = [1.2, 2.4, 4.2] as const;

const blurred = async (plane: Uint8Array, width: number, height: number, sigma: number): Promise<Uint8Array> => {
  const { data } = await sharp(plane, { raw: { width, height, channels: 1 } })
    .blur(sigma)
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return data;
};

/** Blurs the slide once for each step of defocus. */
export const focalStack = async ({ widthPx, heightPx, y, u, v }: Slide): Promise<FocalStack> => {
  const chroma = (plane: Uint8Array, sigma: number): Promise<Uint8Array> => blurred(plane, widthPx / 2, heightPx / 2, sigma / 2);
  const defocused = SIGMAS_PX.map(async (sigmaPx) => {
    const [blurredY, blurredU, blurredV] = await Promise.all([
      blurred(y, widthPx, heightPx, sigmaPx),
      chroma(u, sigmaPx),
      chroma(v, sigmaPx),
    ]);
    return { sigmaPx, y: blurredY, u: blurredU, v: blurredV };
  });
  return { widthPx, heightPx, planes: [{ sigmaPx: IN_FOCUS_PX, y, u, v }, ...(await Promise.all(defocused))] };
};

/** The slide in focus alone, for optics without defocus. */
export const inFocus = ({ widthPx, heightPx, y, u, v }: Slide): FocalStack => ({
  widthPx,
  heightPx,
  planes: [{ sigmaPx: IN_FOCUS_PX, y, u, v }],
});

/** How much of which planes makes up a defocus: the two around it, so weighted that the variances add up. */
export const blendFor = ({ planes }: FocalStack, defocusPx: number): { readonly plane: FocalPlane; readonly weight: number }[] => {
  const above = planes.findIndex(({ sigmaPx }) => sigmaPx > defocusPx);
  if (above === 0) return [{ plane: planes[0]!, weight: 1 }];
  if (above < 0) return [{ plane: planes.at(-1)!, weight: 1 }];
  const low = planes[above - 1]!;
  const high = planes[above]!;
  const weight = (defocusPx ** 2 - low.sigmaPx ** 2) / (high.sigmaPx ** 2 - low.sigmaPx ** 2);
  return [
    { plane: low, weight: 1 - weight },
    { plane: high, weight },
  ];
};
