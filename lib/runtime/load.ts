// The order matters: the first import decides what the second one finds.
import './choose-backend';
import * as tf from '@tensorflow/tfjs-node-gpu';

/** TensorFlow.js: on native TensorFlow where its addon loads, else on the JavaScript backend. */
export { tf };
