import type { Engine } from '../../models/engine.ts';

/** An engine that another can take the place of while it is used. Owns whichever it has. */
export type ChangeableEngine = Engine & {
  /** The next call of `detect` is the other's; the former is disposed when what it was asked is answered. */
  change(next: Engine): void;
};

/** Why an engine cannot take the place of another in the middle of a count; `undefined` where it can. */
export const whyNotInPlaceOf = (former: Engine, next: Engine, umPerPx: number): string | undefined => {
  const [classes, others] = [former.card.classes.join(', '), next.card.classes.join(', ')];
  if (classes !== others) return `its classes are ${others}, those of the count ${classes}`;
  const [tiling, other] = [former.tiling(umPerPx), next.tiling(umPerPx)];
  // The ground already looked at was cut up by the former one's tiles.
  if (tiling.tilePx !== other.tilePx || tiling.overlapPx !== other.overlapPx) return 'it cuts the picture into other tiles';
  return undefined;
};

export const createChangeableEngine = (first: Engine): ChangeableEngine => {
  let current = first;
  const busy = new Map<Engine, number>();
  const retired = new Set<Engine>();
  const letGo = async (engine: Engine): Promise<void> => {
    if (busy.has(engine) || !retired.delete(engine)) return;
    await engine[Symbol.asyncDispose]();
  };
  return {
    get name() {
      return current.name;
    },
    get card() {
      return current.card;
    },
    get draws() {
      return current.draws;
    },
    tiling: (umPerPx) => current.tiling(umPerPx),
    detect: async (frame, tiles, umPerPx, signal) => {
      const engine = current;
      busy.set(engine, (busy.get(engine) ?? 0) + 1);
      try {
        return await engine.detect(frame, tiles, umPerPx, signal);
      } finally {
        const left = busy.get(engine)! - 1;
        if (left === 0) busy.delete(engine);
        else busy.set(engine, left);
        void letGo(engine);
      }
    },
    change: (next) => {
      const former = current;
      current = next;
      retired.add(former);
      void letGo(former);
    },
    [Symbol.asyncDispose]: () => current[Symbol.asyncDispose](),
  };
};
