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

/** The page left alone: what this browser on this machine can do at most. */
export const IDLE = (seconds: number): string => `(() => { ${WATCH} return watch(${seconds}, () => {}); })()`;

/** Scrolls the gallery up and down, three rows in a second at first and ever faster. */
export const SCROLL = (seconds: number): string => `(() => {
  ${WATCH}
  const view = document.querySelector('[data-gallery]');
  let way = 1;
  return watch(${seconds}, (n) => {
    const end = view.scrollHeight - view.clientHeight;
    view.scrollTop += way * Math.min(60, 6 + n / 8);
    if (view.scrollTop >= end - 1) way = -1;
    if (view.scrollTop <= 0) way = 1;
  });
})()`;

/** Moves the live picture with every refresh, so that picture and boxes are drawn anew each time. */
export const PAN_FIELD = (seconds: number): string => `(() => {
  ${WATCH}
  const view = document.querySelector('canvas[data-field]').parentElement;
  const key = (name) => view.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  key('+');
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
