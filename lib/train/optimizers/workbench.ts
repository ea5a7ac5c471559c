import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { tf } from '../../runtime';
import { nativeBackend } from '../../runtime/native/operation';

/** The parts of tfjs-node's backend that its types do not show. */
interface Backend {
  binding: Binding;
  /** What stands behind a tensor: `id` is the native one. */
  tensorMap: { get(dataId: object): { id: number } };
  /** Native ids; values that are still JavaScript's are handed over first. */
  getInputTensorIds(tensors: Tensor[]): number[];
  refCount(dataId: object): number;
  createOutputTensor(metadata: Output): Tensor;
}

type AttributeKind = 'TF_ATTR_TYPE' | 'TF_ATTR_SHAPE' | 'TF_ATTR_STRING' | 'TF_ATTR_BOOL';

interface Binding extends Record<AttributeKind | 'TF_FLOAT', number> {
  executeOp(name: string, attributes: object[], inputs: number[], outputs: number): Output[];
  createTensor(shape: number[], type: number, values: Float32Array): number;
  deleteTensor(id: number): void;
}

interface Output {
  id: number;
  shape: number[];
  dtype: number;
}

/** With this name TensorFlow makes a resource that lives as long as its handle (`ResourceHandle::ANONYMOUS_NAME`). */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

/**
 * Runs TensorFlow's fused optimizer operations, such as `ResourceApplyAdam`, on tfjs's variables.
 *
 * The operations want TensorFlow's own resource variables, and update their memory in place in one pass over it; tfjs's
 * plain operations need a dozen passes, each into newly allocated memory. So a variable's buffer lies on the bench for
 * the time of one update: assigned to a resource variable, let go by tfjs, updated and read back. Nothing of that copies
 * unless somebody else still holds the buffer (a clone, a reshaped view, a Float32Array): then TensorFlow updates a copy.
 *
 * Only native TensorFlow has it; nothing is recorded for gradients.
 */
export class Workbench {
  readonly #backend: Backend;
  readonly #places: number[] = [];
  readonly #scalars = new Map<number, number>();
  readonly #float: (name: string) => object;

  /** Undefined where another backend than native TensorFlow is in use. */
  static open(): Workbench | undefined {
    const backend = nativeBackend();
    return backend && new Workbench(backend as unknown as Backend);
  }

  private constructor(backend: Backend) {
    this.#backend = backend;
    const { TF_ATTR_TYPE, TF_FLOAT } = backend.binding;
    this.#float = (name) => ({ name, type: TF_ATTR_TYPE, value: TF_FLOAT });
  }

  /**
   * Updates variables in place.
   *
   * @param operation its first inputs are the variables, as resources; its type attribute is T
   * @param inputs the others, in the order of the operation's definition
   * @param switches boolean attributes
   */
  apply(
    operation: string,
    variables: Variable[],
    inputs: (Tensor | number)[],
    switches: Record<string, boolean> = {},
  ): void {
    const { binding } = this.#backend;
    const places = variables.map((_, index) => (this.#places[index] ??= this.#place()));
    const others = inputs.map((input) =>
      typeof input === 'number' ? this.#scalar(input) : this.#backend.getInputTensorIds([input])[0],
    );
    const flags = Object.entries(switches).map(([name, value]) => ({
      name,
      type: binding.TF_ATTR_BOOL,
      value,
    }));
    const released = variables.map((variable, index) => this.#lay(variable, places[index]));
    try {
      binding.executeOp(operation, [this.#float('T'), ...flags], [...places, ...others], 0);
    } finally {
      variables.forEach((variable, index) => {
        const [output] = binding.executeOp('ReadVariableOp', [this.#float('dtype')], [places[index]], 1);
        this.#put(variable, output, released[index]);
      });
    }
  }

  /** variable ← variable · factor */
  scale(variable: Variable, factor: number): void {
    const [id] = this.#backend.getInputTensorIds([variable]);
    const [output] = this.#backend.binding.executeOp(
      'Mul',
      [this.#float('T')],
      [id, this.#scalar(factor)],
      1,
    );
    this.#put(variable, output, false);
  }

  close(): void {
    [...this.#places, ...this.#scalars.values()].forEach((id) => this.#backend.binding.deleteTensor(id));
  }

  #place(): number {
    const { binding } = this.#backend;
    const text = (name: string, value: string) => ({ name, type: binding.TF_ATTR_STRING, value });
    const shape = { name: 'shape', type: binding.TF_ATTR_SHAPE, value: [1] }; // that of a value is not checked
    const attributes = [this.#float('dtype'), shape, text('container', ''), text('shared_name', ANONYMOUS)];
    return binding.executeOp('VarHandleOp', attributes, [], 1)[0].id;
  }

  #scalar(value: number): number {
    const { binding } = this.#backend;
    const known = this.#scalars.get(value);
    if (known !== undefined) return known;
    const id = binding.createTensor([], binding.TF_FLOAT, Float32Array.of(value));
    this.#scalars.set(value, id);
    return id;
  }

  /** Puts a variable's buffer on a place; says whether tfjs let go of it. */
  #lay(variable: Variable, place: number): boolean {
    const { binding } = this.#backend;
    const [id] = this.#backend.getInputTensorIds([variable]);
    binding.executeOp('AssignVariableOp', [this.#float('dtype')], [place, id], 0);
    const release = this.#backend.refCount(variable.dataId) === 1;
    if (release) binding.deleteTensor(id);
    return release;
  }

  /** Puts a buffer behind a variable. */
  #put(variable: Variable, output: Output, released: boolean): void {
    if (this.#backend.refCount(variable.dataId) === 1) {
      const behind = this.#backend.tensorMap.get(variable.dataId);
      if (!released) this.#backend.binding.deleteTensor(behind.id);
      behind.id = output.id;
    } else {
      const value = this.#backend.createOutputTensor(output);
      variable.assign(value);
      value.dispose();
    }
  }
}

/** Runs the body with a workbench, or with none where there is no native TensorFlow; disposes of its other tensors. */
export function withWorkbench(body: (bench: Workbench | undefined) => void): void {
  tf.tidy(() => {
    const bench = Workbench.open();
    try {
      body(bench);
    } finally {
      bench?.close();
    }
  });
}
