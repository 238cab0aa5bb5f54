export { createClient, type Client } from './create-client.ts';
export type { ClientOptions } from './transport.ts';
export type { CallOptions, List } from './calls.ts';
export { HoldfastError, isHoldfastError, type ErrorCode } from './holdfast-error.ts';
export type { CursorStore, FollowOptions, HoldfastEvent } from './follow-events.ts';
export type { Hold, HoldRequest, WithHoldOptions } from './with-hold.ts';
export { verifyWebhook, WebhookVerificationError, type ReceivedWebhook } from './verify-webhook.ts';
export type * from './generated/openapi.ts';
