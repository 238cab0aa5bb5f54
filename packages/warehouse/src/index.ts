export { createGatewayClient, type GatewayClient, type HoldCall } from './gateway-client.ts';
export {
  GATEWAY_REQUESTS_PER_SECOND,
  HOLDS_PATH,
  IDEMPOTENCY_KEY_MAX_CHARS,
  holdRequest,
  type HoldAnswer,
  type HoldRequest,
} from './gateway-contract.ts';
export { readGatewayUse, reportGatewayDown, reportGatewayLimit } from './gateway-use-store.ts';
export { pauseGateway, takeGatewaySlot } from './gateway-slot-store.ts';
export { WAIT_MAX_MS, createGateway, type Gateway } from './gateway.ts';
export { slotEveryMs, type Pace } from './gateway-pace.ts';
export { createRedisPace } from './redis-pace.ts';
export { purgeSyncAttempts } from './attempt-retention-store.ts';
export { judge } from './attempt-result.ts';
export { createRowPace, type SlotStore } from './row-pace.ts';
export { readSyncBacklog } from './sync-backlog-store.ts';
export { hasSyncsInLine, readOverdueSyncs, takeFromLine, type NextSync } from './sync-line-store.ts';
export {
  readSync,
  readSyncDetails,
  readSyncs,
  searchSyncs,
  type RetriedBy,
  type WarehouseSync,
} from './sync-list-store.ts';
export { supersedeEarlier } from './superseded-sync-store.ts';
export * from './sync-retry-store.ts';
export {
  claimSync,
  finishAttempt,
  readSyncStanding,
  returnSync,
  type ClaimedSync,
  type SyncStanding,
} from './sync-store.ts';
