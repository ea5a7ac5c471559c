/** Ends the process; the cells' `process.exit` does not. */
export const exitKernel = process.exit.bind(process);

/** Refuses what would end the kernel, and with it every variable of the notebook. */
export function installGuards(): void {
  const refuse = (call: string): never => {
    throw new Error(
      `${call} is refused in a notebook: it would end the kernel and lose every variable; ` +
        'throw an error to stop the cell, or restart the kernel from the menu',
    );
  };
  const show = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value));
  const kill = process.kill.bind(process);
  const replacements = {
    exit: (code?: unknown) => refuse(`process.exit(${show(code)})`),
    reallyExit: (code?: unknown) => refuse(`process.reallyExit(${show(code)})`),
    abort: () => refuse('process.abort()'),
    kill: (pid: number, signal?: string | number) => {
      // 0 and negative numbers mean whole process groups, this process among them.
      if (signal !== 0 && !(pid > 0 && pid !== process.pid)) refuse(`process.kill(${show(pid)})`);
      return kill(pid, signal);
    },
  };
  Object.assign(process, replacements);
}
