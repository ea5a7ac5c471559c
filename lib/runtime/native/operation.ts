import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { tf } from '../load';

/** One attribute of a TensorFlow operation, tagged with its kind in the operation's definition. */
export type Attribute =
  | { type: 'float32' | 'int32' }
  | { bool: boolean }
  | { float: number }
  | { int: number | readonly number[] }
  | { text: string | readonly string[] };

type AttributeKind = 'TF_ATTR_TYPE' | 'TF_ATTR_BOOL' | 'TF_ATTR_FLOAT' | 'TF_ATTR_INT' | 'TF_ATTR_STRING';
type TypeName = 'TF_FLOAT' | 'TF_INT32';

interface NativeBackend {
  binding: Record<AttributeKind | TypeName, number> & { TF_Version: string };
  isUsingGpuDevice: boolean;
  executeMultipleOutputs(name: string, attributes: object[], inputs: TensorInfo[], outputs: number): Tensor[];
}

/** The TensorFlow backend when it is the current one, else undefined. */
export function nativeBackend(): NativeBackend | undefined {
  return tf.getBackend() === 'tensorflow' ? (tf.backend() as unknown as NativeBackend) : undefined;
}

/**
 * Runs one eager operation of TensorFlow by its name. Nothing is recorded for gradients.
 *
 * @param name as in TensorFlow's operation registry, such as 'ReluGrad'
 * @param attributes by name; those left out take TensorFlow's defaults
 * @param inputs in the order of the operation's definition
 * @param outputs how many tensors it gives
 * @throws Error when the current backend is not TensorFlow
 */
export function runNative(
  name: string,
  attributes: Record<string, Attribute>,
  inputs: TensorInfo[],
  outputs = 1,
): Tensor[] {
  const backend = nativeBackend();
  if (backend === undefined) {
    throw new Error(
      `${name}: got backend '${tf.getBackend()}'; expected 'tensorflow': run \`npm run setup\`, or tf.setBackend('tensorflow')`,
    );
  }
  const encoded = Object.entries(attributes).map(([key, value]) => ({
    name: key,
    ...encode(backend, value),
  }));
  return backend.executeMultipleOutputs(name, encoded, inputs, outputs);
}

function encode({ binding }: NativeBackend, attribute: Attribute): { type: number; value: unknown } {
  if ('type' in attribute) {
    return {
      type: binding.TF_ATTR_TYPE,
      value: attribute.type === 'float32' ? binding.TF_FLOAT : binding.TF_INT32,
    };
  }
  if ('bool' in attribute) return { type: binding.TF_ATTR_BOOL, value: attribute.bool };
  if ('float' in attribute) return { type: binding.TF_ATTR_FLOAT, value: attribute.float };
  if ('int' in attribute) return { type: binding.TF_ATTR_INT, value: attribute.int };
  return { type: binding.TF_ATTR_STRING, value: attribute.text };
}
