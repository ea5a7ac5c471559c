/** Files that leave, by their path from the zip's folder, with `/`. */
export type Files = Map<string, Buffer>;

export const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

/** As Jupyter writes notebooks. */
export const notebookJson = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 1)}\n`);
