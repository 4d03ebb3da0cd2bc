import type { GraphType } from './graph/read-onnx-graph.ts';

export type NetworkArray = { readonly data: Float32Array; readonly dims: readonly number[] };

/** An input or output as the network declares it; `undefined` for a free length. */
export type NetworkValue = { readonly name: string; readonly type: GraphType; readonly shape: readonly (number | undefined)[] };

/** A network in the memory of who computes it. */
export type NetworkRunner = {
  readonly inputs: readonly NetworkValue[];
  readonly outputs: readonly NetworkValue[];
  /**
   * Runs on one input, row-major; the same `data` is best given again for the same shape. Gives the outputs by name; their memory may be
   * written to by the next run.
   */
  run(data: Uint8Array | Float32Array, dims: readonly number[]): Promise<ReadonlyMap<string, NetworkArray>>;
  release(): Promise<void>;
};
