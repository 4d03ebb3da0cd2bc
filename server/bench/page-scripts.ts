/** Runs in the page: counts screen refreshes for so many seconds while `move` is called before each. */
const WATCH = `
  const watch = (seconds, move) => new Promise((done) => {
    const times = [];
    const step = (now) => {
      times.push(now);
      move(times.length);
      if (now - times[0] < seconds * 1000) requestAnimationFrame(step);
      else done(times);
    };
    requestAnimationFrame(step);
  });
`;

/** A page with nothing but a square that turns: what this browser on this machine can do at most. */
export const IDLE = (seconds: number): string => `(() => {
  ${WATCH}
  const square = Object.assign(document.createElement('div'), { style: 'width: 40px; height: 40px; background: teal' });
  document.body.append(square);
  return watch(${seconds}, (n) => { square.style.transform = 'rotate(' + n + 'deg)'; });
})()`;

/**
 * Scrolls the gallery down, ever faster, and up again: from one view of it in a second to five. The page itself does it, before each refresh, which is
 * harder than the wheel: what the browser scrolls alone waits for nothing. Counts the turns in which a row in view was not there.
 */
export const SCROLL = (seconds: number): string => `(async () => {
  ${WATCH}
  const view = document.querySelector('[data-gallery]');
  const speeds = [600, 1200, 2400, 3000, -2400, -1200];
  let missing = 0;
  let before = performance.now();
  const begun = before;
  const times = await watch(${seconds}, () => {
    const { top, bottom } = view.getBoundingClientRect();
    let [first, last] = [Infinity, -Infinity];
    for (const tile of view.querySelectorAll('[data-tile]')) {
      const box = tile.getBoundingClientRect();
      first = Math.min(first, box.top);
      last = Math.max(last, box.bottom);
    }
    if (first > top + 8 || last < bottom - 8) missing += 1;
    const now = performance.now();
    view.scrollTop += (speeds[Math.floor((now - begun) / 1000) % speeds.length] * (now - before)) / 1000;
    before = now;
  });
  return { times, missing };
})()`;

/** Moves the live picture with every refresh, so that picture and boxes are drawn anew each time. */
export const PAN_FIELD = (seconds: number): string => `(() => {
  ${WATCH}
  const view = document.querySelector('canvas[data-field]').parentElement;
  const key = (name) => view.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  return watch(${seconds}, (n) => key(n % 2 ? 'ArrowLeft' : 'ArrowRight'));
})()`;

/** Moves the slide and zooms into it and out again without a rest. */
export const PAN_SLIDE = (seconds: number): string => `(() => {
  ${WATCH}
  const view = document.querySelector('[data-slide-cells]');
  const keys = ['ArrowRight', '+', 'ArrowDown', '+', 'ArrowLeft', '-', 'ArrowUp', '-'];
  const key = (name) => view.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  return watch(${seconds}, (n) => n % 15 === 0 && key(keys[(n / 15) % keys.length]));
})()`;
