import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { floatConstant, type OnnxNode, onnxFile } from '../../../models/export/onnx-file.ts';

/** An output whose values are the same whatever the picture: they are known. */
export type KnownOutput = { readonly name: string; readonly dims: readonly number[]; readonly values: Float32Array };

/** A real ONNX file of a detector: takes float pictures `[1, 3, side, side]` and always finds what it was made to. */
export const knownDetector = (side: number, outputs: readonly KnownOutput[], batch: number | string = 1): Uint8Array => {
  const nodes: OnnxNode[] = [
    { op: 'ReduceMax', inputs: ['images'], output: 'brightest', attributes: { keepdims: 0 } },
    { op: 'Mul', inputs: ['brightest', 'nothing'], output: 'zero' },
    ...outputs.map(({ name }) => ({ op: 'Add', inputs: [`${name}.known`, 'zero'], output: name })),
  ];
  return onnxFile({
    name: 'known',
    nodes,
    constants: [
      floatConstant('nothing', [], [0]),
      ...outputs.map(({ name, dims, values }) => floatConstant(`${name}.known`, dims, values)),
    ],
    inputs: [{ name: 'images', type: 'float', shape: [batch, 3, side, side] }],
    outputs: outputs.map(({ name, dims }) => ({ name, type: 'float', shape: dims })),
  });
};

/** A folder with the network and a card. */
export const foreignFolder = async (network: Uint8Array, card: object): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'foreign-'));
  await writeFile(join(dir, 'model.onnx'), network);
  await writeFile(join(dir, 'card.json'), JSON.stringify(card));
  return dir;
};
