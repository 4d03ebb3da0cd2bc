import type { FieldReport } from '../../../domain/field-report.ts';
import { type CameraStatus, cameraStatus, type LiveMessage } from '../../../domain/wire.ts';
import { CountBoard } from '../counts/count-board.svelte.ts';
import { EventLog } from '../events/event-log.svelte.ts';
import { StreamHealth } from '../health/stream-health.svelte.ts';
import { SlideChart } from '../map/slide-chart.svelte.ts';
import { liveAddress } from './access.ts';
import { askApi } from './ask-api.ts';
import { faultLine } from './fault-line.ts';
import { createFieldDecoder, type FieldDecoder } from './field-decoder.ts';
import { type Connection, type LiveSocket, openLiveSocket } from './live-socket.ts';
import type { ShownField } from './picture-decoder.ts';

const statuses = cameraStatus.array();

export type CameraCommand = 'pause' | 'resume' | 'reset';

/** Everything the page knows of one camera; components read it, this class alone writes it. */
export class LiveSession implements Disposable {
  readonly cameraId: string;
  connection: Connection = $state.raw({ state: 'connecting' });
  status: CameraStatus | undefined = $state.raw();
  /** The latest report, whether its picture is shown yet or not. */
  report: FieldReport | undefined = $state.raw();
  /** The picture on the screen with the report of that very frame. */
  shown: ShownField | undefined = $state.raw();
  /** Why the service gives no live picture, where it says so: a wrong token, a camera that it does not have. */
  trouble: string = $state('');
  /** Why the last command was refused; empty when it was not. */
  refusal: string = $state('');
  readonly board = new CountBoard();
  readonly health = new StreamHealth();
  readonly chart = new SlideChart();
  readonly events = new EventLog();
  readonly #socket: LiveSocket;
  readonly #pictures: FieldDecoder;
  #unreadable = 0;

  constructor(cameraId: string) {
    this.cameraId = cameraId;
    this.#pictures = createFieldDecoder(
      {
        shown: (field) => this.#show(field),
        skipped: () => this.health.skipped(),
        fallback: (text) => this.events.add({ at: Date.now(), level: 'warning', text }),
      },
      (message) => this.#socket.say(message),
    );
    this.#socket = openLiveSocket(() => liveAddress(cameraId, this.#pictures.wish), {
      message: (message) => this.#take(message),
      connection: (connection) => this.#join(connection),
      unreadable: (why) => this.#complain(why),
    });
  }

  /** Asks the camera to pause, go on or start its count anew; a refusal is shown, not thrown. */
  async command(command: CameraCommand): Promise<void> {
    this.refusal = '';
    try {
      await askApi('POST', `/api/cameras/{id}/${command}`, { path: { id: this.cameraId } });
    } catch (error) {
      this.refusal = faultLine(error);
    }
  }

  togglePause(): Promise<void> {
    return this.command(this.status?.state === 'paused' ? 'resume' : 'pause');
  }

  retryNow(): void {
    this.#socket.retryNow();
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
    this.#pictures[Symbol.dispose]();
    this.shown?.picture.image.close();
    this.shown = undefined;
  }

  #take(message: LiveMessage): void {
    switch (message.type) {
      case 'hello':
      case 'status':
        this.#adopt(message.status);
        return;
      case 'frame':
        this.report = message.report;
        this.board.take(message.report.counts, message.report.capturedAtMs);
        this.health.take(message.report, message.latencyMs, message.skipped, performance.now());
        this.#pictures.take(message);
        return;
      case 'map':
        this.chart.take(message);
        return;
      case 'event':
        this.events.add(message);
        return;
      default:
        message satisfies never;
    }
  }

  #adopt(status: CameraStatus): void {
    const before = this.status;
    this.status = status;
    this.board.name(status.classes);
    // A process that starts has counted nothing yet, whatever the one before it had.
    if (status.state === 'starting' || status.state === 'restarting') this.board.clear();
    if (status.state === 'starting' || (before && before.source !== status.source)) this.#forgetPicture();
    if (before?.state !== status.state) this.health.interrupt();
  }

  #show(field: ShownField): void {
    // Decoded while the camera was given another source, or passed by a later one that was quicker to decode.
    if (!this.report || (this.shown && field.report.capturedAtMs < this.shown.report.capturedAtMs)) {
      field.picture.image.close();
      return;
    }
    this.shown?.picture.image.close();
    this.shown = field;
    this.health.shown(performance.now());
  }

  #forgetPicture(): void {
    this.#pictures.restart();
    this.shown?.picture.image.close();
    this.shown = undefined;
    this.report = undefined;
    this.health.reading = undefined;
  }

  #join(connection: Connection): void {
    const before = this.connection.state;
    this.connection = connection;
    if (connection.state === 'open') this.trouble = '';
    if (connection.state === 'reconnecting') void this.#askWhy();
    if (connection.state === 'reconnecting' && before === 'open') {
      this.events.add({ at: Date.now(), level: 'warning', text: 'The page lost its connection to the service' });
      this.health.interrupt();
    }
    if (connection.state === 'open' && before === 'reconnecting') {
      this.events.add({ at: Date.now(), level: 'info', text: 'The page is connected to the service again' });
    }
  }

  /** A socket that is refused does not tell why; the service does when it is asked. */
  async #askWhy(): Promise<void> {
    try {
      const cameras = statuses.parse(await askApi('GET', '/api/cameras'));
      const isThere = cameras.some(({ id }) => id === this.cameraId);
      this.trouble = isThere ? '' : `The service has no camera ${this.cameraId}: open one on the Cameras page`;
    } catch (error) {
      this.trouble = faultLine(error);
    }
    if (this.connection.state === 'open') this.trouble = '';
  }

  #complain(why: string): void {
    this.#unreadable += 1;
    // One line is enough; a flood of them would push out everything else.
    if (this.#unreadable === 1) this.events.add({ at: Date.now(), level: 'error', text: `The page could not read a message: ${why}` });
  }
}
