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

type OnOpen = (comm: Comm, data: unknown) => (data: unknown) => void;

/** Two-way channels between the outputs of cells and the kernel. The kernel opens them, or pages do to offered targets. */
export class Comms {
  private readonly channels = new Map<string, Channel>();
  private readonly offers = new Map<string, { onOpen: OnOpen; cell: Cell | undefined }>();

  /** @param onError told what a listener throws */
  constructor(
    private readonly iopub: IoPub,
    private readonly onError: (error: unknown) => void,
  ) {}

  open(target: string, data: unknown = {}, onMessage?: (data: unknown) => void): Comm {
    const id = randomUUID();
    this.channels.set(id, { target, cell: currentCell.getStore(), onMessage });
    this.iopub.show('comm_open', { comm_id: id, target_name: target, data });
    return this.endOf(id);
  }

  /** Takes what pages open to the target from now on. */
  offer(target: string, onOpen: OnOpen): void {
    this.offers.set(target, { onOpen, cell: currentCell.getStore() });
  }

  /** Handles `comm_open`, `comm_msg` and `comm_close` from a client. */
  handle(type: string, content: Content, header: Header): void {
    const id = String(content.comm_id);
    const channel = this.channels.get(id);
    if (type === 'comm_open') {
      this.accept(id, content, header);
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

  /** The protocol wants a channel that nobody takes closed at once. */
  private accept(id: string, { target_name, data }: Content, header: Header): void {
    const target = String(target_name);
    const offer = this.channels.has(id) ? undefined : this.offers.get(target);
    if (offer) {
      const channel: Channel = { target, cell: offer.cell, onMessage: undefined };
      this.channels.set(id, channel);
      this.inCell(offer.cell, () => (channel.onMessage = offer.onOpen(this.endOf(id), data)));
      if (channel.onMessage) return;
      this.channels.delete(id);
    }
    this.iopub.publish(header, 'comm_close', { comm_id: id, data: {} });
  }

  private deliver({ cell, onMessage }: Channel, data: unknown): void {
    this.inCell(cell, () => onMessage?.(data));
  }

  private inCell(cell: Cell | undefined, work: () => void): void {
    const call = (): void => {
      try {
        work();
      } catch (error) {
        this.onError(error);
      }
    };
    if (cell) currentCell.run(cell, call);
    else call();
  }

  private endOf(id: string): Comm {
    const { channels } = this;
    return {
      id,
      get isOpen() {
        return channels.has(id);
      },
      send: (message) => {
        if (channels.has(id)) this.iopub.show('comm_msg', { comm_id: id, data: message });
      },
      close: () => {
        if (channels.delete(id)) this.iopub.show('comm_close', { comm_id: id, data: {} });
      },
    };
  }
}
