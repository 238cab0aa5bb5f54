import type { Database } from '@holdfast/db';
import {
  readDueDeliveries,
  readNextDueMs,
  readOpenKeys,
  readWebhookProgress,
  readWebhookTarget,
} from './sending-store.ts';
import { settlePublished, settleTried } from './settling-store.ts';
import type { WebhookStore } from './webhook-store.ts';

/** What the sink needs, in this database. */
export const webhookStoreIn = (database: Database): WebhookStore => ({
  readProgress: (endpointId) => readWebhookProgress(database.prisma, endpointId),
  readTarget: (endpointId) => readWebhookTarget(database.prisma, endpointId),
  readOpenKeys: (endpointId, keys) => readOpenKeys(database.prisma, endpointId, keys),
  readDue: (endpointId) => readDueDeliveries(database.prisma, endpointId),
  readNextDueMs: (endpointId) => readNextDueMs(database.prisma, endpointId),
  settlePublished: (...published) => settlePublished(database, ...published),
  settleTried: (...tried) => settleTried(database, ...tried),
});
