import type { CellShape } from '../../../domain/cell-shape.ts';

/** One measure of a cell: its value ready to be shown, and what it says. */
export type ShapeFact = { readonly name: string; readonly value: string; readonly why: string };

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** The measures of an outline. `estimated`: lengths rest on an estimated scale; ratios do not. */
export const shapeFacts = (shape: CellShape, estimated: boolean): readonly ShapeFact[] => {
  const about = estimated ? '≈ ' : '';
  const scale = estimated ? '; the scale is estimated from the red cells (7.2 µm)' : '';
  return [
    { name: 'Area', value: `${about}${shape.areaUm2.toFixed(1)} µm²`, why: `within the outline${scale}` },
    { name: 'Diameter', value: `${about}${shape.diameterUm.toFixed(2)} µm`, why: `of the circle of the same area${scale}` },
    { name: 'Circularity', value: shape.circularity.toFixed(2), why: '4π · area / perimeter²: 1 for a circle' },
    { name: 'Eccentricity', value: shape.eccentricity.toFixed(2), why: '0 for a circle, near 1 for a needle' },
    ...(shape.pallor === undefined
      ? []
      : [
          {
            name: 'Central pallor',
            value: percent(shape.pallor),
            why: 'diameter of the paler middle over the cell’s own, normally about a third',
          },
        ]),
    ...(shape.nucleusShare === undefined
      ? []
      : [{ name: 'Nucleus', value: percent(shape.nucleusShare), why: 'area of the nucleus over the cell’s own' }]),
  ];
};

/** All measures in one line. */
export const shapeLine = (shape: CellShape, estimated: boolean): string =>
  shapeFacts(shape, estimated)
    .map(({ name, value }) => `${name.toLowerCase()} ${value}`)
    .join(', ');
