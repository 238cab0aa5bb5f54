import { parseInput } from '@holdfast/contract';
import { z } from 'zod';
import { incomingEvent } from './incoming-envelope.ts';

/**
 * An event in binary mode: attributes in headers, data in the body. Names the header of each fault.
 *
 * @param prefix of the headers that are attributes
 * @param decode the text of a header; null: it is not UTF-8 that is percent-encoded
 */
export const binaryEvent = (prefix: string, decode: (value: string) => string | null) =>
  z
    .object({ headers: z.record(z.string(), z.unknown()), data: z.unknown() })
    .transform(({ headers, data }, context) => {
      const attributes: [string, unknown][] = [['datacontenttype', headers['content-type']]];
      for (const [header, value] of Object.entries(headers)) {
        if (!header.startsWith(prefix)) continue;
        const attribute = decode(String(value));
        if (attribute === null) {
          context.addIssue({
            code: 'custom',
            path: [header],
            message: 'is not UTF-8 that is percent-encoded',
          });
        }
        attributes.push([header.slice(prefix.length), attribute]);
      }
      const event = parseInput(incomingEvent, { ...Object.fromEntries(attributes), data });
      if (!event.faults) return event.data;
      for (const { path, message } of event.faults) {
        const [name = '', ...within] = path.split('.');
        const header = name === 'datacontenttype' ? 'content-type' : `${prefix}${name}`;
        context.addIssue({ code: 'custom', path: [header, ...within], message });
      }
      return z.NEVER;
    });
