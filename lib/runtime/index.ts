import { install } from './install';

install();

export { tf } from './load';
export { nextSeed, randomState, restoreRandomState, seededRandom, setSeed, type RandomState } from './seed';
export { tidied } from './tidied';
export { runtimeInfo, type RuntimeInfo } from './info';
export { recomputed } from './graph/recompute';
