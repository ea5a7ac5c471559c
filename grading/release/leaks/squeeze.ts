/** A text without all that formatting and minifying change, and from which line each of its characters comes. */
export interface Squeezed {
  text: string;
  /** Line, from 0, of the character at an offset. */
  lineAt(offset: number): number;
}

/** Drops white space, backslashes and semicolons, and makes all quotation marks the same. */
export const squeeze = (text: string): string => text.replace(/[\s\\;]+/g, '').replace(/['`]/g, '"');

export function squeezeLines(text: string): Squeezed {
  const starts: number[] = [];
  let squeezed = '';
  for (const line of text.split('\n')) {
    starts.push(squeezed.length);
    squeezed += squeeze(line);
  }
  return {
    text: squeezed,
    lineAt(offset) {
      let [low, high] = [0, starts.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (starts[middle] <= offset) low = middle;
        else high = middle - 1;
      }
      return low;
    },
  };
}
