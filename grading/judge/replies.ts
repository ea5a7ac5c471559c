import type { Output } from '../run/messages';

const MAX_NAMES = 5000;

/**
 * What outputs may hold. Formgrader and feedback put them into the instructor's pages as they are: no HTML, no SVG and
 * no Markdown, which could carry a script, and pictures as the letters of base64 alone.
 */
const SHOWN: Record<string, RegExp> = {
  'text/plain': /^/,
  'image/png': /^[A-Za-z0-9+/=\n]*$/,
  'image/jpeg': /^[A-Za-z0-9+/=\n]*$/,
};

/** The names that a box says are defined. */
export function readDefined(value: unknown): string[] {
  return Array.isArray(value)
    ? value.slice(0, MAX_NAMES).filter((name): name is string => typeof name === 'string')
    : [];
}

/** An output for the notebook, of the kinds and MIME types that are passed on; undefined for anything else. */
export function readOutput(value: unknown): Output | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { output_type: type, name, text: printed, data } = value as Record<string, unknown>;
  if (type === 'stream') {
    if (typeof printed !== 'string') return undefined;
    return { output_type: 'stream', name: name === 'stderr' ? 'stderr' : 'stdout', text: printed };
  }
  if (type !== 'display_data' && type !== 'execute_result') return undefined;
  if (typeof data !== 'object' || data === null) return undefined;
  const shown = Object.entries(data as Record<string, unknown>).filter(
    ([mime, content]) =>
      Object.hasOwn(SHOWN, mime) && typeof content === 'string' && SHOWN[mime].test(content),
  );
  return {
    output_type: type,
    data: Object.fromEntries(shown),
    metadata: {},
    ...(type === 'execute_result' ? { execution_count: null } : {}),
  };
}
