/** Where a page finds its kernel. */
export interface ChannelSettings {
  kernel?: string;
  target: string;
  annotation: string;
}

/** The page's end of a comm. */
export interface KernelChannel {
  /** Says hello, where that is not done. */
  open(): void;
  send(request: object): void;
}

/**
 * Opens a comm from the page to its kernel, by the Jupyter server's own websocket for kernels: that one asks who is there
 * and where the page comes from, and works the same behind JupyterHub. Opened at the first message, closed when a minute
 * went by without one, and opened again.
 *
 * Runs in the page, not here; see `annotationPage`.
 *
 * @param onMessage told also how many requests wait for their answer
 * @returns undefined on a page that is none of Jupyter's
 */
export function kernelChannel(
  { kernel, target, annotation }: ChannelSettings,
  onMessage: (data: { answered: number }, waiting: number) => void,
  onLost: (why: 'closed' | 'unreachable') => void,
): KernelChannel | undefined {
  const IDLE_MS = 60_000;
  const config = document.getElementById('jupyter-config-data')?.textContent;
  if (!config || !kernel) return undefined;
  const { baseUrl = '/', wsUrl = '' } = JSON.parse(config) as { baseUrl?: string; wsUrl?: string };
  const base = new URL(wsUrl || baseUrl, location.href).href.replace(/^http/, 'ws').replace(/\/?$/, '/');
  // Also where the page did not come over TLS, which randomUUID asks for.
  const newId = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
      '',
    );
  const session = newId();
  const address = `${base}api/kernels/${encodeURIComponent(kernel)}/channels?session_id=${session}`;

  let socket: WebSocket | undefined;
  let comm = '';
  let unsent: string[] = [];
  let requests = 0;
  let idle: ReturnType<typeof setTimeout> | undefined;

  const close = () => {
    clearTimeout(idle);
    if (socket?.readyState === WebSocket.OPEN)
      socket.send(message('comm_close', { comm_id: comm, data: {} }));
    const old = socket;
    socket = undefined;
    old?.close();
  };
  const inUse = () => {
    clearTimeout(idle);
    idle = setTimeout(close, IDLE_MS);
  };
  const message = (type: string, content: object) =>
    JSON.stringify({
      channel: 'shell',
      header: {
        msg_id: newId(),
        msg_type: type,
        session,
        username: '',
        date: new Date().toISOString(),
        version: '5.3',
      },
      parent_header: {},
      metadata: {},
      content,
      buffers: [],
    });

  const open = () => {
    const opened = new WebSocket(address);
    const id = newId();
    [socket, comm] = [opened, id];
    requests = 0;
    unsent = [message('comm_open', { comm_id: id, target_name: target, data: { annotation } })];
    const lost = (why: 'closed' | 'unreachable') => {
      if (socket !== opened) return;
      socket = undefined;
      clearTimeout(idle);
      opened.close();
      onLost(why);
    };
    opened.onopen = () => {
      for (const each of unsent) opened.send(each);
      unsent = [];
    };
    opened.onclose = () => lost('unreachable');
    opened.onmessage = ({ data }) => {
      if (typeof data !== 'string') return;
      const { header, content } = JSON.parse(data) as {
        header: { msg_type: string };
        content: { comm_id?: string; data: { answered: number } };
      };
      if (content.comm_id !== id) return;
      if (header.msg_type === 'comm_close') lost('closed');
      else if (header.msg_type === 'comm_msg') {
        inUse();
        onMessage(content.data, requests - content.data.answered);
      }
    };
  };

  return {
    open() {
      if (!socket) open();
      inUse();
    },
    send(request) {
      this.open();
      requests++;
      const text = message('comm_msg', { comm_id: comm, data: request });
      if (socket!.readyState === WebSocket.OPEN) socket!.send(text);
      else unsent.push(text);
    },
  };
}
