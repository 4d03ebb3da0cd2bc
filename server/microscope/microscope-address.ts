import { FaultError } from '../../domain/fault.ts';
import { type ScanOptions, scanOptions } from './scan-options.ts';

/** What an address asks for. Live it is endless, unless the address names a number of frames. */
export type MicroscopeAddress = { readonly options: ScanOptions; readonly endless: boolean };

const KNOWN = Object.keys(scanOptions.shape).join(', ');

/** Reads `simulate:` and `simulate:?seed=3&jumps=1&dirt=1&width=1280&height=720&fps=30`. Throws a `source` fault that names what is wrong. */
export const parseMicroscopeAddress = (address: string): MicroscopeAddress => {
  const refuse = (what: string, remedy = `it takes ${KNOWN}`): FaultError =>
    new FaultError({ kind: 'source', source: address.slice(0, 300), what, remedy, passing: false });
  const query = /^simulate:(?:\?(.*))?$/is.exec(address);
  if (query === null) throw refuse('this is no virtual microscope', 'write simulate: or simulate:?seed=3&jumps=1');
  const parameters = [...new URLSearchParams(query[1] ?? '')];
  const twice = parameters.find(([name], i) => parameters.findIndex(([other]) => other === name) < i);
  if (twice !== undefined) throw refuse(`the virtual microscope is given "${twice[0]}" twice`);
  const parsed = scanOptions.safeParse(Object.fromEntries(parameters));
  if (parsed.success) return { options: parsed.data, endless: !parameters.some(([name]) => name === 'frames') };
  const issue = parsed.error.issues[0];
  if (issue?.code === 'unrecognized_keys') throw refuse(`the virtual microscope does not know "${issue.keys[0]}"`);
  throw refuse(`the virtual microscope cannot take ${issue?.path.join('.')}: ${issue?.message}`);
};
