import { install } from './install';

install();

export { tf } from './load';
export { nextSeed, seededRandom, setSeed } from './seed';
export { runtimeInfo, type RuntimeInfo } from './info';
