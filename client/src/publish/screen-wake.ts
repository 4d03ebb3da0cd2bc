/** Keeps the screen on until disposed, as far as the browser lets: a computer that sleeps sends no picture. */
export const keepScreenOn = (): Disposable => {
  let lock: WakeLockSentinel | undefined;
  let disposed = false;
  const ask = async () => {
    if (document.hidden || disposed) return;
    try {
      const given = await navigator.wakeLock.request('screen');
      if (disposed) await given.release();
      else lock = given;
    } catch {
      // Without it the computer's own settings decide.
    }
  };
  // The browser takes the lock away from a page that is hidden.
  document.addEventListener('visibilitychange', ask);
  void ask();
  return {
    [Symbol.dispose]() {
      disposed = true;
      document.removeEventListener('visibilitychange', ask);
      void lock?.release().catch(() => {});
    },
  };
};
