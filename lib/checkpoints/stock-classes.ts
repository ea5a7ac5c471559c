/** All that a saved model of stock TensorFlow.js 4.22 can name: layers, models, initialisers, constraints, … */
export const STOCK_CLASSES: ReadonlySet<string> = new Set(
  `Model Functional Sequential InputLayer
  Conv1D Conv2D Conv3D Conv2DTranspose Conv3DTranspose SeparableConv2D DepthwiseConv2D Cropping2D UpSampling2D
  ZeroPadding2D MaxPooling1D AveragePooling1D MaxPooling2D AveragePooling2D MaxPooling3D AveragePooling3D
  GlobalAveragePooling1D GlobalMaxPooling1D GlobalAveragePooling2D GlobalMaxPooling2D
  Dense Dropout SpatialDropout1D Flatten Activation RepeatVector Reshape Permute Masking Embedding
  ReLU LeakyReLU PReLU ELU ThresholdedReLU Softmax Add Multiply Average Maximum Minimum Concatenate Dot
  GaussianNoise GaussianDropout AlphaDropout BatchNormalization LayerNormalization
  RNN SimpleRNNCell SimpleRNN GRUCell GRU LSTMCell LSTM StackedRNNCells ConvLSTM2DCell ConvLSTM2D TimeDistributed
  Bidirectional Rescaling CenterCrop CategoryEncoding Resizing RandomWidth
  elu selu relu relu6 linear sigmoid hardSigmoid softplus softsign tanh softmax logSoftmax gelu gelu_new mish swish
  Zeros Ones Constant RandomUniform RandomNormal TruncatedNormal Identity VarianceScaling GlorotUniform GlorotNormal
  HeNormal HeUniform LeCunNormal LeCunUniform Orthogonal
  MaxNorm UnitNorm NonNeg MinMaxNorm L1L2
  Adadelta Adagrad Adam Adamax Momentum RMSProp SGD`.split(/\s+/),
);
