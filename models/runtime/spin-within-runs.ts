/**
 * Threads of ONNX Runtime that wait for each other spin while a network runs (with two threads a run takes two thirds of the time), and sleep
 * between runs, when decoding and registration want the cores.
 */
export const spinWithinRuns = { force_spinning_stop: '1', intra_op: { allow_spinning: '1' } } as const;
