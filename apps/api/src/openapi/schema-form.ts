import type { ZodOpenApiOverrideContext } from 'zod-openapi';

// Changes to the schemas that zod writes, for the OpenAPI document.

const INT32_MAX = 2 ** 31 - 1;

type JsonSchema = ZodOpenApiOverrideContext['jsonSchema'];

/** Clients choose a type by the format, and must accept fields that a later release adds to an answer. */
export function formSchema({ jsonSchema, io }: ZodOpenApiOverrideContext): void {
  describeInteger(jsonSchema);
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern; // 250 characters that repeat the format
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}

/** The bounds of a double's whole numbers are left out. */
function describeInteger(schema: JsonSchema): void {
  if (schema.type !== 'integer') return;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  schema.format = schema.maximum !== undefined && schema.maximum <= INT32_MAX ? 'int32' : 'int64';
}

/**
 * The document with one spelling of null: `"type": ["string", "null"]`. In an `anyOf` with `{"type":
 * "null"}`, only a reference, which has no type, may be the other entry. A keyword next to a reference does
 * not close the schema that it refers to.
 */
export const formDocument = <Document>(document: Document): Document =>
  JSON.parse(JSON.stringify(document), (_key, value: unknown) => nullableOf(value) ?? openRef(value));

function openRef(value: unknown): unknown {
  if (!isObject(value) || !('$ref' in value)) return value;
  const { additionalProperties: _closed, ...rest } = value;
  return rest;
}

function nullableOf(value: unknown): object | null {
  if (!isObject(value) || !Array.isArray(value['anyOf'])) return null;
  const { anyOf, ...rest } = value;
  const members: readonly unknown[] = anyOf;
  const [member, ...others] = members.filter((each) => !isObject(each) || each['type'] !== 'null');
  if (others.length > 0 || members.length < 2 || !isObject(member)) return null;
  const { type, enum: values } = member;
  if (typeof type !== 'string') return null;
  return {
    ...member,
    ...rest,
    type: [type, 'null'],
    ...(Array.isArray(values) && { enum: [...(values as readonly unknown[]), null] }),
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
