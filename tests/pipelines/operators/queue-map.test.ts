import { expect, test } from 'vitest';
import { queueMap } from '../../../pipelines/operators/queue-map.ts';
import { playMarbles } from './play-marbles.ts';

// The worker takes four ticks, two may wait.
test.each([
  {
    what: 'works on one at a time, in order, and drops what arrives when the queue is full',
    input: '  abcd-------------',
    out: '    ----A---B---C----',
    dropped: '---d-------------',
    end: '    -----------------',
  },
  {
    what: 'takes another in as soon as one leaves the queue',
    input: '  abcd-e-----------',
    out: '    ----A---B---C---E',
    dropped: '---d-------------',
    end: '    -----------------',
  },
  {
    what: 'completes with the last output, not with the source',
    input: '  ab-|-------------',
    out: '    ----A---B--------',
    dropped: '-----------------',
    end: '    --------|--------',
  },
  {
    what: 'drops all that wait and is silent once unsubscribed',
    input: '  abc--^-----------',
    out: '    ----A------------',
    dropped: '-----c-----------',
    end: '    -----------------',
  },
  {
    what: 'passes an error of the source on at once, and drops all that wait',
    input: '  abc#-------------',
    out: '    -----------------',
    dropped: '---(bc)-------------',
    end: '    ---#-------------',
  },
  {
    what: 'passes an error of the worker on, and drops all that wait',
    input: '  a!bc-------------',
    out: '    ----A------------',
    dropped: '---c----b--------',
    end: '    --------#--------',
  },
])('$what', async ({ input, out, dropped, end }) => {
  const picture = (drawn: string): string => drawn.trim();
  const played = await playMarbles((work, onDropped) => queueMap(2, work, onDropped), picture(input), 4);
  expect(played).toEqual({ out: picture(out), dropped: picture(dropped), end: picture(end) });
});
