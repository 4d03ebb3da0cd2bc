import { openSessionToWrite } from '../../../server/sessions/session-database.ts';
import { createSessionWriter } from '../../../server/sessions/session-writer.ts';
import { cellAt } from './review-session.ts';

/** Writes as a camera does, batch after batch, and says how many it wrote, until it is told to stop. */
const folder = process.argv[2]!;
const database = openSessionToWrite(folder);
const writer = createSessionWriter(database);
let stopped = false;
process.stdin.on('data', () => {
  stopped = true;
});
let next = 1001;
const write = (): void => {
  if (stopped) {
    database.close();
    process.exit(0);
  }
  const cells = Array.from({ length: 20 }, () => cellAt(next++));
  const nothing = { facts: {}, frames: [], tracks: [], sightings: [], ledger: [], events: [], keyframes: [], videos: [], videoFrames: [] };
  writer.write({ ...nothing, cells }, []);
  process.stdout.write(`${next - 1001}\n`);
  setTimeout(write, 5);
};
write();
