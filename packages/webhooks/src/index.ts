export {
  queueTestDelivery,
  readWebhookDeliveries,
  readWebhookDelivery,
  replayEvents,
  type Replay,
  type WebhookDelivery,
} from './delivery-list-store.ts';
export {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  readEnabledWebhooks,
  readWebhookEndpoint,
  readWebhookEndpoints,
  rotateWebhookSecret,
  updateWebhookEndpoint,
} from './endpoint-store.ts';
export { problemOfUrl } from './endpoint-url.ts';
export { SecretCipher } from './secret-cipher.ts';
export { renewStoredSecrets } from './secret-renewal-store.ts';
export { ROTATION_HOURS, newSecret } from './signature.ts';
export { createSender, type WebhookSender } from './webhook-sender.ts';
export { createWebhookSink, endpointOfSink, type WebhookObserver, webhookSinkName } from './webhook-sink.ts';
