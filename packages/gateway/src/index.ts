export * from './client.ts';
export * from './contract.ts';
export * from './limiter-errors.ts';
export type { HoldOutcome } from './outcome.ts';
export * from './retry.ts';
export { createGatewayLimiter, priorityOf } from './rate-limit.ts';
export type { GatewayLimiter, GatewayLimiterOptions, GatewayPriority } from './rate-limit.ts';
