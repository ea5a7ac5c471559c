import { reportCommand } from './command';

/** `npm run report`. */
export function main(args: string[]): Promise<number> {
  return reportCommand(args, { out: process.stdout, errors: process.stderr, env: process.env });
}
