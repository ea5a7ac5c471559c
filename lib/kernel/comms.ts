import { randomUUID } from 'node:crypto';
import type { Comm } from './bridge';
import { type Cell, currentCell } from './cell';
import type { IoPub } from './iopub';
import type { Content, Header } from './wire';

interface Channel {
  target: string;
  /** The cell that opened the channel: what its listener prints belongs to that cell. */
  cell: Cell | undefined;
  onMessage: ((data: unknown) => void) | undefined;
}

/** Two-way channels between the outputs of cells and the kernel; the kernel's side opens them. */
export class Comms {
  private readonly channels = new Map<string, Channel>();

  /** @param onError told what a listener throws */
  constructor(
    private readonly iopub: IoPub,
    private readonly onError: (error: unknown) => void,
  ) {}

  open(target: string, data: unknown = {}, onMessage?: (data: unknown) => void): Comm {
    const id = randomUUID();
    this.channels.set(id, { target, cell: currentCell.getStore(), onMessage });
    this.iopub.show('comm_open', { comm_id: id, target_name: target, data });
    return {
      id,
      send: (message) => this.iopub.show('comm_msg', { comm_id: id, data: message }),
      close: () => {
        if (this.channels.delete(id)) this.iopub.show('comm_close', { comm_id: id, data: {} });
      },
    };
  }

  /** Handles `comm_open`, `comm_msg` and `comm_close` from a client. */
  handle(type: string, content: Content, header: Header): void {
    const id = String(content.comm_id);
    const channel = this.channels.get(id);
    if (type === 'comm_open') {
      // The kernel offers no targets, and the protocol wants such a channel closed at once.
      this.iopub.publish(header, 'comm_close', { comm_id: id, data: {} });
    } else if (type === 'comm_close') {
      this.channels.delete(id);
    } else if (channel) {
      this.deliver(channel, content.data);
    }
  }

  info(target: unknown): Content {
    const open = [...this.channels].filter(
      ([, channel]) => target === undefined || channel.target === target,
    );
    return {
      status: 'ok',
      comms: Object.fromEntries(open.map(([id, channel]) => [id, { target_name: channel.target }])),
    };
  }

  private deliver({ cell, onMessage }: Channel, data: unknown): void {
    const call = (): void => {
      try {
        onMessage?.(data);
      } catch (error) {
        this.onError(error);
      }
    };
    if (cell) currentCell.run(cell, call);
    else call();
  }
}
