import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGraphModel } from '../../lib/io/graph-model';
import { tf } from '../../lib/runtime';

type Json = Record<string, unknown>;

const float = { T: { type: 'DT_FLOAT' } };
const constant = (name: string, sides: number[]) => ({
  name,
  op: 'Const',
  attr: {
    dtype: { type: 'DT_FLOAT' },
    value: {
      tensor: { dtype: 'DT_FLOAT', tensorShape: { dim: sides.map((size) => ({ size: String(size) })) } },
    },
  },
});

/** y = relu(x · w + b), as the converter writes it. */
function model(): {
  modelTopology: { node: Json[]; library: Json; versions?: Json };
  weightsManifest: { paths: string[]; weights: Json[] }[];
} {
  return {
    modelTopology: {
      node: [
        {
          name: 'x',
          op: 'Placeholder',
          attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim: [{ size: '-1' }, { size: '2' }] } } },
        },
        constant('w', [2, 2]),
        constant('b', [2]),
        {
          name: 'product',
          op: 'MatMul',
          input: ['x', 'w'],
          attr: { ...float, transpose_a: { b: false }, transpose_b: { b: false } },
        },
        { name: 'sum', op: 'BiasAdd', input: ['product', 'b'], attr: float },
        { name: 'y', op: 'Relu', input: ['sum'], attr: float },
      ],
      library: {},
      versions: { producer: 38 },
    },
    weightsManifest: [
      {
        paths: ['shard1', 'shard2'],
        weights: [
          { name: 'w', shape: [2, 2], dtype: 'float32' },
          { name: 'b', shape: [2], dtype: 'float32' },
        ],
      },
    ],
  };
}

describe('io/graph-model', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'segcourse-graph-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(content: unknown, weights = Float32Array.of(1, 2, 3, 4, -10, 5)): string {
    const bytes = Buffer.from(weights.buffer);
    // A shard ends where its size is full, in the middle of a number too.
    writeFileSync(join(folder, 'shard1'), bytes.subarray(0, 10));
    writeFileSync(join(folder, 'shard2'), bytes.subarray(10));
    writeFileSync(
      join(folder, 'model.json'),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
    return join(folder, 'model.json');
  }

  it('runs a network from its shards, and leaves nothing behind', async () => {
    const before = tf.memory().numTensors;
    const graph = await readGraphModel(write(model()));
    const y = tf.tidy(() => (graph.execute(tf.tensor2d([[1, 1], [2, 0]])) as tf.Tensor).arraySync()); // prettier-ignore
    assert.deepEqual(y, [[0, 11], [0, 9]]); // prettier-ignore
    graph.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it('takes shards from where they lie', async () => {
    const file = write(model());
    const elsewhere = mkdtempSync(join(folder, 'elsewhere-'));
    writeFileSync(
      join(elsewhere, 'one'),
      Buffer.from(Float32Array.of(0, 0, 0, 0, 1, 2).buffer).subarray(0, 10),
    );
    writeFileSync(join(folder, 'shard2'), Buffer.from(Float32Array.of(0, 0, 0, 0, 1, 2).buffer).subarray(10));
    const graph = await readGraphModel(file, { shards: { shard1: join(elsewhere, 'one') } });
    assert.deepEqual(
      tf.tidy(() => (graph.execute(tf.ones([1, 2])) as tf.Tensor).arraySync()),
      [[1, 2]],
    );
    graph.dispose();
  });

  const hostile: [string, (content: ReturnType<typeof model>) => unknown, RegExp][] = [
    ['no JSON', () => '{', /got text that is not JSON/],
    ['a list', () => [], /file: got \[\]; expected an object/],
    [
      'a layers model',
      () => ({ modelTopology: { class_name: 'Model' } }),
      /modelTopology\.node: got nothing; expected a list/,
    ],
    [
      'a graph without a version',
      (content) => {
        delete content.modelTopology.versions;
        return content;
      },
      /modelTopology\.versions: got nothing; expected an object/,
    ],
    [
      'a loop',
      (content) => {
        content.modelTopology.node[5].op = 'While';
        return content;
      },
      /node\[5\]: got operation "While"; expected one of a network's: Placeholder/,
    ],
    [
      'a function',
      (content) => {
        content.modelTopology.library = { function: [{}] };
        return content;
      },
      /library: got functions; expected none/,
    ],
    [
      'two nodes of one name',
      (content) => {
        content.modelTopology.node[4].name = 'x';
        return content;
      },
      /node\[4\]: got name "x"; expected a name of its own/,
    ],
    [
      'an input that is not there',
      (content) => {
        content.modelTopology.node[5].input = ['other:0'];
        return content;
      },
      /node "y": got input "other"; expected the name of a node/,
    ],
    [
      'a model that eats its own output',
      (content) => {
        content.modelTopology.node[3].input = ['y', 'w'];
        return content;
      },
      /node "product": got its own output among its inputs; expected a graph without cycles/,
    ],
    [
      'a shard elsewhere',
      (content) => {
        content.weightsManifest[0].paths[0] = '../../etc/passwd';
        return content;
      },
      /paths: got "\.\.\/\.\.\/etc\/passwd"; expected names of files beside the model/,
    ],
    [
      'weights that are larger than the shards',
      (content) => {
        content.weightsManifest[0].weights[0].shape = [1000, 1000];
        return content;
      },
      /shard1, shard2: got 24 bytes; expected 4000008/,
    ],
    [
      'weights beyond all memory',
      (content) => {
        content.weightsManifest[0].weights[0].shape = [2 ** 30, 2 ** 30];
        return content;
      },
      /weights\[0\]\.shape: got \[1073741824,1073741824\]; expected sizes that fit a file/,
    ],
    [
      'negative sizes',
      (content) => {
        content.weightsManifest[0].weights[0].shape = [-2, -2];
        return content;
      },
      /weights\[0\]\.shape: got \[-2,-2\]; expected up to 6 sizes/,
    ],
    [
      'quantised weights',
      (content) => {
        content.weightsManifest[0].weights[0].quantization = { dtype: 'uint8', scale: 1, min: 0 };
        return content;
      },
      /got quantised weights; expected plain ones/,
    ],
    [
      'strings',
      (content) => {
        content.weightsManifest[0].weights[0].dtype = 'string';
        return content;
      },
      /got dtype "string"; expected one of float32, int32, bool/,
    ],
  ];
  for (const [name, change, message] of hostile) {
    it(`refuses ${name}`, async () => {
      const before = tf.memory().numTensors;
      await assert.rejects(() => readGraphModel(write(change(model()))), message);
      assert.equal(tf.memory().numTensors, before);
    });
  }

  it('reads no more than it may', async () => {
    await assert.rejects(
      () => readGraphModel(write(model()), { maxBytes: 23 }),
      /weights: got 24 bytes; expected at most 23/,
    );
  });
});
