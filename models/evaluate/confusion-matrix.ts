import type { FieldMatch } from './match-field.ts';

/**
 * What true cells were found as: a row for each true class, a column for each class found, both with the background last. So the last
 * column counts the missed cells, the last row the false ones; background on background stays 0, as there is no end to it.
 */
export const confusionMatrix = (fields: readonly (readonly FieldMatch[])[], classes: number): number[][] => {
  const matrix = Array.from({ length: classes + 1 }, () => new Array<number>(classes + 1).fill(0));
  for (const match of fields.flat()) {
    const row = match.kind === 'false' ? classes : match.truth.classIndex;
    const column = match.kind === 'missed' ? classes : match.detection.classIndex;
    matrix[row]![column]! += 1;
  }
  return matrix;
};
