import { parentPort, workerData } from 'node:worker_threads';
import { toFault } from '../../domain/fault.ts';
import { exportFormatOf } from './export-formats.ts';
import { exportSession } from './export-session.ts';
import type { ExportAnswer, ExportOrder } from './run-export.ts';

/** Writes one export, away from the thread that answers requests. */
const { folder, format, out, reading, program } = workerData as ExportOrder;
const answer = (message: ExportAnswer): void => parentPort?.postMessage(message);
try {
  answer({ type: 'done', exported: await exportSession(folder, exportFormatOf(format), out, { reading, program }) });
} catch (error) {
  answer({ type: 'failed', fault: toFault(error) });
}
