import { isHoldfastError, verifyWebhook, WebhookVerificationError, type Client } from '@holdfast/client';
import express, { type Request, type Response } from 'express';

export interface Payment {
  readonly id: string;
}

/** What a payment provider offers. A repeated charge of one order takes the money once. */
interface Payments {
  /** @throws {PaymentRefused} */
  charge(orderId: string, card: string): Promise<Payment>;
  refund(payment: Payment): Promise<void>;
}

export class PaymentRefused extends Error {}

interface Order {
  readonly order_id: string;
  readonly card: string;
  readonly lines: { sku: string; quantity: number }[];
}

interface Shop {
  readonly client: Client;
  readonly payments: Payments;
  readonly webhookSecret: string;
  /** Orders that were cancelled in the warehouse or by customer care. */
  readonly onCancelled?: (orderId: string | null) => void;
  readonly holdSeconds?: number;
}

export function createShop({ client, payments, webhookSecret, onCancelled, holdSeconds = 600 }: Shop) {
  const app = express();
  /** Payments whose order could not be confirmed yet. A real shop keeps them in its database. */
  const unsettled = new Map<string, Payment>();

  app.post('/orders', express.json(), async (request: Request<object, unknown, Order>, response) => {
    const { order_id, card, lines } = request.body;
    let payment: Payment | undefined;
    try {
      const { reservation } = await client.withHold(
        { order_id, lines, ttl_seconds: holdSeconds },
        async () => (payment = await payments.charge(order_id, card)),
        { confirm: ({ id }) => ({ payment_reference: id, on_expired: 'reacquire' }) },
      );
      response.status(201).json({ order_id, status: 'placed', reservation_id: reservation.id });
    } catch (error) {
      if (!payment) answerUnpaid(error, response);
      else await settle(order_id, payment, error, response);
    }
  });

  /** The customer has paid, and the confirm has failed: the order is refunded, or confirmed later. */
  async function settle(orderId: string, payment: Payment, error: unknown, response: Response) {
    if (isRefused(error)) {
      await payments.refund(payment);
      response.status(409).json({ error: 'Sold out while you paid. Your payment was refunded.' });
      return;
    }
    unsettled.set(orderId, payment);
    response.status(202).json({ order_id: orderId, status: 'paid', note: 'We will confirm it by e-mail.' });
  }

  /** Run it every minute: confirms or refunds orders that were paid while the service was away. */
  async function settleAll(): Promise<void> {
    for (const [orderId, payment] of unsettled) {
      try {
        await client.orders.confirm(orderId, { payment_reference: payment.id, on_expired: 'reacquire' });
      } catch (error) {
        if (!isRefused(error)) continue; // still away
        await payments.refund(payment);
      }
      unsettled.delete(orderId);
    }
  }

  app.post('/webhooks/holdfast', express.raw({ type: '*/*' }), async (request, response) => {
    try {
      const { headers, body } = request;
      const event = await verifyWebhook({ payload: body, headers, secret: webhookSecret });
      if (event.type === 'warehouse.inventory.cancelled') onCancelled?.(event.data.reservation.order_id);
      response.status(204).end();
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      response.status(400).json({ error: error.message });
    }
  });

  return { app, unsettled, settleAll };
}

/** Nothing was paid, and nothing is held. */
function answerUnpaid(error: unknown, response: Response): void {
  if (error instanceof PaymentRefused) {
    response.status(402).json({ error: 'Your card was refused.' });
  } else if (isHoldfastError(error, 'insufficient_stock')) {
    const short = error.lines.map(({ sku, available }) => ({ sku, available }));
    response.status(409).json({ error: 'Sold out.', lines: short });
  } else if (isHoldfastError(error, 'validation_failed', 'unknown_sku')) {
    response.status(400).json({ error: error.detail });
  } else if (isHoldfastError(error, 'connection_failed', 'timed_out', 'unavailable', 'overloaded')) {
    response.status(503).json({ error: 'We cannot take orders right now. You have not been charged.' });
  } else {
    throw error;
  }
}

/** Refused for good: stock, order or hold is gone. Anything else may still succeed. */
const isRefused = (error: unknown): boolean =>
  isHoldfastError(
    error,
    'insufficient_stock',
    'reservation_expired',
    'invalid_transition',
    'order_cancelled',
    'sku_inactive',
    'customer_limit_reached',
  );
