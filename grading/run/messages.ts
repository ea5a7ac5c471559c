import type { CompiledCell } from '../../lib/kernel/cell-compiler';
import type { CellError } from '../../lib/kernel/errors';
import type { Plain } from '../../lib/check/plain';

/** What the grader asks of a box. */
export type BoxRequest =
  | { id: number; kind: 'cell'; cell: CompiledCell }
  | { id: number; kind: 'probe'; exercise: string; probe: string; input: Plain };

/** An output as Jupyter's notebook format has it. */
export type Output = { output_type: string } & Record<string, unknown>;

/** What a box says, if it is honest. */
export type BoxReply =
  | { kind: 'ready' }
  | { kind: 'output'; output: Output }
  /** `defined`: which of the cell's names have a value now. */
  | { id: number; kind: 'ended'; error?: CellError; defined: string[] }
  | { id: number; kind: 'evidence'; value: Plain }
  | { id: number; kind: 'failure'; error: CellError };

/** What the grader asks of the compile service. */
export type CompileRequest =
  | { id: number; kind: 'compile'; name: string; code: string; declarations: string }
  | { id: number; kind: 'keep'; declarations: string; defined: string[] };

export type CompileReply =
  { id: number; kind: 'compiled'; cell: CompiledCell } | { id: number; kind: 'kept'; declarations: string };
