import { type CameraStatus, cameraStatus } from '../../../domain/wire.ts';
import { askApi } from '../live/ask-api.ts';
import { faultLine } from '../live/fault-line.ts';

const statuses = cameraStatus.array();
const LOOK_EVERY_MS = 4000;

/** All cameras of the service, in the order in which they were opened. */
export class CameraWall {
  cameras: readonly CameraStatus[] | undefined = $state.raw();
  /** Why the cameras could not be listed or one not be closed; empty when they could. */
  problem: string = $state('');

  async look(): Promise<void> {
    try {
      this.cameras = statuses.parse(await askApi('GET', '/api/cameras'));
      this.problem = '';
    } catch (error) {
      this.problem = faultLine(error);
    }
  }

  /** Looks now and then until the returned function is called: others open and close cameras too. */
  follow(): () => void {
    void this.look();
    const timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }

  async close(id: string): Promise<void> {
    try {
      await askApi('DELETE', '/api/cameras/{id}', { path: { id } });
    } catch (error) {
      this.problem = faultLine(error);
      return;
    }
    await this.look();
  }
}
