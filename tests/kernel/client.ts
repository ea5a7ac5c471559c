import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { Dealer, Subscriber } from 'zeromq';
import { type Connection, type Content, type Header, Wire } from '../../lib/kernel/wire';
import { freePorts } from '../free-ports';

export const PROJECT = path.resolve(__dirname, '../..');
const MAIN = path.join(PROJECT, '.build/lib/kernel/main.js');

export interface Received {
  header: Header;
  parentId: string;
  content: Content;
}

/** Everything that came back for one request. */
export interface Ran {
  id: string;
  reply: Content;
  /** The iopub messages between `busy` and `idle`. */
  messages: Received[];
  /** The text of all messages of a stream. */
  stdout: string;
  stderr: string;
  error: { ename: string; evalue: string; traceback: string[] } | undefined;
  /** The `text/plain` of the result. */
  result: string | undefined;
}

/** A Jupyter client that is small enough to say precisely what it sends and when. */
export class KernelClient {
  readonly iopub: Received[] = [];
  private readonly replies = new Map<string, (message: Received) => void>();
  private readonly watchers = new Set<() => void>();
  private stderr = '';

  private constructor(
    readonly process: ChildProcess,
    private readonly wire: Wire,
    private readonly folder: string,
    private readonly shell: Dealer,
    private readonly control: Dealer,
    private readonly subscriber: Subscriber,
  ) {
    process.stderr?.on('data', (data: Buffer) => (this.stderr += data));
    void this.receive(shell);
    void this.receive(control);
    void this.listen();
  }

  /** Starts a kernel in the folder and waits for its first `kernel_info_reply`. */
  static async start(cwd = path.join(PROJECT, 'notebooks'), node = process.execPath): Promise<KernelClient> {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing; run: npm run build`);
    const folder = mkdtempSync(path.join(tmpdir(), 'kernel-test-'));
    const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await freePorts(5);
    const connection: Connection = {
      transport: 'tcp',
      ip: '127.0.0.1',
      key: randomUUID(),
      signature_scheme: 'hmac-sha256',
      shell_port,
      iopub_port,
      stdin_port,
      control_port,
      hb_port,
    };
    const file = path.join(folder, 'connection.json');
    writeFileSync(file, JSON.stringify(connection));
    const child = spawn(node, [MAIN, '--config-path', file], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    const wire = new Wire(connection);
    const [shellSocket, controlSocket, subscriber] = [new Dealer(), new Dealer(), new Subscriber()];
    shellSocket.connect(wire.address(shell_port));
    controlSocket.connect(wire.address(control_port));
    subscriber.connect(wire.address(iopub_port));
    subscriber.subscribe();
    const client = new KernelClient(child, wire, folder, shellSocket, controlSocket, subscriber);
    await client.request('kernel_info_request', {});
    await client.subscribed();
    return client;
  }

  /** Runs a cell and waits for its reply and its `idle`. */
  async execute(code: string, options: Content = {}): Promise<Ran> {
    return this.finished(await this.send(this.shell, 'execute_request', executeContent(code, options)));
  }

  /** Sends all cells in one go, as "Run all" does. */
  async executeAll(codes: string[]): Promise<Ran[]> {
    const sent = codes.map((code) => this.send(this.shell, 'execute_request', executeContent(code, {})));
    return Promise.all(sent.map(async (id) => this.finished(await id)));
  }

  /** Starts a cell without waiting for it. */
  async begin(code: string): Promise<{ id: string; done: Promise<Ran> }> {
    const id = await this.send(this.shell, 'execute_request', executeContent(code, {}));
    return { id, done: this.finished(id) };
  }

  async request(type: string, content: Content, channel: 'shell' | 'control' = 'shell'): Promise<Content> {
    const id = await this.send(channel === 'shell' ? this.shell : this.control, type, content);
    return (await this.reply(id)).content;
  }

  /** Sends a message that gets no reply. */
  async tell(type: string, content: Content): Promise<string> {
    return this.send(this.shell, type, content);
  }

  async interrupt(): Promise<void> {
    await this.request('interrupt_request', {}, 'control');
  }

  /** Waits for an iopub message, past or to come. */
  async until(matches: (message: Received) => boolean): Promise<Received> {
    for (;;) {
      const found = this.iopub.find(matches);
      if (found) return found;
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
  }

  /** Waits until a cell has printed the text. */
  async printed(id: string, text: string): Promise<void> {
    await this.until(({ parentId, header, content }) =>
      header.msg_type === 'stream' && parentId === id ? String(content.text).includes(text) : false,
    );
  }

  async close(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const exit = once(this.process, 'exit');
      await this.request('shutdown_request', { restart: false }, 'control');
      await exit;
    }
    this.shell.close();
    this.control.close();
    this.subscriber.close();
    rmSync(this.folder, { recursive: true });
    if (this.stderr) throw new Error(`the kernel wrote to its own stderr:\n${this.stderr}`);
  }

  private readonly pending = new Map<string, Promise<Received>>();

  private async send(socket: Dealer, type: string, content: Content): Promise<string> {
    const frames = this.wire.encode([], type, undefined, content);
    const header = JSON.parse(String(frames[2])) as Header;
    this.pending.set(header.msg_id, new Promise((resolve) => this.replies.set(header.msg_id, resolve)));
    await socket.send(frames);
    return header.msg_id;
  }

  private reply(id: string): Promise<Received> {
    const pending = this.pending.get(id);
    if (!pending) throw new Error(`no request ${id}`);
    return pending;
  }

  private async finished(id: string): Promise<Ran> {
    const reply = await this.reply(id);
    await this.until(
      ({ parentId, header, content }) =>
        parentId === id && header.msg_type === 'status' && content.execution_state === 'idle',
    );
    const messages = this.iopub.filter(
      ({ parentId, header }) => parentId === id && header.msg_type !== 'status',
    );
    const stream = (name: string): string =>
      messages
        .filter(({ header, content }) => header.msg_type === 'stream' && content.name === name)
        .map(({ content }) => String(content.text))
        .join('');
    const find = (type: string): Content | undefined =>
      messages.find(({ header }) => header.msg_type === type)?.content;
    return {
      id,
      reply: reply.content,
      messages,
      stdout: stream('stdout'),
      stderr: stream('stderr'),
      error: find('error') as Ran['error'],
      result: (find('execute_result')?.data as Record<string, string> | undefined)?.['text/plain'],
    };
  }

  private async receive(socket: Dealer): Promise<void> {
    for await (const frames of socket) {
      const message = this.read(frames);
      this.replies.get(message.parentId)?.(message);
    }
  }

  private async listen(): Promise<void> {
    for await (const frames of this.subscriber) {
      this.iopub.push(this.read(frames));
      const watchers = [...this.watchers];
      this.watchers.clear();
      for (const watcher of watchers) watcher();
    }
  }

  private read(frames: Buffer[]): Received {
    const message = this.wire.decode(frames);
    if (!message) throw new Error(`badly signed message: ${frames.map(String).join(' ')}`);
    const start = frames.findIndex((frame) => String(frame) === '<IDS|MSG>');
    const parent = JSON.parse(String(frames[start + 3])) as Partial<Header>;
    return { header: message.header, content: message.content, parentId: parent.msg_id ?? '' };
  }

  /** A subscription takes a moment to reach the publisher; whatever is published before is lost to us. */
  private async subscribed(): Promise<void> {
    while (this.iopub.length === 0) await this.request('kernel_info_request', {});
  }
}

function executeContent(code: string, options: Content): Content {
  return {
    code,
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: true,
    ...options,
  };
}
