/** What a test call sends. It stands in no feed, and no endpoint can ask for it. */
const TEST_EVENT_TYPE = 'warehouse.inventory.test';

/** A CloudEvent that shows a consumer that its endpoint is reached, and that it can verify the signature. */
export const testEvent = (
  id: string,
  {
    endpointId,
    publicUrl,
    time,
  }: { readonly endpointId: string; readonly publicUrl: string; readonly time: string },
) => ({
  specversion: '1.0',
  id,
  source: publicUrl,
  type: TEST_EVENT_TYPE,
  subject: endpointId,
  time,
  datacontenttype: 'application/json',
  data: { message: 'This is a test. Nothing has happened.' },
});
