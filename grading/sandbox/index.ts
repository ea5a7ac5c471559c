export type { Box, BoxEnd, BoxEndReason, BoxKind, BoxLimits, BoxOptions, BoxUsage } from './box';
export { boxKinds, type NoBox } from './kinds';
export { openBox } from './open';
export { provedBoxes } from './proof';
export { selfTest } from './self-test';
