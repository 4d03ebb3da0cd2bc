import { expect, test } from 'vitest';
import { latestMap } from '../../../pipelines/operators/latest-map.ts';
import { playMarbles } from './play-marbles.ts';

// The worker takes five ticks.
test.each([
  {
    what: 'works on one at a time; of those that arrive meanwhile only the newest waits',
    input: '  a-bcd------------',
    out: '    -----A----D------',
    dropped: '---bc------------',
    end: '    -----------------',
  },
  {
    what: 'takes the next at once when nothing waits',
    input: '  a------b---------',
    out: '    -----A------B----',
    dropped: '-----------------',
    end: '    -----------------',
  },
  {
    what: 'completes with the last output, not with the source',
    input: '  a-b|-------------',
    out: '    -----A----B------',
    dropped: '-----------------',
    end: '    ----------|------',
  },
  {
    what: 'completes at once when idle',
    input: '  a------|---------',
    out: '    -----A-----------',
    dropped: '-----------------',
    end: '    -------|---------',
  },
  {
    what: 'drops the one that waits and is silent once unsubscribed',
    input: '  a-b-^------------',
    out: '    -----------------',
    dropped: '----b------------',
    end: '    -----------------',
  },
  {
    what: 'passes an error of the source on at once, and drops the one that waits',
    input: '  a-b-#------------',
    out: '    -----------------',
    dropped: '----b------------',
    end: '    ----#------------',
  },
  {
    what: 'passes an error of the worker on, and drops the one that waits',
    input: '  !-b-c------------',
    out: '    -----------------',
    dropped: '----bc-----------',
    end: '    -----#-----------',
  },
])('$what', async ({ input, out, dropped, end }) => {
  const picture = (drawn: string): string => drawn.trim();
  const played = await playMarbles(latestMap, picture(input), 5);
  expect(played).toEqual({ out: picture(out), dropped: picture(dropped), end: picture(end) });
});
