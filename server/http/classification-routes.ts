import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type CellClassification, hasKinds } from '../../domain/cell-classification.ts';
import { FIRST_REVIEWED_ID } from '../../domain/review.ts';
import { isClassifier, WHITE_CELLS } from '../../models/classify/load-classifier.ts';
import type { Cameras } from '../camera/cameras.ts';
import { createClassificationDesk } from '../classify/classification-desk.ts';
import type { SessionLibrary } from '../sessions/session-library.ts';
import { sendProblem } from './problem-reply.ts';

/** Made by hand where none is shipped. */
const NO_CLASSIFIER =
  'no classifier of cells is installed: make one with smearscope train --task classify --base default --bundle .smearscope/models/white-cells';

type WithCell = { Params: { id: string; cell: string } };

const cellNumber = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/** What a cell of a session, or of a running camera, is likely to be: worked out when it is asked for, and counted nowhere. */
export const classificationRoutes = (
  server: FastifyInstance,
  cameras: Cameras,
  library: SessionLibrary,
  classifier = WHITE_CELLS,
): void => {
  const desk = createClassificationDesk(classifier);
  server.addHook('onClose', () => desk[Symbol.asyncDispose]());
  const route = (base: string, sessionOf: (id: string) => string | undefined): void => {
    server.get<WithCell>(`${base}/:id/cells/:cell/classification`, async (request, reply) => {
      const { id, cell: text } = request.params;
      const cell = cellNumber.parse(text);
      const session = sessionOf(id);
      const reader = session === undefined ? undefined : library.reader(session);
      const story = reader?.cell(cell);
      const crop = cell < FIRST_REVIEWED_ID ? reader?.crop(cell) : await reader?.madeCrop(cell);
      if (reader === undefined || crop === undefined)
        return sendProblem(reply, 404, 'usage', `no cell ${text.slice(0, 20)} with a picture here: the list of cells has the ids`);
      const { umPerPx } = reader.facts();
      if (umPerPx === undefined)
        return sendProblem(
          reply,
          409,
          'usage',
          'the session does not say its scale, without which cells cannot be classified: count with --um-per-px',
        );
      if (story !== undefined && !hasKinds(story.cell.class))
        return sendProblem(reply, 409, 'usage', `cell ${cell} is ${story.cell.class}: white cells and platelets are classified`);
      if (!(await isClassifier(classifier).catch(() => false))) return sendProblem(reply, 404, 'usage', NO_CLASSIFIER);
      const said = await desk.ask(`${session}/${cell}/${crop.version}/${umPerPx}`, crop.jpeg, umPerPx);
      return { cell, ...said } satisfies CellClassification;
    });
  };
  route('/api/cameras', (id) => cameras.get(id)?.status.session);
  route('/api/sessions', (id) => id);
};
