import type { CommandStatus } from '../../models/command-io.ts';

const BAR_CELLS = 20;
const EIGHTHS = [...' ▏▎▍▌▋▊▉'];

const clamped = (share: number): number => Math.min(1, Math.max(0, share));

const bar = (share: number): string => {
  const eighths = Math.floor(clamped(share) * BAR_CELLS * 8);
  const partial = eighths % 8 === 0 ? '' : EIGHTHS[eighths % 8]!;
  return ('█'.repeat(Math.floor(eighths / 8)) + partial).padEnd(BAR_CELLS);
};

/** How far a command is, in a line for a log or, with the columns of a terminal, one with a bar that fits into them. */
export const statusLine = ({ share, text }: CommandStatus, columns?: number): string => {
  const percent = `${Math.floor(clamped(share) * 100)} %`;
  if (columns === undefined) return `${percent}: ${text}`;
  const words = `${percent.padStart(5)}  ${text}`;
  const line = columns < BAR_CELLS + words.length + 4 ? words : `▕${bar(share)}▏${words}`;
  return line.slice(0, Math.max(1, columns - 1));
};
