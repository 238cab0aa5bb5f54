import { id, shortText } from '@holdfast/contract';
import { z } from 'zod';
import type { ZodOpenApiOverrideContext } from 'zod-openapi';

export const idParams = z.strictObject({
  id: id().meta({ examples: ['0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10'] }),
});

/** The cursor of the next page of a list. Opaque to the caller. */
export const nextCursor = z
  .string()
  .nullable()
  .meta({ description: 'Send it as `cursor` to get the next page. null on the last page' });

/** A place in a list as text, for the next page. */
export function writeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Two names of 255 characters, each of which may take six in JSON, in base64. */
const CURSOR_MAX = 4_200;

/** A cursor that an earlier page of this list returned. Any other value is refused. */
export const cursorTo = <Place extends z.ZodType>(place: Place) =>
  z
    .string()
    .max(CURSOR_MAX)
    .transform((text, context) => {
      try {
        return place.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
      } catch {
        context.addIssue({ code: 'custom', message: 'is not a cursor that this list gave out' });
        return z.NEVER;
      }
    })
    .meta({ description: 'The `next_cursor` of the previous page. Default: the first page' });

/** A cursor of a list by name. */
export const nameCursor = () => cursorTo(z.tuple([shortText()]).transform(([name]) => name));

/** Epoch milliseconds of a time that PostgreSQL can keep. */
export const milliseconds = () => z.int().min(0).max(253_402_300_799_999);

type Rendered = Pick<ZodOpenApiOverrideContext, 'jsonSchema'>;

/** A whole number in a query. It comes as text, and the documents say what it means. */
export function queryInteger(minimum: number, maximum: number, byDefault: number, description: string) {
  const fault = `must be a whole number from ${minimum} to ${maximum}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, fault)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, fault)
    .default(byDefault)
    .meta({
      description,
      override({ jsonSchema }: Rendered): void {
        delete jsonSchema.pattern;
        Object.assign(jsonSchema, { type: 'integer', format: 'int32', minimum, maximum, default: byDefault });
      },
    });
}

/** A switch in a query. It comes as text, and the documents say that it is a boolean. */
export const queryFlag = (byDefault: boolean, description: string) =>
  z
    .enum(['true', 'false'])
    .default(byDefault ? 'true' : 'false')
    .transform((text) => text === 'true')
    .meta({
      description,
      override({ jsonSchema }: Rendered): void {
        delete jsonSchema.enum;
        Object.assign(jsonSchema, { type: 'boolean', default: byDefault });
      },
    });

/** One of some values, of which later releases may have more: a client must accept any. */
export const openEnum = <const Value extends string>(values: readonly [Value, ...Value[]]) =>
  z.enum(values).meta({
    override({ jsonSchema }: Rendered): void {
      delete jsonSchema.enum;
      Object.assign(jsonSchema, { type: 'string', 'x-extensible-enum': values });
    },
  });

export const limit = () => queryInteger(1, 200, 50, 'Maximum rows in a page, 1 to 200. Default 50');

/** In a query, one value or several of the same name: for the documents an array. */
export const ONE_OR_SEVERAL = {
  override({ jsonSchema }: Rendered): void {
    const several = jsonSchema.anyOf?.find((each) => typeof each === 'object' && each.type === 'array');
    delete jsonSchema.anyOf;
    Object.assign(jsonSchema, several);
  },
};

export const nameListQuery = z.strictObject({ limit: limit(), cursor: nameCursor().optional() });

export const idListQuery = z.strictObject({
  limit: limit(),
  cursor: cursorTo(z.tuple([id()]).transform(([after]) => after)).optional(),
});

/** A page of a list, as the answer that the documents call `id`. */
export const listOf = <Item extends z.ZodType>(id: string, item: Item, example?: z.output<Item>) =>
  z
    .strictObject({ data: z.array(item), next_cursor: nextCursor })
    .meta({ id, ...(example !== undefined && { examples: [{ data: [example], next_cursor: null }] }) });
