import type { Configuration } from '../domain/configuration.ts';
import { isFlowAddress } from './microscope/flow-address.ts';

/** What a source shows: the virtual channel always flows, whatever is configured. */
export const specimenOf = (source: string, configured: Configuration['specimen']): Configuration['specimen'] =>
  isFlowAddress(source) ? 'flow' : configured;
