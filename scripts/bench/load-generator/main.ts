/** The load generator's process: carries out one order after the other, and ends with the bench. */
import { background } from './background.ts';
import { bareInserts } from './bare-inserts.ts';
import { closedLoop } from './closed-loop.ts';
import { openLoop } from './open-loop.ts';
import type { Message, Order, Reply } from './orders.ts';

let ending = new AbortController();

async function carryOut(order: Order): Promise<Reply> {
  switch (order.kind) {
    case 'closed-loop':
      return { timing: await closedLoop(order) };
    case 'open-loop':
      return { timing: await openLoop(order) };
    case 'background':
      ending = new AbortController();
      return { background: await background(order, ending.signal) };
    case 'bare-inserts':
      return { timing: await bareInserts(order) };
    default:
      return order satisfies never;
  }
}

const reply = (reply: Reply | { ready: string }) => void process.send?.(reply);

process.on('message', (message: Message) => {
  if (message.kind === 'end-background') return ending.abort();
  carryOut(message).then(reply, (error: unknown) =>
    reply({ failed: error instanceof Error ? error.message : String(error) }),
  );
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
process.once('disconnect', () => process.exit(0));
reply({ ready: '' });
