/**
 * TensorFlow.js counts open scopes and gradients in plain variables and resets them in `finally`. An interrupt that
 * tears synchronous code down skips `finally`: without repair every later operation would be recorded on a gradient
 * tape that nobody reads, and `tf.tidy` would free nothing.
 */
interface TensorEngine {
  state: { scopeStack: unknown[]; gradientDepth: number; kernelDepth: number; activeTape: unknown };
  endScope(): void;
}

/** The state of TensorFlow.js now, if a notebook has loaded it; returns what restores it. */
export function rememberTensorScopes(): () => void {
  const engine = findEngine();
  const { scopeStack, gradientDepth = 0, kernelDepth = 0, activeTape = null } = engine?.state ?? {};
  const depth = scopeStack?.length ?? 0;
  return () => {
    const now = findEngine();
    if (!now) return;
    while (now.state.scopeStack.length > depth) now.endScope();
    Object.assign(now.state, { gradientDepth, kernelDepth, activeTape });
  };
}

function findEngine(): TensorEngine | undefined {
  return (globalThis as { _tfengine?: TensorEngine })._tfengine;
}
