import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { tf } from './load';

interface TapeNode {
  inputs: NamedTensorMap;
  outputs: Tensor[];
  saved: Tensor[];
  gradient?: (dys: (Tensor | null)[]) => Record<string, () => Tensor>;
}

/** The parts of tfjs's engine that its types do not show. */
interface Engine {
  state: { activeTape: TapeNode[] | null; gradientDepth: number; nextTensorId: number };
  addTapeNode(...details: unknown[]): void;
  gradients(
    f: () => Tensor,
    xs: Tensor[],
    dy?: Tensor,
    allowNoGradients?: boolean,
  ): { value: Tensor; grads: Tensor[] };
}

/** How many gradients are being recorded, one inside the other: 0 outside of `tf.grad` and its siblings. */
export function recordingDepth(): number {
  return engine().state.gradientDepth;
}

/**
 * Makes the backward pass give memory back as it goes. Stock tfjs keeps all saved tensors and all gradients of
 * intermediate results until the pass has ended; here a node's saved tensors and the gradients of its outputs are
 * disposed of as soon as the next node is reached. Values are the same.
 *
 * Only the outermost gradient is treated so: an inner one's tensors are still needed by the outer tape.
 */
export function installEarlyRelease(): void {
  const target = engine();
  const { addTapeNode, gradients } = target;
  let pass = new BackwardPass([], 0);

  target.addTapeNode = function (...details) {
    addTapeNode.apply(this, details);
    const node = this.state.activeTape!.at(-1)!;
    pass.record(node);
    const { gradient } = node;
    if (gradient === undefined) return;
    node.gradient = (dys) => (this.state.gradientDepth > 0 ? gradient(dys) : pass.visit(node, dys, gradient));
  };

  target.gradients = function (f, xs, dy, allowNoGradients) {
    const outer = pass;
    if (this.state.gradientDepth === 0) pass = new BackwardPass(xs, this.state.nextTensorId);
    try {
      return gradients.call(this, f, xs, dy, allowNoGradients);
    } catch (error) {
      if (this.state.gradientDepth === 0) pass.abandon();
      throw error;
    } finally {
      if (this.state.gradientDepth === 0) pass.leave();
      pass = outer;
    }
  };
}

type Gradient = NonNullable<TapeNode['gradient']>;

/** One walk from the loss back to the variables. */
class BackwardPass {
  readonly #wanted: Set<number>;
  readonly #firstId: number;
  readonly #seen = new WeakSet<Tensor>();
  /** Tensors that are the gradient of more than one thing: the end of the pass disposes of them. */
  readonly #shared = new WeakSet<Tensor>();
  readonly #recorded: TapeNode[] = [];
  #spent: Tensor[] = [];

  /**
   * @param xs whose gradients are the result
   * @param firstId tensors with smaller ids were there before
   */
  constructor(xs: Tensor[], firstId: number) {
    this.#wanted = new Set(xs.map((x) => x.id));
    this.#firstId = firstId;
  }

  record(node: TapeNode): void {
    this.#recorded.push(node);
  }

  /** Disposes of all that was saved for a backward pass that failed; stock tfjs would keep it for ever. */
  abandon(): void {
    for (const { saved } of this.#recorded) saved.forEach((tensor) => tensor.dispose());
  }

  visit(node: TapeNode, dys: (Tensor | null)[], gradient: Gradient): ReturnType<Gradient> {
    this.leave();
    const read = dys.filter(
      (dy, index): dy is Tensor => dy !== null && !this.#wanted.has(node.outputs[index].id),
    );
    this.#spent = [...node.saved, ...read.filter((dy) => dy.id >= this.#firstId)];
    [...node.saved, ...read].forEach((tensor) => this.#seen.add(tensor));
    const results = Object.entries(gradient(dys)).map(([name, compute]): [string, () => Tensor] => [
      name,
      () => this.#note(compute()),
    ]);
    return Object.fromEntries(results);
  }

  /** Disposes of what only the node visited last needed. */
  leave(): void {
    this.#spent.filter((tensor) => !this.#shared.has(tensor)).forEach((tensor) => tensor.dispose());
    this.#spent = [];
  }

  #note(dx: Tensor): Tensor {
    if (this.#seen.has(dx)) this.#shared.add(dx);
    this.#seen.add(dx);
    return dx;
  }
}

/** tfjs's engine with the parts that its types do not show. */
export function engine(): Engine {
  return tf.engine() as unknown as Engine;
}
