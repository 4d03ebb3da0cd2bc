import type { Patch } from './paint-patch.ts';

/** How the dye of one smear differs from the usual: three tables of 256, by channel, from transmittance to transmittance. */
export type Stain = Uint8Array;

/**
 * A patch turned about its middle by an angle in radians (bilinear, 16 binary places), its colours changed by `stain`. `mirrored` turns its other side up.
 */
export const turnPatch = (patch: Patch, angle: number, mirrored: boolean, stain: Stain): Patch => {
  const { widthPx: w, heightPx: h, rgb, mask } = patch;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const widthPx = Math.max(1, Math.ceil(Math.abs(w * cos) + Math.abs(h * sin)));
  const heightPx = Math.max(1, Math.ceil(Math.abs(w * sin) + Math.abs(h * cos)));
  const turned = { widthPx, heightPx, rgb: new Uint8Array(3 * widthPx * heightPx), mask: new Uint8Array(widthPx * heightPx) };
  const flip = mirrored ? -1 : 1;
  const [stepU, stepV] = [Math.round(cos * flip * 65_536), Math.round(-sin * 65_536)];
  const [limitU, limitV] = [(w - 1) * 65_536, (h - 1) * 65_536];
  for (let y = 0, to = 0; y < heightPx; y++) {
    const [dx, dy] = [0.5 - widthPx / 2, y + 0.5 - heightPx / 2];
    let u = Math.round((flip * (dx * cos + dy * sin) + w / 2 - 0.5) * 65_536);
    let v = Math.round((dy * cos - dx * sin + h / 2 - 0.5) * 65_536);
    for (let x = 0; x < widthPx; x++, to++, u += stepU, v += stepV) {
      if (u < 0 || v < 0 || u >= limitU || v >= limitV) continue;
      const at = (v >> 16) * w + (u >> 16);
      const fu = (u & 65_535) >> 8;
      const fv = (v & 65_535) >> 8;
      const a = (256 - fu) * (256 - fv);
      const b = fu * (256 - fv);
      const c = (256 - fu) * fv;
      const d = fu * fv;
      const soft = (mask[at]! * a + mask[at + 1]! * b + mask[at + w]! * c + mask[at + w + 1]! * d) >> 16;
      if (soft === 0) continue;
      turned.mask[to] = soft;
      const i = 3 * at;
      const j = i + 3 * w;
      turned.rgb[3 * to] = stain[(rgb[i]! * a + rgb[i + 3]! * b + rgb[j]! * c + rgb[j + 3]! * d) >> 16]!;
      turned.rgb[3 * to + 1] = stain[256 + ((rgb[i + 1]! * a + rgb[i + 4]! * b + rgb[j + 1]! * c + rgb[j + 4]! * d) >> 16)]!;
      turned.rgb[3 * to + 2] = stain[512 + ((rgb[i + 2]! * a + rgb[i + 5]! * b + rgb[j + 2]! * c + rgb[j + 5]! * d) >> 16)]!;
    }
  }
  return turned;
};
