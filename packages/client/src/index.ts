export { createClient, type Client } from './create-client.ts';
export type { ClientOptions } from './transport.ts';
export type { CallOptions, List } from './calls.ts';
export { HoldfastError, isHoldfastError, type ErrorCode } from './holdfast-error.ts';
export type * from './generated/openapi.ts';
