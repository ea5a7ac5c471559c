import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import path from 'node:path';
import { packageRoot } from '../../../lib/io/package-root';
import type { Planted } from './submission';

const VARIABLE = 'SEGCOURSE_TEST_SECRET';

/** Secrets on the grader's machine, and servers that notice a visitor. */
export class Plantation {
  readonly secret = randomUUID();
  visitors = 0;
  readonly planted: Planted;
  private readonly servers: { close(): unknown }[];

  private constructor(folder: string, port: number, servers: Server[]) {
    this.planted = {
      folder,
      file: path.join(folder, 'secret.txt'),
      variable: VARIABLE,
      port,
      project: packageRoot(),
    };
    writeFileSync(this.planted.file, this.secret);
    writeFileSync(path.join(folder, 'secret.json'), JSON.stringify({ secret: this.secret }));
    process.env[VARIABLE] = this.secret;
    const notice = (): number => this.visitors++;
    for (const server of servers) server.on('connection', notice);
    const packets = createSocket('udp4').on('message', notice);
    packets.bind(port, '127.0.0.1');
    this.servers = [...servers, packets];
  }

  static async open(): Promise<Plantation> {
    // Neither below /tmp, which every box has of its own, nor inside the project.
    const folder = mkdtempSync(path.join(packageRoot(), '..', 'segcourse-planted-'));
    const tcp = await listen({ host: '127.0.0.1', port: 0 });
    const { port } = tcp.address() as AddressInfo;
    const abstract = process.platform === 'linux' ? [await listen({ path: `\0segcourse-${port}` })] : [];
    return new Plantation(folder, port, [tcp, ...abstract]);
  }

  close(): void {
    delete process.env[VARIABLE];
    for (const server of this.servers) server.close();
    rmSync(this.planted.folder, { recursive: true, force: true });
  }
}

function listen(where: { host: string; port: number } | { path: string }): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.on('error', reject);
    server.listen(where, () => resolve(server));
  });
}
