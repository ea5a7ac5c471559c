import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TestServer {
  url: string;
  requests: { path: string; range?: string; ifRange?: string }[];
  close(): Promise<void>;
}

/** An HTTP server on 127.0.0.1 that records what is asked of it. */
export async function serve(
  handle: (request: IncomingMessage, response: ServerResponse, count: number) => void,
): Promise<TestServer> {
  const requests: TestServer['requests'] = [];
  const server = createServer((request, response) => {
    const { range, 'if-range': ifRange } = request.headers;
    requests.push({ path: request.url ?? '', range, ...(ifRange && { ifRange: String(ifRange) }) });
    handle(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Sends `content`, or the part of it that a Range header asks for. */
export function sendFile(content: Uint8Array, request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start >= content.length) {
    response.writeHead(416).end();
    return;
  }
  const headers = {
    'content-length': content.length - start,
    ...(start > 0 && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
  };
  response.writeHead(start > 0 ? 206 : 200, headers).end(content.subarray(start));
}

/** Sends `content`, less than `headers` promise, and hangs up when the downloader reports that it has it. */
export function breakOff(content: Uint8Array, headers: Record<string, string | number>) {
  let hangUp: (() => void) | undefined;
  return {
    handle(request: IncomingMessage, response: ServerResponse): void {
      hangUp = () => void request.socket.destroy();
      response.writeHead(200, headers).write(content);
    },
    onProgress({ received }: { received: number }): void {
      if (received === content.length) hangUp?.();
    },
  };
}
