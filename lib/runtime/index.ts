import * as tf from '@tensorflow/tfjs-node-gpu';

export { tf };
export { nextSeed, seededRandom, setSeed } from './seed';
