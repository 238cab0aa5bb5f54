import { once } from 'node:events';
import { startChild } from './child-process.ts';
import type { Order, Reply, Timing } from './load-generator/orders.ts';

/** The load generator, in a process of its own so that nothing but the load keeps it busy. */
export interface LoadGenerator {
  readonly pid: number;
  /** One at a time. @throws {Error} when an answer was not the expected one */
  run(order: Order): Promise<Timing>;
  stop(): Promise<void>;
}

export async function startLoadGenerator(): Promise<LoadGenerator> {
  const generator = await startChild('load-generator/main.ts');
  const { child, pid } = generator;
  const ended = once(child, 'exit').then(() => [{ failed: 'the load generator has ended' }]);
  return {
    pid,
    stop: () => generator.stop(),
    async run(order) {
      child.send(order);
      const [reply] = (await Promise.race([once(child, 'message'), ended])) as [Reply];
      if ('failed' in reply) throw new Error(reply.failed);
      return reply.timing;
    },
  };
}
