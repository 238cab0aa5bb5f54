export { foretellExpiry } from './foretell-expiry-store.ts';
export * from './run-claim-store.ts';
export { purgeRuns } from './run-retention-store.ts';
export {
  queueRun,
  queueStartupRun,
  readNewestEnd,
  readRun,
  readRuns,
  setRunJob,
  type RunTrigger,
} from './run-store.ts';
