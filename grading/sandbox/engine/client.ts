import { execFile } from 'node:child_process';
import http from 'node:http';
import { promisify } from 'node:util';
import type { BoxKind } from '../box';
import { findProgram } from '../bubblewrap/programs';

export type EngineName = 'docker' | 'podman';

const execute = promisify(execFile);
const ANSWERS_MS = 10_000;

/** What a container uses, as the engines' API says. */
export interface ContainerUsage {
  cpuSeconds: number;
  memoryBytes: number;
}

/** A Docker or Podman that answers: its command, and its API on a socket. */
export class Engine {
  private constructor(
    readonly name: EngineName,
    readonly program: string,
    readonly cgroup: BoxKind['cgroup'],
    private readonly socket: string,
  ) {}

  /** @throws Error that says what to do where the engine is not there or does not answer */
  static async find(name: EngineName, program = findProgram(name)): Promise<Engine> {
    if (!program) throw new Error(`${name} is not installed`);
    const format = name === 'docker' ? '{{.CgroupVersion}}' : '{{.Host.CgroupsVersion}}';
    const version = await answer(name, program, ['info', '--format', format]);
    const socket =
      process.env[name === 'docker' ? 'DOCKER_HOST' : 'CONTAINER_HOST'] ?? (await socketOf(name, program));
    if (!socket.startsWith('unix://'))
      throw new Error(`${name}: got an engine at ${socket}; expected one on this machine (unix://…)`);
    return new Engine(name, program, version.endsWith('2') ? 'v2' : 'v1', socket.slice('unix://'.length));
  }

  /** Runs one of its commands to the end. */
  async run(...args: string[]): Promise<string> {
    const { stdout } = await execute(this.program, args, { maxBuffer: 2 ** 26 });
    return stdout.trim();
  }

  async usage(container: string): Promise<ContainerUsage> {
    const stats = await this.get(`/containers/${container}/stats?stream=false&one-shot=true`);
    return {
      cpuSeconds: Number(stats.cpu_stats?.cpu_usage?.total_usage ?? 0) / 1e9,
      memoryBytes: Number(stats.memory_stats?.usage ?? 0),
    };
  }

  private get(path: string): Promise<ContainerStats> {
    return new Promise((resolve, reject) => {
      const request = http.get({ socketPath: this.socket, path, timeout: ANSWERS_MS }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => {
          if (response.statusCode !== 200)
            reject(new Error(`${this.name}: ${response.statusCode} for ${path}`));
          else resolve(JSON.parse(text));
        });
      });
      request.on('timeout', () => request.destroy(new Error(`${this.name} does not answer`)));
      request.on('error', reject);
    });
  }
}

/** The part of GET /containers/{id}/stats that we read. */
interface ContainerStats {
  cpu_stats?: { cpu_usage?: { total_usage?: number } };
  memory_stats?: { usage?: number };
}

async function socketOf(name: EngineName, program: string): Promise<string> {
  if (name === 'docker')
    return answer(name, program, ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  const path = await answer(name, program, ['info', '--format', '{{.Host.RemoteSocket.Path}}']);
  return path.startsWith('unix://') ? path : `unix://${path}`;
}

async function answer(name: EngineName, program: string, args: string[]): Promise<string> {
  try {
    const { stdout } = await execute(program, args, { timeout: ANSWERS_MS });
    return stdout.trim();
  } catch (error) {
    const words = (error as { stderr?: string }).stderr?.trim() || (error as Error).message;
    const remedy = name === 'docker' ? 'start Docker' : 'systemctl --user enable --now podman.socket';
    throw new Error(`${name} does not answer (${words.split('\n')[0]}): ${remedy}`);
  }
}
