import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A script of the bench in a process of its own. */
export interface BenchProcess {
  readonly pid: number;
  /** Where it listens, if it does. */
  readonly url: string;
  send(message: object): void;
  /** Sends it, and waits for the reply; one at a time. @throws {Error} what the process says, or that it has ended */
  ask(message: object): Promise<unknown>;
  stop(): Promise<void>;
}

type Reply = { readonly ready: string } | { readonly reply: unknown } | { readonly failed: string };

/** Starts a script of this directory, and waits until it says that it is ready. */
export async function startBenchProcess(script: string): Promise<BenchProcess> {
  const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), join(__dirname, script)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const failure = ended.then((): never => {
    throw new Error(`${script} has ended`);
  });
  failure.catch(() => {}); // a caller that waits for a message gets it
  const nextMessage = async (): Promise<Reply> => {
    const [message] = (await Promise.race([once(child, 'message'), failure])) as [Reply];
    if ('failed' in message) throw new Error(message.failed);
    return message;
  };
  const first = await nextMessage();
  return {
    pid: child.pid ?? 0,
    url: 'ready' in first ? first.ready : '',
    send: (message) => void child.send(message),
    async ask(message) {
      child.send(message);
      const answer = await nextMessage();
      return 'reply' in answer ? answer.reply : undefined;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const reply = (reply: Reply) => void process.send?.(reply);

/**
 * Makes this process one of the bench's: it says that it is ready, answers messages, and ends with the bench.
 *
 * @param answer what is asked gets its result as the reply; `undefined` is no reply
 */
export function serveBench(url: string, answer: (message: never) => unknown): void {
  process.on('message', (message) => {
    Promise.resolve(message as never)
      .then(answer)
      .then(
        (result) => result !== undefined && reply({ reply: result }),
        (error: unknown) => reply({ failed: error instanceof Error ? error.message : String(error) }),
      );
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
  process.once('disconnect', () => process.exit(0));
  reply({ ready: url });
}
