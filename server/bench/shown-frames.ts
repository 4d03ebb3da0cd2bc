import type { Browser, CDPSession } from 'playwright-core';

/** What a browser did between two moments. */
export type ShownFrames = {
  /** Frames that its compositor drew: what somebody before the screen saw. */
  readonly shown: number;
  /** Processor time of all its processes. */
  readonly processorMs: number;
};

type Traced = { readonly name: string; readonly pid: number };

const FRAME_CATEGORY = 'disabled-by-default-devtools.timeline.frame';

const processorMs = async (devtools: CDPSession): Promise<number> => {
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  return processInfo.reduce((sum, { cpuTime }) => sum + 1000 * cpuTime, 0);
};

/**
 * Watches what the browser draws until the returned function is called. A page's own `requestAnimationFrame` is called also for frames that the
 * compositor then drops, and not for those that it scrolls without the page; its trace tells of each one drawn.
 */
export const watchShownFrames = async (browser: Browser): Promise<() => Promise<ShownFrames>> => {
  const devtools = await browser.newBrowserCDPSession();
  const drawn = new Map<number, number>();
  devtools.on('Tracing.dataCollected', ({ value }) => {
    for (const { name, pid } of value as unknown as Traced[]) if (name === 'DrawFrame') drawn.set(pid, (drawn.get(pid) ?? 0) + 1);
  });
  const before = await processorMs(devtools);
  await devtools.send('Tracing.start', { traceConfig: { includedCategories: [FRAME_CATEGORY], excludedCategories: ['*'] } });
  return async () => {
    const spent = (await processorMs(devtools)) - before;
    const complete = new Promise<void>((resolve) => devtools.once('Tracing.tracingComplete', () => resolve()));
    await devtools.send('Tracing.end');
    await complete;
    await devtools.detach();
    // One page is in sight; another process draws nothing, or its own blank start.
    return { shown: Math.max(0, ...drawn.values()), processorMs: spent };
  };
};
