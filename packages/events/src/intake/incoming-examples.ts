import { z } from 'zod';
import { INCOMING_EVENTS, type IncomingType } from './incoming-events.ts';

/** What an event of a type looks like when another service sends it. */
export function incomingExampleOf(type: IncomingType) {
  const { examples } = z.globalRegistry.get(INCOMING_EVENTS[type]) ?? {};
  const [data] = z.tuple([z.looseObject({})]).parse(examples);
  const [service = ''] = type.split('.');
  return {
    specversion: '1.0',
    id: `${service}-77120`,
    source: `https://${service}.example.com`,
    type,
    time: '2026-11-20T10:00:00Z',
    datacontenttype: 'application/json',
    data,
  };
}
