/**
 * Compiles the cells of many submissions, and runs nothing of them. It sits in a box all the same: what it reads to
 * check types is named by what it compiles.
 */
import { CellCompiler } from '../../lib/kernel/cell-compiler';
import { installRequireFallback } from '../../lib/kernel/packages';
import { openChannel } from './channel';
import { FrameReader } from './frames';
import type { CompileReply, CompileRequest } from './messages';

const REQUESTS = { message: 2 ** 26, total: Number.MAX_SAFE_INTEGER };

function serve(): void {
  const send = openChannel(1) as (reply: CompileReply | { kind: 'ready' }) => void;
  installRequireFallback();
  const compiler = new CellCompiler();
  compiler.warmUp();

  const answer = (request: CompileRequest): CompileReply => {
    const { id, declarations } = request;
    if (request.kind === 'compile') {
      return { id, kind: 'compiled', cell: compiler.compile(request.name, request.code, declarations) };
    }
    const defined = new Set(request.defined);
    return {
      id,
      kind: 'kept',
      declarations: compiler.keepDefined(declarations, (name) => defined.has(name)),
    };
  };

  const requests = new FrameReader(REQUESTS);
  process.stdin.on('data', (chunk: Buffer) => {
    for (const request of requests.push(chunk) as CompileRequest[]) send(answer(request));
  });
  process.stdin.on('end', () => process.exit(0));
  send({ kind: 'ready' });
}

serve();
