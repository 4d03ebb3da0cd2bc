import { faultLine, toFault } from '../../domain/fault.ts';
import type { Engine } from '../../models/engine.ts';
import { loadEngine } from '../../models/runtime/load-engine.ts';
import type { CameraSettings, EventNews } from './camera-messages.ts';
import { type ChangeableEngine, createChangeableEngine, whyNotInPlaceOf } from './changeable-engine.ts';

/** Lets a camera take up another bundle in the middle of its count. */
export type ModelChanger = {
  /** Takes the engine that counting begins with; gives the one that counting is to hold on to, which owns it. */
  adopt(engine: Engine): ChangeableEngine;
  /** Counting has begun at this scale: from now on bundles change between two frames. */
  begin(umPerPx: number): void;
  /** Looks which bundle the settings' name stands for now, loads it beside the present one, and puts it in its place. */
  ask(): void;
};

export type ModelChangerPorts = {
  readonly settings: CameraSettings;
  readonly tellEvent: (level: EventNews['level'], text: string) => void;
  readonly onChanged: (engine: Engine, reason: string, former: Engine['card']) => void;
  readonly signal: AbortSignal;
};

const named = ({ card }: Engine): string => `${card.name} ${card.version}`;

export const createModelChanger = ({ settings, tellEvent, onChanged, signal }: ModelChangerPorts): ModelChanger => {
  let engine: ChangeableEngine | undefined;
  let umPerPx: number | undefined;
  let asked = false;
  let turn = Promise.resolve();

  const change = async (): Promise<void> => {
    if (engine === undefined || umPerPx === undefined || signal.aborted) return;
    try {
      const { engine: next, reason } = await loadEngine(settings);
      const isSame = JSON.stringify(next.card) === JSON.stringify(engine.card);
      const against = whyNotInPlaceOf(engine, next, umPerPx);
      if (isSame || against !== undefined || signal.aborted) {
        const refused = `${named(next)} is not taken up by this count: ${against}; it is used from the next session on`;
        if (against !== undefined) tellEvent('warning', refused);
        await next[Symbol.asyncDispose]();
        return;
      }
      const [former, formerName] = [engine.card, named(engine)];
      engine.change(next);
      tellEvent('info', `${formerName} is replaced by ${named(next)}; counting goes on with the same map`);
      onChanged(engine, reason, former);
    } catch (error) {
      tellEvent('warning', `the new bundle cannot be taken up: ${faultLine(toFault(error))}`.slice(0, 500));
    }
  };
  const queue = (): void => {
    turn = turn.then(change);
  };
  return {
    adopt: (first) => {
      engine = createChangeableEngine(first);
      return engine;
    },
    begin: (scale) => {
      umPerPx = scale;
      if (asked) queue();
      asked = false;
    },
    ask: () => {
      if (umPerPx === undefined) asked = true;
      else queue();
    },
  };
};
