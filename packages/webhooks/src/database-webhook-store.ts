import type { Database } from '@holdfast/db';
import {
  readDueDeliveries,
  readNextDueMs,
  readOpenKeys,
  readWebhookProgress,
  readWebhookTarget,
} from './sending-store.ts';
import { settlePublished, settleTried } from './settling-store.ts';
import type { SecretCipher } from './secret-cipher.ts';
import type { WebhookStore } from './webhook-store.ts';

/** What the sink needs, in this database. */
export const webhookStoreIn = (database: Database, cipher: SecretCipher): WebhookStore => ({
  readProgress: (endpointId) => readWebhookProgress(database.prisma, endpointId),
  readTarget: (endpointId) => readWebhookTarget(database.prisma, cipher, endpointId),
  readOpenKeys: (endpointId, keys) => readOpenKeys(database.prisma, endpointId, keys),
  readDue: (endpointId) => readDueDeliveries(database.prisma, endpointId),
  readNextDueMs: (endpointId) => readNextDueMs(database.prisma, endpointId),
  settlePublished: (...published) => settlePublished(database, ...published),
  settleTried: (...tried) => settleTried(database, ...tried),
});
