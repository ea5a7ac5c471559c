/** What zlib found wrong, in words for an error's "got". */
export function deflateProblem(error: unknown, most: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_BUFFER_TOO_LARGE'
    ? `deflate that unpacks to more than ${most} bytes`
    : `deflate that does not unpack (${message})`;
}
