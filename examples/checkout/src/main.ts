import { createClient } from '@holdfast/client';
import { createShop, PaymentRefused } from './shop.ts';

const {
  HOLDFAST_URL = 'http://127.0.0.1:3000',
  HOLDFAST_API_KEY,
  HOLDFAST_WEBHOOK_SECRET = '',
} = process.env;

/** A stand-in for a payment provider: the card `refused` is refused. */
const payments = {
  charge: async (orderId: string, card: string) => {
    if (card === 'refused') throw new PaymentRefused('The card was refused');
    return { id: `pay-${orderId}` };
  },
  refund: async () => {},
};

const client = createClient({ baseUrl: HOLDFAST_URL, apiKey: HOLDFAST_API_KEY, actor: 'example shop' });
const { app, settleAll } = createShop({ client, payments, webhookSecret: HOLDFAST_WEBHOOK_SECRET });
setInterval(() => void settleAll(), 60_000).unref();
app.listen(4000, '127.0.0.1');
