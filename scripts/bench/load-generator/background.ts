import type { Background, Order } from './orders.ts';
import { checkOf, requestsInTurn } from './requests.ts';
import { sendWhenDue } from './send-when-due.ts';

/** What went wrong may come as a whole page. */
const SHOWN_MAX = 300;

/** So many a second until it is told to end, whatever is answered: each request for itself, for whoever has to judge. */
export async function background(
  { requests, perSecond }: Extract<Order, { kind: 'background' }>,
  ending: AbortSignal,
): Promise<Background> {
  const check = checkOf(requests);
  const sent: { dueAt: number; lateMs: number }[] = [];
  const answered: { dueAt: number; ms: number }[] = [];
  const errors: { dueAt: number; what: string }[] = [];
  const toEpoch = Date.now() - performance.now();
  const failed = (due: number, error: unknown) =>
    errors.push({ dueAt: toEpoch + due, what: String(error).slice(0, SHOWN_MAX) });
  await sendWhenDue(
    { url: new URL(requests.url), perSecond, total: Number.POSITIVE_INFINITY, ending },
    {
      next: requestsInTurn(requests),
      onSent: (due, now) => sent.push({ dueAt: toEpoch + due, lateMs: now - due }),
      onAnswer(due, answer) {
        const ms = performance.now() - due;
        try {
          check(answer);
          answered.push({ dueAt: toEpoch + due, ms });
        } catch (error) {
          failed(due, error);
        }
      },
      onBroken: failed,
    },
  );
  return { sent, answered, errors };
}
