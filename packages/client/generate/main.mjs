/**
 * Writes `src/generated` from the OpenAPI document on stdin: its types, and the functions of the client. Run
 * by `npm run generate:client`, and by the test that compares its output with the committed files.
 *
 *   node main.mjs <folder> <openapi.json
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describeOperations } from './operations.mjs';
import './typescript-with-api.mjs';

const { default: openapiTypes, astToString } = await import('openapi-typescript');

const HEADER = '/** Made from the OpenAPI document by `npm run generate:client`. Do not edit it. */\n\n';

const [folder] = process.argv.slice(2);
const document = JSON.parse(await text(process.stdin));
leaveOutBinaryEvents(document);
leaveOutOtherEvents(document);
const operations = describeOperations(document);
leaveOutRefusals(document);
const types = await openapiTypes(document, {
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
  defaultNonNullable: false, // a request may leave out what has a default
});
writeFileSync(join(folder, 'openapi.ts'), HEADER + astToString(types));
writeFileSync(join(folder, 'operations.ts'), HEADER + operations);

/** TypeScript cannot tell a type that is known from any other text: a `switch` would know no event. */
function leaveOutOtherEvents({ components: { schemas } }) {
  const { PublishedEvent } = schemas;
  PublishedEvent.anyOf = PublishedEvent.anyOf.filter(({ $ref }) => !$ref.endsWith('/OtherEvent'));
  delete schemas.OtherEvent;
}

/** The form of an event whose attributes are headers. */
function leaveOutBinaryEvents({ paths }) {
  delete paths['/v1/events'].post.requestBody.content['application/json'];
}

/** Leaves out refusals and headers of all calls, which the client handles: they are most of the file. */
function leaveOutRefusals({ paths }) {
  for (const { responses } of Object.values(paths).flatMap((path) => Object.values(path))) {
    for (const [status, response] of Object.entries(responses)) {
      if (Number(status) >= 300) delete responses[status];
      else delete response.headers;
    }
  }
}
