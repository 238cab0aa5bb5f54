/** The load generator's process: carries out one order after the other, and ends with the bench. */
import { serveBench } from '../bench-process.ts';
import { bareInserts, closedLoop, holdSale, keepUpLoad, liveThrough, openLoop } from './carry-out.ts';
import type { Order } from './orders.ts';

let ending = new AbortController();

serveBench('', (order: Order): unknown => {
  switch (order.kind) {
    case 'closed-loop':
      return closedLoop(order);
    case 'open-loop':
      return openLoop(order);
    case 'lives':
      return liveThrough(order);
    case 'sale':
      return holdSale(order);
    case 'background':
      ending = new AbortController();
      return keepUpLoad(order, { ending: ending.signal });
    case 'end-background':
      return ending.abort();
    case 'bare-inserts':
      return bareInserts(order);
    default:
      return order satisfies never;
  }
});
