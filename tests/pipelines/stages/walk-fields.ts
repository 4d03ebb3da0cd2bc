import { seededRandom } from '../../../domain/random.ts';

/** Corner of a field on its island. */
export type Stop = { readonly x: number; readonly y: number; readonly island: number };

/** A hand's way by the seed: dwells, creeps, strokes and turns, now and then a jump, to another island too if `islands` allows. */
export const walkFields = (seed: number, stops: number, islands = 1): Stop[] => {
  const random = seededRandom(seed);
  const walk: Stop[] = [];
  let [x, y, island, heading, stride] = [0, 0, 1, 0, 0];
  for (let i = 0; i < stops; i++) {
    walk.push({ x, y, island });
    const mood = random.next();
    if (mood < 0.15) {
      heading = random.between(0, 2 * Math.PI);
      stride = random.next() < 0.3 ? 0 : random.next() < 0.5 ? random.between(0, 4) : random.between(4, 90);
    } else if (mood < 0.19) {
      x += random.between(-400, 400);
      y += random.between(-300, 300);
      island = 1 + random.integer(islands);
    }
    x += stride * Math.cos(heading) + random.normal() * 0.7;
    y += stride * Math.sin(heading) + random.normal() * 0.7;
  }
  return walk;
};
