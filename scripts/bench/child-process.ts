import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface BenchProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Where it listens, if it does. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a script of this directory in a process of its own, and waits until it says that it is ready. */
export async function startChild(script: string): Promise<BenchProcess> {
  const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), join(__dirname, script)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const [message] = (await Promise.race([
    once(child, 'message'),
    ended.then(() => {
      throw new Error(`${script} ended before it was ready`);
    }),
  ])) as [{ ready: string }];
  return {
    child,
    pid: child.pid ?? 0,
    url: message.ready,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
