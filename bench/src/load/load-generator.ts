import { startBenchProcess } from '../bench-process.ts';
import type { Background, Order, Sale, Timing } from './orders.ts';

export type TimedOrder = Exclude<Order, { kind: 'background' | 'end-background' | 'sale' }>;

/** The load generator, in a process of its own so that nothing but the load keeps it busy. One order at a time. */
export interface LoadGenerator {
  readonly pid: number;
  /** @throws {Error} when an answer was not the expected one */
  run(order: TimedOrder): Promise<Timing>;
  /** @throws {Error} when a buyer was answered otherwise */
  holdSale(order: Omit<Extract<Order, { kind: 'sale' }>, 'kind'>): Promise<Sale>;
  /** Keeps up a load until it is told to end, errors or not. */
  begin(order: Omit<Extract<Order, { kind: 'background' }>, 'kind'>): { end(): Promise<Background> };
  stop(): Promise<void>;
}

export async function startLoadGenerator(): Promise<LoadGenerator> {
  const generator = await startBenchProcess('load/load-generator-process.ts');
  return {
    pid: generator.pid,
    stop: () => generator.stop(),
    run: async (order) => (await generator.ask(order)) as Timing,
    holdSale: async (order) => (await generator.ask({ ...order, kind: 'sale' })) as Sale,
    begin(order) {
      const background = generator.ask({ ...order, kind: 'background' });
      return {
        async end() {
          generator.send({ kind: 'end-background' });
          return (await background) as Background;
        },
      };
    },
  };
}
