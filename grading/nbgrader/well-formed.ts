/**
 * JSON that Python can write as UTF-8: half of a character, such as where a text was cut within an emoji, is U+FFFD.
 */
export function wellFormedJson(value: unknown): string {
  // JSON.stringify escapes halves alone, in keys as well; a backslash of the text itself comes doubled.
  return JSON.stringify(value).replace(/(\\+)ud[89a-f][0-9a-f]{2}/g, (escape, slashes: string) =>
    slashes.length % 2 === 1 ? `${slashes.slice(1)}\ufffd` : escape,
  );
}
