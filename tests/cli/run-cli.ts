import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../server/cli/smearscope.ts', import.meta.url));

export type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type RunningCli = {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Settles with the text once stdout or stderr holds the pattern. */
  saw(pattern: RegExp): Promise<RegExpExecArray>;
};

/** Starts the command line as another program would: a process of its own, in `cwd`, with nothing of ours in its environment but PATH. */
export const startCli = (
  words: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): RunningCli => {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [ENTRY, ...words], { cwd, env: { PATH, HOME, ...env } });
  let stdout = '';
  let stderr = '';
  let check = (): void => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    check();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    check();
  });
  const finished = new Promise<Finished>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    process: child,
    finished,
    saw: (pattern) =>
      new Promise((resolve, reject) => {
        check = () => {
          const found = pattern.exec(stdout) ?? pattern.exec(stderr);
          if (found !== null) resolve(found);
        };
        check();
        void finished.then((end) =>
          reject(new Error(`${words[0]} ended with ${end.code} and never said ${pattern}: ${end.stdout}${end.stderr}`)),
        );
      }),
  };
};

export const runCli = (words: readonly string[], options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv }): Promise<Finished> =>
  startCli(words, options).finished;
