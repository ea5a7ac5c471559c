import type { Answer } from './answer';

const MAX_POOLING = 'tf.layers.maxPooling2d({ poolSize: 2, strides: 2 })';
const LOOP_STEP = '    layers.push(...finish(options));\n  }';
const UP_STEP = '  layers.push(...finish(options));\n  // ### END';
const LOGITS = 'this.layers = [...convolutions(options), logits];';
const JOIN = 'this.join.apply([skip, x] as tf.SymbolicTensor[]) as FeatureMap';

/** After the logits, one more layer. */
const afterLogits = (layer: string): [string, string] => [
  LOGITS,
  `this.layers = [...convolutions(options), logits, ${layer}];`,
];

/** Wrong answers to 8.1. Where 8.2 and 8.3 are named, they must not pay for what only the blocks got wrong. */
const wrongBlocks: readonly Answer[] = [
  {
    name: 'pools by the average',
    exercise: '8.1',
    edits: [['maxPooling2d', 'averagePooling2d']],
    shares: { '8.1': { atMost: 0.85 }, '8.2': 1, '8.3': 1 },
  },
  {
    name: 'pools by a strided convolution',
    exercise: '8.1',
    edits: [
      [
        MAX_POOLING,
        "tf.layers.conv2d({ filters: options.inputChannels, kernelSize: 3, strides: 2, padding: 'same' })",
      ],
    ],
    shares: { '8.1': { atMost: 0.75 } },
  },
  {
    name: 'pools after the convolutions, so that the skip is taken after pooling',
    exercise: '8.1',
    edits: [[`[${MAX_POOLING}, ...convolutions(options)]`, `[...convolutions(options), ${MAX_POOLING}]`]],
    shares: { '8.1': { atMost: 0.91 } },
  },
  {
    name: 'hands on the pooled input as the skip',
    exercise: '8.1',
    edits: [
      [
        'const output = run(this.layers, x);                       // [B, H/2, W/2, out]\n    return { output, skip: output };',
        'const output = run(this.layers, x);\n    return { output, skip: run(this.layers.slice(0, 1), x) };',
      ],
    ],
    shares: { '8.1': { atMost: 0.91 } },
  },
  {
    name: 'does not halve the channels on the way up',
    exercise: '8.1',
    edits: [['filters: outputChannels / 2', 'filters: outputChannels']],
    shares: { '8.1': { atMost: 0.7 } },
  },
  {
    name: 'leaves out the normalisation after the convolutions',
    exercise: '8.1',
    edits: [[LOOP_STEP, "    layers.push(...finish({ ...options, normalization: 'none' }));\n  }"]],
    shares: { '8.1': { atMost: 0.6 } },
  },
  {
    name: 'leaves out the normalisation after the transposed convolution',
    exercise: '8.1',
    edits: [[UP_STEP, "  layers.push(...finish({ ...options, normalization: 'none' }));\n  // ### END"]],
    shares: { '8.1': { atMost: 0.85 } },
  },
  {
    name: 'leaves out the activation after the transposed convolution',
    exercise: '8.1',
    edits: [[UP_STEP, "  layers.push(...finish({ ...options, activation: 'linear' }));\n  // ### END"]],
    shares: { '8.1': { atMost: 0.9 }, '8.2': 1, '8.3': 1 },
  },
  {
    name: 'leaves out both after the transposed convolution',
    exercise: '8.1',
    edits: [[UP_STEP, '  // ### END']],
    shares: { '8.1': { atMost: 0.85 } },
  },
  {
    name: 'leaves out the activation after the convolutions',
    exercise: '8.1',
    edits: [[LOOP_STEP, "    layers.push(...finish({ ...options, activation: 'linear' }));\n  }"]],
    shares: { '8.1': { atMost: 0.7 }, '8.2': 1, '8.3': 1 },
  },
  {
    name: 'activates before it normalises',
    exercise: '8.1',
    edits: [[LOOP_STEP, '    layers.push(...finish(options).reverse());\n  }']],
    shares: { '8.1': { atMost: 0.75 }, '8.2': 1, '8.3': 1 },
  },
  {
    name: 'normalises and activates before the convolution',
    exercise: '8.1',
    edits: [
      [LOOP_STEP, '  }'],
      ['layers.push(tf.layers.conv2d({', 'layers.push(...finish(options), tf.layers.conv2d({'],
    ],
    shares: { '8.1': { atMost: 0.65 } },
  },
  {
    name: 'ends in a sigmoid',
    exercise: '8.1',
    edits: [afterLogits("tf.layers.activation({ activation: 'sigmoid' })")],
    shares: { '8.1': { atMost: 0.92 } },
  },
  {
    name: 'ends in a ReLU',
    exercise: '8.1',
    edits: [afterLogits('tf.layers.reLU()')],
    shares: { '8.1': { atMost: 0.92 } },
  },
  {
    name: 'ends in a softmax',
    exercise: '8.1',
    edits: [afterLogits('tf.layers.softmax()')],
    shares: { '8.1': { atMost: 0.92 } },
  },
  {
    name: 'finishes the logits like any other convolution',
    exercise: '8.1',
    edits: [afterLogits('...finish(options)')],
    shares: { '8.1': { atMost: 0.92 } },
  },
  {
    name: 'adds the skip',
    exercise: '8.1',
    edits: [['tf.layers.concatenate({ axis: -1 })', 'tf.layers.add()']],
    shares: { '8.1': { atMost: 0.85 } },
  },
  {
    name: 'concatenates along the height',
    exercise: '8.1',
    edits: [['tf.layers.concatenate({ axis: -1 })', 'tf.layers.concatenate({ axis: 1 })']],
    shares: { '8.1': { atMost: 0.8 } },
  },
  {
    name: 'concatenates the map with itself',
    exercise: '8.1',
    edits: [[JOIN, JOIN.replace('[skip, x]', '[x, x]')]],
    shares: { '8.1': { atMost: 0.87 } },
  },
  {
    name: 'concatenates the skip with itself in the last block',
    exercise: '8.1',
    edits: [
      [
        `${JOIN};   // [B, H, W, in]\n    return run(this.layers, both);                                                  // [B, H, W, classes]`,
        `${JOIN.replace('[skip, x]', '[skip, skip]')};\n    return run(this.layers, both);`,
      ],
    ],
    shares: { '8.1': { atMost: 0.93 } },
  },
  {
    name: "convolves with padding 'valid'",
    exercise: '8.1',
    edits: [["kernelSize: 3,\n      padding: 'same'", "kernelSize: 3,\n      padding: 'valid'"]],
    shares: { '8.1': { atMost: 0.65 } },
  },
  {
    name: 'ignores numConvolutions',
    exercise: '8.1',
    edits: [
      ['const { outputChannels, numConvolutions = 2 } = options;', 'const { outputChannels } = options;'],
      ['n < numConvolutions', 'n < 2'],
    ],
    shares: { '8.1': { atMost: 0.92 } },
  },
  {
    name: 'has one convolution too few',
    exercise: '8.1',
    edits: [['n < numConvolutions', 'n < numConvolutions - 1']],
    shares: { '8.1': { atMost: 0.6 } },
  },
  {
    name: 'ignores normalization and activation',
    exercise: '8.1',
    edits: [['finish(options)', "finish({ ...options, normalization: 'batch', activation: 'relu' })"]],
    shares: { '8.1': { atMost: 0.93 } },
  },
  {
    name: 'convolves by 5 × 5',
    exercise: '8.1',
    edits: [['kernelSize: 3', 'kernelSize: 5']],
    shares: { '8.1': { atMost: 0.65 } },
  },
  {
    name: 'ends in a convolution 3 × 3',
    exercise: '8.1',
    edits: [['kernelSize: 1,', "kernelSize: 3, padding: 'same',"]],
    shares: { '8.1': { atMost: 0.93 } },
  },
  {
    name: 'enlarges by the nearest pixel and a convolution',
    exercise: '8.1',
    edits: [
      [
        'layers.push(tf.layers.conv2dTranspose({',
        'layers.push(tf.layers.upSampling2d({}), tf.layers.conv2d({',
      ],
      ['    strides: 2,\n', ''],
    ],
    shares: { '8.1': { atMost: 0.9 } },
  },
  {
    name: 'lets the kernels start as tf.layers has them',
    exercise: '8.1',
    edits: [
      ['      kernelInitializer: kernels(9 * outputChannels),\n', ''],
      ['    kernelInitializer: kernels(4 * outputChannels),\n', ''],
    ],
    shares: { '8.1': { atMost: 0.96 }, '8.2': 1, '8.3': { atMost: 0.95 } },
  },
  {
    name: 'lets the kernels start by fan-in',
    exercise: '8.1',
    edits: [
      ['      kernelInitializer: kernels(9 * outputChannels),\n', "      kernelInitializer: 'heNormal',\n"],
      ['    kernelInitializer: kernels(4 * outputChannels),\n', "    kernelInitializer: 'heNormal',\n"],
    ],
    shares: { '8.1': { atMost: 0.98 }, '8.3': { atMost: 0.98 } },
  },
  {
    name: 'lets the biases start at 1',
    exercise: '8.1',
    edits: [['kernelSize: 3,', "kernelSize: 3, biasInitializer: 'ones',"]],
    shares: { '8.1': { atMost: 0.98 }, '8.3': { atMost: 0.96 } },
  },
  {
    name: 'has no biases',
    exercise: '8.1',
    edits: [['kernelSize: 3,', 'kernelSize: 3, useBias: false,']],
    shares: { '8.1': { atMost: 0.7 } },
  },
  {
    name: 'normalises by the batch in inference too',
    exercise: '8.1',
    edits: [
      [
        'function convolutions(',
        "class Normalize extends tf.layers.Layer {\n  static className = 'Normalize';\n  gamma!: tf.LayerVariable;\n  beta!: tf.LayerVariable;\n  build(shape: tf.Shape) {\n    this.gamma = this.addWeight('gamma', [shape[3]!], 'float32', tf.initializers.ones());\n    this.beta = this.addWeight('beta', [shape[3]!], 'float32', tf.initializers.zeros());\n    super.build(shape);\n  }\n  call(inputs: tf.Tensor[]) {\n    return tf.tidy(() => {\n      const [x] = [inputs].flat();\n      const { mean, variance } = tf.moments(x, [0, 1, 2]);\n      return x.sub(mean).div(variance.add(1e-5).sqrt()).mul(this.gamma.read()).add(this.beta.read());\n    });\n  }\n}\n\nconst normalized = (options: Options) => [\n  new Normalize({}),\n  tf.layers.activation({ activation: options.activation ?? 'relu' }),\n];\n\nfunction convolutions(",
      ],
      ['...finish(options)', '...normalized(options)'],
    ],
    shares: { '8.1': { atMost: 0.85 } },
  },
  {
    name: 'shares one convolution among all steps',
    exercise: '8.1',
    edits: [
      ['  for (let n = 0;', '  const shared = new Map<number, tf.layers.Layer>();\n  for (let n = 0;'],
      [
        'layers.push(tf.layers.conv2d({',
        'if (n > 1) { layers.push(layers[2]); continue; }\n    layers.push(tf.layers.conv2d({',
      ],
    ],
    shares: { '8.1': { atMost: 0.98 } },
  },
  {
    name: 'is not written yet',
    exercise: '8.1',
    edits: [['const output = run(this.layers, x);', "throw new Error('not written yet'); const output = x;"]],
    shares: { '8.1': { atMost: 0.7 } },
  },
];

/** Wrong answers to 8.2, with the notebook's own blocks. */
const wrongPaths: readonly Answer[] = [
  {
    name: 'hands over the skips smallest first',
    exercise: '8.2',
    edits: [['skips.push(step.skip);', 'skips.unshift(step.skip);']],
    shares: { '8.2': { atMost: 0.5 } },
  },
  {
    name: 'uses the skips from the first on',
    exercise: '8.2',
    edits: [['skips[skips.length - 1 - n]', 'skips[n]']],
    shares: { '8.2': { atMost: 0.7 } },
  },
  {
    name: 'has one block too many on the way down',
    exercise: '8.2',
    edits: [
      ['for (let level = 1; level < numBlocks; level++)', 'for (let level = 1; level <= numBlocks; level++)'],
    ],
    shares: { '8.2': { atMost: 0.35 } },
  },
  {
    name: 'does not double the channels',
    exercise: '8.2',
    edits: [
      [
        'new DownsamplingBlock({ ...common, inputChannels: outputChannels / 2, outputChannels })',
        'new DownsamplingBlock({ ...common, inputChannels: baseChannels, outputChannels: baseChannels })',
      ],
    ],
    shares: { '8.2': { atMost: 0.6 } },
  },
  {
    name: 'passes no options on to the blocks on the way down',
    exercise: '8.2',
    edits: [
      ['new InputBlock({ ...common, ', 'new InputBlock({ '],
      ['new DownsamplingBlock({ ...common, ', 'new DownsamplingBlock({ '],
    ],
    shares: { '8.2': { atMost: 0.92 } },
  },
  {
    name: 'passes no options on to any block',
    exercise: '8.2',
    edits: [['...common, ', '']],
    shares: { '8.2': { atMost: 0.92 } },
  },
  {
    name: 'gives the blocks above the map instead of their skip',
    exercise: '8.2',
    edits: [
      ['output = block.apply(output, skips[skips.length - 1 - n]);', 'output = block.apply(output, output);'],
    ],
    shares: { '8.2': { atMost: 0.7 } },
  },
  {
    name: 'gives the bottleneck as many channels as the block above it',
    exercise: '8.2',
    edits: [
      [
        'inputChannels: lowest / 2, outputChannels: lowest',
        'inputChannels: lowest / 2, outputChannels: lowest / 2',
      ],
    ],
    shares: { '8.2': { atMost: 0.7 } },
  },
  {
    name: 'hands on the input of the last block',
    exercise: '8.2',
    edits: [
      [
        '      output = step.output;\n      skips.push(step.skip);',
        '      skips.push(step.skip);\n      if (skips.length < this.blocks.length) output = step.output;',
      ],
    ],
    shares: { '8.2': { atMost: 0.6 } },
  },
  {
    name: 'forgets numClasses',
    exercise: '8.2',
    edits: [['outputChannels: baseChannels, numClasses })', 'outputChannels: baseChannels })']],
    shares: { '8.2': { atMost: 0.6 } },
  },
  {
    name: 'has other defaults',
    exercise: '8.2',
    edits: [['baseChannels = 64, numBlocks = 2', 'baseChannels = 32, numBlocks = 4']],
    shares: { '8.2': { atMost: 0.97 } },
  },
];

/** Wrong answers to 8.3, with the notebook's own blocks and paths. */
const wrongUNet: readonly Answer[] = [
  {
    name: 'fixes the size of the images',
    exercise: '8.3',
    edits: [['shape: [null, null, inputChannels]', 'shape: [128, 128, inputChannels]']],
    shares: { '8.3': { atMost: 0.8 } },
  },
  {
    name: 'ends in a sigmoid',
    exercise: '8.3',
    edits: [
      [
        'logits = up.apply(output, skips);',
        "logits = tf.layers.activation({ activation: 'sigmoid' }).apply(up.apply(output, skips)) as FeatureMap;",
      ],
    ],
    shares: { '8.3': { atMost: 0.8 } },
  },
  {
    name: 'passes no options on',
    exercise: '8.3',
    edits: [['...common, ', '']],
    shares: { '8.3': { atMost: 0.91 } },
  },
  {
    name: 'passes the options on to one path alone',
    exercise: '8.3',
    edits: [['new UpsamplingPath({ ...common, ', 'new UpsamplingPath({ ']],
    shares: { '8.3': { atMost: 0.91 } },
  },
  {
    name: 'has three blocks by default',
    exercise: '8.3',
    edits: [['numBlocks = 2', 'numBlocks = 3']],
    shares: { '8.3': { atMost: 0.93 } },
  },
  {
    name: 'always has one class',
    exercise: '8.3',
    edits: [['baseChannels, numBlocks, numClasses });', 'baseChannels, numBlocks });']],
    shares: { '8.3': { atMost: 0.7 } },
  },
  {
    name: 'skips the downsampling path',
    exercise: '8.3',
    edits: [
      [
        'logits = up.apply(output, skips);',
        'logits = tf.layers.conv2d({ filters: numClasses, kernelSize: 1 }).apply(skips[0]) as FeatureMap;',
      ],
    ],
    shares: { '8.3': { atMost: 0.5 } },
  },
  {
    name: 'keeps tensors at every prediction',
    exercise: '8.3',
    edits: [
      [
        'class BasicUNet',
        "class Keeping extends tf.layers.Layer {\n  static className = 'Keeping';\n  call(x: tf.Tensor | tf.Tensor[]) {\n    const [map] = [x].flat();\n    tf.keep(map.clone());\n    return map.clone();\n  }\n}\n\nclass BasicUNet",
      ],
      [
        'logits = up.apply(output, skips);',
        'logits = new Keeping({}).apply(up.apply(output, skips)) as FeatureMap;',
      ],
    ],
    shares: { '8.3': { atMost: 0.96 } },
  },
  {
    name: 'freezes the way down',
    exercise: '8.3',
    edits: [
      [
        '    // ### END SOLUTION\n    super({ inputs: image, outputs: logits as tf.SymbolicTensor });',
        '    super({ inputs: image, outputs: logits as tf.SymbolicTensor });\n    for (const layer of this.layers.slice(0, 5)) layer.trainable = false;',
      ],
    ],
    shares: { '8.3': { atMost: 0.9 } },
  },
];

/** Wrong answers to 8.1, 8.2 and 8.3. */
export const wrongUNets: readonly Answer[] = [...wrongBlocks, ...wrongPaths, ...wrongUNet];

/** Right answers to 8.1, 8.2 and 8.3, written otherwise than the notebook's. */
export const rightUNets: readonly Answer[] = [
  {
    name: "the notebook's own",
    exercise: '8.1',
    edits: [],
    shares: { '8.1': 1, '8.2': 1, '8.3': 1 },
  },
  {
    name: 'the map before the skip',
    exercise: '8.1',
    edits: [['[skip, x]', '[x, skip]']],
    shares: { '8.1': 1, '8.2': 1, '8.3': 1 },
  },
  {
    name: 'functions that return closures',
    exercise: '8.1',
    file: 'blocks-functional.txt',
    // The notebook's own later answers use the blocks as types, which functions are not.
    shares: { '8.1': 1 },
  },
  {
    name: 'a base class and layers made in apply',
    exercise: '8.1',
    file: 'blocks-base-class.txt',
    shares: { '8.1': 1, '8.2': 1, '8.3': 1 },
  },
  {
    name: 'Sequential sub-models',
    exercise: '8.1',
    file: 'blocks-sequential.txt',
    shares: { '8.1': 1, '8.2': 1, '8.3': 1 },
  },
  {
    name: 'activation by a layer of their own, by tf functions',
    exercise: '8.1',
    file: 'blocks-own-layers.txt',
    shares: { '8.1': 1, '8.2': 1, '8.3': 1 },
  },
  {
    name: "padding by hand, 'valid' where it makes no difference, ε as tf.layers has it",
    exercise: '8.1',
    edits: [
      ['finish(options)', 'finished(options)'],
      [
        'layers.push(tf.layers.conv2d({',
        'layers.push(tf.layers.zeroPadding2d({ padding: 1 }), tf.layers.conv2d({',
      ],
      ["kernelSize: 3,\n      padding: 'same'", "kernelSize: 3,\n      padding: 'valid'"],
      ["strides: 2,\n    padding: 'same'", "strides: 2,\n    padding: 'valid'"],
      ['kernels(4 * outputChannels)', 'kernels(2 * outputChannels)'],
      [
        'function convolutions',
        "const finished = ({ normalization = 'batch', activation = 'relu' }: Options) => [\n  ...(normalization === 'batch' ? [tf.layers.batchNormalization({})] : []),\n  tf.layers.activation({ activation }),\n];\n\nfunction convolutions",
      ],
    ],
    shares: { '8.1': 1, '8.2': 1, '8.3': 1 },
  },
  {
    name: 'recursive paths',
    exercise: '8.2',
    file: 'paths-recursive.txt',
    shares: { '8.2': 1, '8.3': 1 },
  },
  {
    name: 'blocks made from the last to the first',
    exercise: '8.2',
    file: 'paths-reversed.txt',
    shares: { '8.2': 1, '8.3': 1 },
  },
  {
    name: 'a function that returns a model',
    exercise: '8.3',
    file: 'unet-function.txt',
    shares: { '8.3': 1 },
  },
];
