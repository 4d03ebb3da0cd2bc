import type { CommandIo, CommandResult } from './command-io.ts';
import { examineComputing } from './doctor-engines.ts';
import type { Finding } from './doctor-finding.ts';
import { examineMachine } from './doctor-machine.ts';
import { examineMedia } from './doctor-media.ts';

export type DoctorFlags = {
  readonly model: string;
  /** Runs the model on every engine that seems to be there. */
  readonly try?: boolean;
  readonly json?: boolean;
};

const asText = (findings: readonly Finding[]): string => {
  const width = Math.max(...findings.map(({ name }) => name.length));
  return findings
    .map(
      ({ name, state, detail, remedy }) =>
        `${name.padEnd(width)}  ${state.padEnd(7)}  ${detail}${remedy === undefined ? '' : `\n${' '.repeat(width + 11)}→ ${remedy}`}\n`,
    )
    .join('');
};

/** Looks at everything that the other commands need. The command has failed where something is missing that counting needs. */
export const runDoctor = async ({ model, try: run = false, json }: DoctorFlags, io: CommandIo): Promise<CommandResult> => {
  const findings = [...(await examineMachine()), ...(await examineMedia()), ...(await examineComputing(model, run))];
  io.stdout(json ? `${JSON.stringify({ schema: 'smearscope.doctor/1', findings })}\n` : asText(findings));
  const missing = findings.filter((finding) => finding.state === 'missing');
  return missing.length === 0 ? undefined : { stopped: `missing: ${missing.map((finding) => finding.name).join(', ')}` };
};
