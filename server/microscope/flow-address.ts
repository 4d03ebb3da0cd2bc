import { FaultError } from '../../domain/fault.ts';
import { type FlowOptions, flowOptions } from './flow-options.ts';

const FLOW = /^simulate:flow(?:\?(.*))?$/is;
const KNOWN = Object.keys(flowOptions.shape).join(', ');

/** Whether an address asks for the virtual channel and not for a slide. */
export const isFlowAddress = (address: string): boolean => FLOW.test(address.trim());

/** Reads `simulate:flow` and `simulate:flow?speed=fast&seed=3&cells=30`. Without a number of frames it is endless. Faults: `source`. */
export const parseFlowAddress = (address: string): { readonly options: FlowOptions; readonly endless: boolean } => {
  const refuse = (what: string): FaultError =>
    new FaultError({ kind: 'source', source: address.slice(0, 300), what, remedy: `it takes ${KNOWN}`, passing: false });
  const parameters = [...new URLSearchParams(FLOW.exec(address.trim())?.[1] ?? '')];
  const twice = parameters.find(([name], i) => parameters.findIndex(([other]) => other === name) < i);
  if (twice !== undefined) throw refuse(`the virtual channel is given "${twice[0]}" twice`);
  const parsed = flowOptions.safeParse(Object.fromEntries(parameters));
  if (parsed.success) return { options: parsed.data, endless: !parameters.some(([name]) => name === 'frames') };
  const issue = parsed.error.issues[0];
  if (issue?.code === 'unrecognized_keys') throw refuse(`the virtual channel does not know "${issue.keys[0]}"`);
  throw refuse(`the virtual channel cannot take ${issue?.path.join('.')}: ${issue?.message}`);
};
