import { existsSync } from 'node:fs';
import { type BoxLimits, MIB } from '../box';

/** The process that keeps the scope. */
const KEPT = 1;

const SYSTEMD_RUN = '/usr/bin/systemd-run';

/** Runs a command in a scope of its own, with limits; systemd removes it with its last process. */
export function scopeCommand(name: string, limits: BoxLimits): string[] {
  const properties = {
    MemoryMax: Math.ceil(limits.memoryMiB * MIB),
    MemorySwapMax: 0,
    TasksMax: limits.processes + KEPT,
    OOMPolicy: 'continue',
  };
  return [
    SYSTEMD_RUN,
    process.getuid?.() === 0 ? '--system' : '--user',
    ...['--scope', '--quiet', '--collect', `--unit=${name}`],
    ...Object.entries(properties).map(([property, value]) => `--property=${property}=${value}`),
    '--',
  ];
}

/** Whether there is a systemd that makes scopes for us: the system's for the superuser, else the user's own. */
export function hasSystemd(): boolean {
  const root = process.getuid?.() === 0;
  const managers = root
    ? ['/run/systemd/private']
    : ['systemd/private', 'bus'].map((name) => `${runtimeFolder()}/${name}`);
  return (
    existsSync('/run/systemd/system') && existsSync(SYSTEMD_RUN) && managers.some((file) => existsSync(file))
  );
}

/** The environment in which it finds its bus. */
export function busEnvironment(): Record<string, string> {
  const { DBUS_SESSION_BUS_ADDRESS } = process.env;
  return {
    XDG_RUNTIME_DIR: runtimeFolder(),
    ...(DBUS_SESSION_BUS_ADDRESS ? { DBUS_SESSION_BUS_ADDRESS } : {}),
  };
}

function runtimeFolder(): string {
  return process.env.XDG_RUNTIME_DIR || `/run/user/${process.getuid?.()}`;
}
