import { answerComplete, answerInspect, answerIsComplete } from './editor';
import { connectTslabDisplay, installBridge } from './bridge-host';
import { Cell, currentCell, KeyboardInterrupt } from './cell';
import { Comms } from './comms';
import { Engine, type Outcome } from './engine';
import { History } from './history';
import { kernelInfo } from './info';
import { Interrupts } from './interrupts';
import type { IoPub } from './iopub';
import { type Completion, ExecuteQueue } from './queue';
import type { Signals } from './signals';
import type { Content, Header, Message } from './wire';

/** Sends a reply to the client that sent the request. */
export type Reply = (request: Message, type: string, content: Content) => void;

/** Answers every request of the shell channel. */
export class Kernel {
  readonly interrupts: Interrupts;
  private readonly history = new History();
  private readonly comms: Comms;
  private readonly queue: ExecuteQueue;
  private engine: Engine | undefined;
  private lastCell: Cell | undefined;
  private running: Cell | undefined;
  private count = 0;
  private unnumbered = 0;

  constructor(
    private readonly signals: Signals,
    private readonly iopub: IoPub,
    private readonly reply: Reply,
    /** What the server that started it calls it, where that is known. */
    id?: string,
  ) {
    this.interrupts = new Interrupts(signals);
    this.comms = new Comms(iopub, (error) => this.reportStray(error));
    this.queue = new ExecuteQueue(
      (message) => this.execute(message),
      (message) => this.abort(message),
    );
    installBridge(iopub, this.comms, this.interrupts, id);
  }

  /** True while requests wait or run. */
  get busy(): boolean {
    return this.queue.busy;
  }

  /** The compiler and executor, loaded at the first need of them. */
  load(): Engine {
    if (!this.engine) {
      this.engine = new Engine(this.signals, () => this.interrupts.point());
      connectTslabDisplay(this.iopub);
    }
    return this.engine;
  }

  handle(message: Message): void {
    this.queue.observe(message);
    if (message.header.msg_type === 'execute_request') {
      this.queue.add(message);
      return;
    }
    this.status('busy', message.header);
    try {
      this.answer(message);
    } finally {
      this.status('idle', message.header);
      // Clients show the latest state that they heard of, and a cell is still running.
      if (this.running) this.status('busy', this.running.parent);
    }
  }

  status(state: 'busy' | 'idle' | 'starting', parent: Header | undefined): void {
    this.iopub.publish(parent, 'status', { execution_state: state });
  }

  /** Header of the request that the running code belongs to. */
  owner(): Header | undefined {
    return (currentCell.getStore() ?? this.lastCell)?.parent;
  }

  /** Takes an error that nothing in the cell caught: thrown in a timer, say. */
  onUncaught(error: unknown): void {
    const cell = currentCell.getStore() ?? this.running;
    if (cell && cell === this.running) this.interrupts.stop(cell, error);
    else this.reportStray(error);
  }

  /** Takes the rejection of a promise that nothing awaits; it counts when the cell ends, unless handled by then. */
  onRejection(error: unknown, promise: Promise<unknown>): void {
    const cell = currentCell.getStore() ?? this.running;
    if (error instanceof KeyboardInterrupt || (cell?.killed && error === cell.reason)) return;
    if (cell && cell === this.running) cell.stray.set(promise, { error });
    else this.reportStray(error);
  }

  onRejectionHandled(promise: Promise<unknown>): void {
    this.running?.stray.delete(promise);
  }

  private answer(message: Message): void {
    const { header, content } = message;
    switch (header.msg_type) {
      case 'kernel_info_request':
        return this.reply(message, 'kernel_info_reply', kernelInfo());
      case 'complete_request':
        return this.reply(message, 'complete_reply', answerComplete(this.load(), content));
      case 'inspect_request':
        return this.reply(message, 'inspect_reply', answerInspect(this.load(), content));
      case 'is_complete_request':
        this.load();
        return this.reply(message, 'is_complete_reply', answerIsComplete(content));
      case 'history_request':
        return this.reply(message, 'history_reply', this.history.answer(content));
      case 'comm_info_request':
        return this.reply(message, 'comm_info_reply', this.comms.info(content.target_name));
      case 'comm_open':
      case 'comm_msg':
      case 'comm_close':
        return this.comms.handle(header.msg_type, content, header);
    }
  }

  private async execute(message: Message): Promise<Completion> {
    const { header, content } = message;
    const code = String(content.code);
    const silent = content.silent === true;
    const numbered = !silent && content.store_history !== false;
    if (numbered) this.count++;
    this.status('busy', header);
    const cell = new Cell(header, numbered ? String(this.count) : `_${++this.unnumbered}`);
    if (!silent) this.iopub.publish(header, 'execute_input', { code, execution_count: this.count });
    const engine = this.load();
    if (numbered) this.history.add(this.count, code);
    this.running = this.lastCell = cell;
    this.interrupts.begin(cell, engine);
    const outcome = await engine.run(cell, code);
    this.interrupts.end();
    this.running = undefined;
    return this.complete(message, outcome, silent, numbered);
  }

  private complete(message: Message, outcome: Outcome, silent: boolean, numbered: boolean): Completion {
    const { header, content } = message;
    const count = { execution_count: this.count };
    const finish = (answer: Content): void => {
      this.iopub.flush();
      this.reply(message, 'execute_reply', answer);
      this.status('idle', header);
    };
    if (outcome.status === 'error') {
      const { error } = outcome;
      this.iopub.publish(header, 'error', { ...error });
      return {
        failed: content.stop_on_error !== false,
        reply: () => finish({ status: 'error', ...count, ...error, user_expressions: {}, payload: [] }),
      };
    }
    const { result } = outcome;
    if (result && !silent) {
      this.iopub.publish(header, 'execute_result', { ...count, ...result });
      if (numbered) this.history.setOutput(this.count, String(result.data['text/plain'] ?? ''));
    }
    return {
      failed: false,
      reply: () => finish({ status: 'ok', ...count, payload: [], user_expressions: {} }),
    };
  }

  private abort(message: Message): void {
    this.status('busy', message.header);
    this.reply(message, 'execute_reply', { status: 'aborted', execution_count: this.count });
    this.status('idle', message.header);
  }

  /** Shows an error that came after its cell had ended, below that cell. */
  private reportStray(error: unknown): void {
    const described = this.engine?.describe(error, 'after the cell had ended');
    if (described) this.iopub.show('error', { ...described });
  }
}
