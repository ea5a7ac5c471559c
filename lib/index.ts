export { tf, setSeed } from './runtime';
