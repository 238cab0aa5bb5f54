/** The load generator's process: carries out one order after the other, and ends with the bench. */
import { bareInserts } from './bare-inserts.ts';
import { closedLoop } from './closed-loop.ts';
import { openLoop } from './open-loop.ts';
import type { Order, Reply, Timing } from './orders.ts';

function carryOut(order: Order): Promise<Timing> {
  switch (order.kind) {
    case 'closed-loop':
      return closedLoop(order);
    case 'open-loop':
      return openLoop(order);
    case 'bare-inserts':
      return bareInserts(order);
    default:
      return order satisfies never;
  }
}

const reply = (reply: Reply | { ready: string }) => void process.send?.(reply);

process.on('message', (order: Order) => {
  carryOut(order).then(
    (timing) => reply({ timing }),
    (error: unknown) => reply({ failed: error instanceof Error ? error.message : String(error) }),
  );
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
process.once('disconnect', () => process.exit(0));
reply({ ready: '' });
