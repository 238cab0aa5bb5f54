import type { CloudEvent, StoredEvent } from '@holdfast/events';

/** How an event is put into a message: in its headers and its value, or as one JSON. */
export type KafkaMode = 'binary' | 'structured';

/** The topics of events: one for each type, or one for all. */
export type KafkaTopics = { readonly prefix: string } | { readonly topic: string };

/** `inventory.reserved` of `warehouse.inventory.reserved`, behind the prefix. */
export const topicOf = (type: string, topics: KafkaTopics): string =>
  'topic' in topics ? topics.topic : topics.prefix + type.replace(/^warehouse\./, '');

/** Events with one key are in one partition, in order. The key is the reservation, else the SKU or order. */
export function keyOf({ reservationId, subject, data }: StoredEvent): string {
  if (reservationId !== null) return reservationId;
  const { sku } = data as { readonly sku?: string }; // rows are trusted
  return sku ?? subject;
}

/** A message as it is sent. */
export interface KafkaMessage {
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string>;
}

/** A CloudEvent as the Kafka protocol binding 1.0.2 has it. */
export function messageOf(event: CloudEvent, key: string, mode: KafkaMode): KafkaMessage {
  if (mode === 'structured') {
    const headers = { 'content-type': 'application/cloudevents+json; charset=UTF-8' };
    return { key, value: JSON.stringify(event), headers };
  }
  const { data, datacontenttype, ...attributes } = event;
  const headers: Record<string, string> = { 'content-type': datacontenttype };
  for (const [name, value] of Object.entries(attributes)) headers[`ce_${name}`] = value;
  return { key, value: JSON.stringify(data), headers };
}
