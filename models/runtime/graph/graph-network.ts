import type { Tensor } from '@tensorflow/tfjs';
import type { TensorFlow } from '../../tensorflow.ts';
import { HOST_OPERATORS } from './host-operators.ts';
import type { GraphNode, NetworkGraph } from './read-onnx-graph.ts';
import { TENSOR_OPERATORS } from './tensor-operators.ts';
import { type HostValue, hostConstant, plain, type Step, tensorOf, type Value } from './value.ts';

/** An ONNX network that TensorFlow.js computes: one graph, whoever trained it and whatever its layers. */
export type GraphNetwork = Disposable & {
  /** Runs on one input, numbers row-major; gives the outputs by name. */
  run(
    values: Float32Array,
    dims: readonly number[],
  ): Promise<ReadonlyMap<string, { readonly data: Float32Array; readonly dims: readonly number[] }>>;
};

/** More shapes than this in turn: what was reckoned for the oldest is forgotten. */
const SHAPES_KEPT = 8;

/** What is reckoned from an input's shape alone, once for each shape. */
type OfShape = { readonly values: Map<string, HostValue>; readonly tensors: Map<HostValue, Tensor> };

/** Operators of the graph that TensorFlow.js cannot compute here. */
export const unknownOperators = ({ nodes }: NetworkGraph): string[] => [
  ...new Set(nodes.map(({ op }) => op).filter((op) => !TENSOR_OPERATORS.has(op) && !HOST_OPERATORS.has(op))),
];

/** The node after which each value is needed no more. */
const lastUses = ({ nodes, outputs }: NetworkGraph): readonly (readonly string[])[] => {
  const last = new Map<string, number>();
  nodes.forEach((node, at) => {
    for (const name of [...node.inputs, ...node.outputs]) last.set(name, at);
  });
  for (const { name } of outputs) last.delete(name);
  const byNode: string[][] = nodes.map(() => []);
  for (const [name, at] of last) byNode[at]!.push(name);
  return byNode;
};

/**
 * Prepares a graph for a backend of TensorFlow.js: shapes are reckoned outside it, maps lie channels last, constants are sent once.
 * Throws an `Error` that names the operator for what it does not know.
 */
export const openGraphNetwork = (tf: TensorFlow, graph: NetworkGraph): GraphNetwork => {
  const unknown = unknownOperators(graph);
  if (unknown.length > 0) throw new Error(`TensorFlow.js here does not know the network's ${unknown.join(', ')}`);
  const constants = new Map([...graph.constants].map(([name, tensor]) => [name, hostConstant(tensor)]));
  const fixed = new Set(constants.values());
  const kept = new Map<string, Tensor>();
  const sent = new Map<HostValue, Tensor>();
  const shapes = new Map<string, OfShape>();
  const unused = lastUses(graph);

  const keep = (name: string, make: () => Tensor): Tensor => {
    const known = kept.get(name);
    if (known !== undefined) return known;
    const made = tf.keep(tf.tidy(make));
    kept.set(name, made);
    return made;
  };

  const ofShape = (dims: readonly number[]): OfShape => {
    const key = dims.join();
    const known = shapes.get(key);
    if (known !== undefined) return known;
    const oldest = shapes.keys().next();
    if (shapes.size >= SHAPES_KEPT && oldest.done !== true) {
      tf.dispose([...shapes.get(oldest.value)!.tensors.values()]);
      shapes.delete(oldest.value);
    }
    const made = { values: new Map<string, HostValue>(), tensors: new Map<HostValue, Tensor>() };
    shapes.set(key, made);
    return made;
  };

  const compute = (node: GraphNode, values: Map<string, Value>, known: OfShape): void => {
    const inputs = node.inputs.map((name) => (name === '' ? undefined : (values.get(name) ?? constants.get(name))));
    const missing = node.inputs.find((name, place) => name !== '' && inputs[place] === undefined);
    if (missing !== undefined) throw new Error(`${node.op} "${node.name}" takes "${missing}", which nothing gives`);
    const upload = (value: HostValue): Tensor => {
      const into = fixed.has(value) ? sent : known.tensors;
      const there = into.get(value);
      if (there !== undefined) return there;
      const made = tf.keep(tf.tensor(Float32Array.from(value.values), [...value.dims], 'float32'));
      into.set(value, made);
      return made;
    };
    const step: Step = { tf, node, inputs, upload, keep };
    const outside = node.op === 'Shape' || inputs.every((value) => value === undefined || value.kind === 'host');
    const operator = (outside ? HOST_OPERATORS.get(node.op) : undefined) ?? TENSOR_OPERATORS.get(node.op);
    if (operator === undefined) throw new Error(`${node.op} "${node.name}" takes its sizes from what the pictures hold`);
    const result = operator(step);
    (Array.isArray(result) ? (result as readonly Value[]) : [result as Value]).forEach((value, place) => {
      const name = node.outputs[place];
      if (name === undefined) return;
      values.set(name, value);
      if (value.kind === 'host') known.values.set(name, value);
    });
  };

  const run = (data: Float32Array, dims: readonly number[]): Tensor[] => {
    const known = ofShape(dims);
    return tf.tidy(() => {
      const values = new Map<string, Value>(known.values);
      values.set(graph.inputs[0]!.name, plain(tf.tensor(data, [...dims], 'float32')));
      graph.nodes.forEach((node, at) => {
        if (!node.outputs.every((name) => known.values.has(name))) compute(node, values, known);
        for (const name of unused[at]!) {
          const value = values.get(name);
          if (value?.kind === 'tensor') value.tensor.dispose();
          values.delete(name);
        }
      });
      return graph.outputs.map(({ name }) => {
        const value = values.get(name) ?? constants.get(name);
        if (value === undefined) throw new Error(`nothing gives the output "${name}"`);
        const step: Step = {
          tf,
          node: graph.nodes[0]!,
          inputs: [],
          upload: (given) => tf.tensor(Float32Array.from(given.values), [...given.dims]),
          keep,
        };
        return tensorOf(step, value).clone();
      });
    });
  };

  return {
    run: async (data, dims) => {
      const outputs = run(data, dims);
      try {
        const read = await Promise.all(
          outputs.map(async (tensor) => ({ data: (await tensor.data()) as Float32Array, dims: tensor.shape })),
        );
        return new Map(read.map((output, at) => [graph.outputs[at]!.name, output]));
      } finally {
        tf.dispose(outputs);
      }
    },
    [Symbol.dispose]: () => {
      for (const { tensors } of shapes.values()) tf.dispose([...tensors.values()]);
      tf.dispose([...kept.values(), ...sent.values()]);
      shapes.clear();
      kept.clear();
      sent.clear();
    },
  };
};
