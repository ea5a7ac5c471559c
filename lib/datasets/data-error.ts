/** Why data cannot be used: nowhere to be found, not to be downloaded, or there but not what it should be. */
export type DataProblem = 'missing' | 'download' | 'damaged';

export class DataError extends Error {
  override readonly name = 'DataError';

  constructor(
    readonly problem: DataProblem,
    message: string,
  ) {
    super(message);
  }
}
