import { z } from 'zod';
import { eventAttributes, type Publisher } from './cloud-event.ts';

/** What a test call of a webhook sends. It stands in no feed, and no endpoint can ask for it. */
export const TEST_EVENT_TYPE = 'warehouse.inventory.test';

const testData = z
  .strictObject({ message: z.string().meta({ description: 'For people: its text may change' }) })
  .meta({ id: 'TestData' });

/** Its data has no published schema. */
export const testCloudEvent = eventAttributes
  .omit({ dataschema: true })
  .extend({ type: z.literal(TEST_EVENT_TYPE), data: testData });

type TestEvent = z.infer<typeof testCloudEvent>;

/** A CloudEvent that shows a consumer that its endpoint is reached, and that it can verify the signature. */
export const testEvent = (
  id: string,
  { endpointId, publicUrl, time }: Publisher & { readonly endpointId: string; readonly time: string },
): TestEvent => ({
  specversion: '1.0',
  id,
  source: publicUrl,
  type: TEST_EVENT_TYPE,
  subject: endpointId,
  time,
  datacontenttype: 'application/json',
  data: { message: 'This is a test. Nothing has happened.' },
});
