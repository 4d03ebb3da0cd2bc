import type { CellSighting } from '../../../domain/cell-record.ts';

/** What the sightings of a cell say for one class: how many spoke for it, and how surely on average (0 to 1). */
export type ClassEvidence = { readonly name: string; readonly sightings: number; readonly share: number; readonly meanScore: number };

/** Evidence for each class that any sighting spoke for, strongest first. */
export const classEvidence = (sightings: readonly CellSighting[]): ClassEvidence[] =>
  [...Map.groupBy(sightings, (sighting) => sighting.class)]
    .map(([name, those]) => ({
      name,
      sightings: those.length,
      share: those.length / sightings.length,
      meanScore: those.reduce((sum, { score }) => sum + score, 0) / those.length,
    }))
    .toSorted((a, b) => b.sightings * b.meanScore - a.sightings * a.meanScore || a.name.localeCompare(b.name));
