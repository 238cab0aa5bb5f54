import { once } from 'node:events';
import { startChild } from './child-process.ts';
import type { Background, Message, Order, Reply, Timing } from './load-generator/orders.ts';

/** The load generator, in a process of its own so that nothing but the load keeps it busy. One order at a time. */
export interface LoadGenerator {
  readonly pid: number;
  /** @throws {Error} when an answer was not the expected one */
  run(order: Exclude<Order, { kind: 'background' }>): Promise<Timing>;
  /** Keeps up a load until it is told to end, errors or not. */
  begin(order: Extract<Order, { kind: 'background' }>): { end(): Promise<Background> };
  stop(): Promise<void>;
}

export async function startLoadGenerator(): Promise<LoadGenerator> {
  const generator = await startChild('load-generator/main.ts');
  const { child, pid } = generator;
  const ended = once(child, 'exit').then((): [Reply] => [{ failed: 'the load generator has ended' }]);
  const tell = (message: Message) => child.send(message);
  const replied = async (): Promise<Reply> => {
    const [reply] = (await Promise.race([once(child, 'message'), ended])) as [Reply];
    return reply;
  };
  return {
    pid,
    stop: () => generator.stop(),
    async run(order) {
      tell(order);
      const reply = await replied();
      if ('timing' in reply) return reply.timing;
      throw notDone(reply);
    },
    begin(order) {
      tell(order);
      const reply = replied();
      return {
        async end() {
          tell({ kind: 'end-background' });
          const ended = await reply;
          if ('background' in ended) return ended.background;
          throw notDone(ended);
        },
      };
    },
  };
}

function notDone(reply: Reply): Error {
  return new Error('failed' in reply ? reply.failed : 'the load generator did something else');
}
