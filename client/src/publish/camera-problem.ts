import { faultLine } from '../live/fault-line.ts';
/** Why there is no picture from a camera, in one line with what to do. Takes what `getUserMedia` rejected with. */
export const cameraProblem = (error: unknown): string => {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
      return 'The browser may not use the camera: allow it at the camera sign in the address bar, then start again';
    case 'NotFoundError':
      return 'No camera was found: plug one in, and it appears in the list';
    case 'NotReadableError':
    case 'AbortError':
      return 'The camera cannot be opened: another program may use it; close that program, then start again';
    case 'OverconstrainedError':
      return 'The camera does not have this resolution or frame rate: choose another';
    case 'SecurityError':
      return 'Cameras are switched off for pages in this browser: allow them in its settings, then reload the page';
    default:
      return `The camera cannot be opened (${faultLine(error)}): unplug it, plug it in and start again`;
  }
};
