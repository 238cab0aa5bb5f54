export { doAndKeep, doOnce } from './do-once.ts';
export * from './idempotency-key.ts';
export { purgeIdempotencyKeys } from './idempotency-retention-store.ts';
export { keeping, keepNewOutcomes, keptOutcomesAmong } from './idempotency-store.ts';
export * from './reused-key.ts';
