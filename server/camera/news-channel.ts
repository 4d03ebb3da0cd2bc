import type { CameraNews } from './camera-messages.ts';

/** Pictures that may wait for the server at once; with more it is behind, and a newer picture is better than a queue. */
const MAX_PENDING = 2;

/** The camera process's way to tell the server. */
export type NewsChannel = {
  tell(news: CameraNews): void;
  /** Whether the server has not yet taken in what was told. */
  readonly behind: boolean;
};

/** News through the IPC channel of this process. A channel that is closed swallows them: the process is about to end. */
export const createNewsChannel = (): NewsChannel => {
  let pending = 0;
  return {
    tell: (news) => {
      if (!process.connected) return;
      pending++;
      process.send?.(news, undefined, undefined, () => {
        pending--;
      });
    },
    get behind() {
      return pending > MAX_PENDING;
    },
  };
};
