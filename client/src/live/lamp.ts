import type { FieldReport, FieldState } from '../../../domain/field-report.ts';
import type { CameraStatus } from '../../../domain/wire.ts';
import type { Connection } from './live-socket.ts';

/** Severity of what the lamp says; each has its colour and its icon, so that neither speaks alone. */
export type LampTone = 'good' | 'calm' | 'warning' | 'bad' | 'off';

/** What the lamp says: one or two words, and why. */
export type Lamp = { readonly tone: LampTone; readonly word: string; readonly reason: string };

const fieldLamps: Record<FieldState, Lamp> = {
  sharp: { tone: 'good', word: 'Sharp', reason: 'counting' },
  resting: { tone: 'calm', word: 'Resting', reason: 'nothing new in view' },
  fast: { tone: 'warning', word: 'Too fast', reason: 'move the stage more slowly' },
  blurred: { tone: 'warning', word: 'Out of focus', reason: 'turn the fine focus' },
  dark: { tone: 'warning', word: 'Too dark', reason: 'turn the lamp up' },
  bright: { tone: 'warning', word: 'Too bright', reason: 'turn the lamp down' },
  lost: { tone: 'bad', word: 'Lost', reason: 'go back over ground seen before' },
  turned: { tone: 'bad', word: 'Turned', reason: 'the camera was turned: turn it back, or reset' },
  zoomed: { tone: 'bad', word: 'Other objective', reason: 'change the objective back, or reset' },
};

/** Of flowing cells nothing rests. */
const emptyChannel: Lamp = { tone: 'calm', word: 'Empty', reason: 'no cell in the channel' };

const cameraLamps: Record<Exclude<CameraStatus['state'], 'running'>, Lamp> = {
  starting: { tone: 'off', word: 'Starting', reason: 'opening the source' },
  paused: { tone: 'off', word: 'Paused', reason: 'nothing is counted' },
  reconnecting: { tone: 'warning', word: 'No signal', reason: 'trying to reach the source again' },
  restarting: { tone: 'bad', word: 'Restarting', reason: 'the camera process stopped and is started again' },
  ended: { tone: 'off', word: 'Ended', reason: 'the source has no more frames' },
  failed: { tone: 'bad', word: 'Failed', reason: 'the source cannot be shown' },
};

/** The lamp for the present moment: the connection first, then the camera, then the field. */
export const lampFor = (connection: Connection, status: CameraStatus | undefined, report: FieldReport | undefined): Lamp => {
  if (connection.state === 'outdated') return { tone: 'bad', word: 'Reload', reason: 'the service was updated' };
  if (connection.state === 'reconnecting') return { tone: 'bad', word: 'No connection', reason: 'trying to reach the service' };
  if (connection.state === 'connecting' || !status) return { tone: 'off', word: 'Connecting', reason: 'waiting for the service' };
  if (status.state !== 'running') {
    const lamp = cameraLamps[status.state];
    return status.reason ? { ...lamp, reason: status.reason } : lamp;
  }
  if (!report) return { tone: 'off', word: 'Waiting', reason: 'for the first frame' };
  const lamp = report.flow && report.state === 'resting' ? emptyChannel : fieldLamps[report.state];
  return report.reason ? { ...lamp, reason: report.reason } : lamp;
};
