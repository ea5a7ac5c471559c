import fs from 'node:fs';
import { type BoxLimits, MIB } from '../box';

/** Runs a command in a scope of its own, with limits; systemd removes it with its last process. */
export function scopeCommand(name: string, limits: BoxLimits): string[] {
  const properties = {
    MemoryMax: Math.ceil(limits.memoryMiB * MIB),
    MemorySwapMax: 0,
    TasksMax: limits.processes,
    OOMPolicy: 'kill',
  };
  return [
    '/usr/bin/systemd-run',
    process.getuid?.() === 0 ? '--system' : '--user',
    ...['--scope', '--quiet', '--collect', `--unit=${name}`],
    ...Object.entries(properties).map(([property, value]) => `--property=${property}=${value}`),
    '--',
  ];
}

export function hasSystemd(): boolean {
  return fs.existsSync('/run/systemd/system') && fs.existsSync('/usr/bin/systemd-run');
}
