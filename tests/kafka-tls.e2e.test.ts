import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredEvent } from '@holdfast/events';
import { createKafkaSink } from '@holdfast/kafka';
import { hasKafka, startKafkaBroker, type KafkaBroker } from '@holdfast/testing';
import { hasOpenssl, makeCa, sign, type Certificate } from './certificates.ts';

const EVENT: StoredEvent = {
  position: 1,
  id: '0199b0c4-6a11-7d20-8c33-5b7e9d0a1f42',
  type: 'warehouse.inventory.stock_low',
  subject: 'MUG',
  time: '2026-11-21T10:00:00.000Z',
  reservationId: null,
  data: { sku: 'MUG', available: 3, low_stock_threshold: 5 },
  changed: null,
};

(hasKafka && hasOpenssl ? describe : describe.skip)(
  'a broker with TLS and a certificate of a private authority',
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-kafka-'));
    let broker: KafkaBroker;
    let ca: Certificate;

    beforeAll(async () => {
      ca = makeCa(directory, 'authority');
      const { cert, key } = sign(directory, ca, 'broker', 'subjectAltName=IP:127.0.0.1');
      broker = await startKafkaBroker({
        tls: { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') },
      });
    });
    afterAll(async () => {
      await broker?.close();
      rmSync(directory, { recursive: true, force: true });
    });

    async function publish(tls: { readonly isTls: boolean; readonly ca?: string }): Promise<number> {
      let cursor = 0;
      const sink = createKafkaSink({
        address: { brokers: [broker.address], ...tls },
        topics: { topic: 'stock' },
        mode: 'binary',
        publicUrl: 'https://shop.example',
        readCursor: () => Promise.resolve(cursor),
        moveCursor: async (position) => void (cursor = position),
      });
      try {
        await sink.open().publish([EVENT], new AbortController().signal);
      } finally {
        await sink.close();
      }
      return cursor;
    }

    const causeOf = (error: unknown): string =>
      error instanceof Error ? `${error.message}; ${causeOf(error.cause)}` : '';

    test('takes events with the authority of KAFKA_CA_FILE', async () => {
      expect(await publish({ isTls: true, ca: readFileSync(ca.cert, 'utf8') })).toBe(1);
    });

    test('takes none with the authorities that Node knows, and the error says why', async () => {
      const error: unknown = await publish({ isTls: true }).catch((reason: unknown) => reason);
      expect(causeOf(error)).toMatch(/certificate/);
    });

    test('takes none without TLS', async () => {
      await expect(publish({ isTls: false })).rejects.toThrow('stock');
    });
  },
);
