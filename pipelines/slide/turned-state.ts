import type { FieldReport, FieldState } from '../../domain/field-report.ts';
import type { Turn } from './turn.ts';

/** A magnification that differs by more is an objective, not a lens that breathes. */
const OTHER_OBJECTIVE = 0.03;

const degrees = ({ angle }: Turn): number => (angle * 180) / Math.PI;

/** A turn as it is reported; `undefined` where none is known. */
export const turnOf = (turn: Turn | undefined): FieldReport['turn'] =>
  turn && { angleDeg: Number(degrees(turn).toFixed(2)), scale: Number(turn.scale.toFixed(4)) };

/** What is said of a frame whose camera stands otherwise than the map's. */
export const turnedState = (turn: Turn): { state: FieldState; reason: string } =>
  Math.abs(turn.scale - 1) > OTHER_OBJECTIVE
    ? {
        state: 'zoomed',
        reason: `magnified ${turn.scale.toFixed(2)} times against the map: change the objective back and go over known ground, or reset`,
      }
    : {
        state: 'turned',
        reason: `the camera is turned by ${degrees(turn).toFixed(1)}° against the map: turn it back and go over known ground, or reset`,
      };
