#!/usr/bin/env node
import { runCommandLine } from './run-command-line.ts';

const stop = new AbortController();
let signals = 0;
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    // The second one is from somebody who does not want to wait for a clean end.
    if (++signals > 1) process.exit(1);
    stop.abort();
  });

// A reader that has seen enough (`… | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const words = process.argv.slice(2);
const code = await runCommandLine(words, {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  signal: stop.signal,
  command: ['smearscope', ...words].join(' '),
});
for (const stream of [process.stdout, process.stderr]) await new Promise<void>((flushed) => stream.write('', () => flushed()));
// Native runtimes keep threads that would hold the process.
process.exit(code);
