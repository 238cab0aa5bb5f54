import type { ProblemCode } from '@holdfast/contract';
import { quote } from '@holdfast/domain';
import { readQuotedStock } from '@holdfast/reservations';
import { z } from 'zod';
import { problemOf } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { quoteBody, wantedLinesOf } from './reservation-schema.ts';

const QUOTE_REFUSALS = [
  'unknown_sku',
  'unknown_location',
  'quantity_limit_exceeded',
] as const satisfies readonly ProblemCode[];

const quotedAllocation = z
  .strictObject({ location: z.string(), quantity: z.int() })
  .meta({ id: 'QuotedAllocation' });

export const quoteAnswer = z
  .strictObject({
    possible: z.boolean().meta({ description: 'Whether a create of these lines would succeed now' }),
    lines: z.array(
      z
        .strictObject({
          sku: z.string(),
          location: z.string().nullable().meta({ description: 'The pin' }),
          requested: z.int(),
          available: z.int().meta({
            description:
              'Units that the line could have. For a short line: the units that the 409 of a create would name',
          }),
          allocations: z.array(quotedAllocation).meta({
            description: 'The locations that the units would come from. Empty if `possible` is false',
          }),
        })
        .meta({ id: 'QuotedLine' }),
    ),
  })
  .meta({
    id: 'Quote',
    examples: [
      {
        possible: true,
        lines: [
          {
            sku: 'TSHIRT-M',
            location: null,
            requested: 2,
            available: 100,
            allocations: [{ location: 'WH-EAST', quantity: 2 }],
          },
        ],
      },
    ],
  });

export const quoteReservation = () =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations/quote',
    tag: 'Reservations',
    scope: 'reservations:read',
    readFrom: 'reached',
    summary: 'Ask what a create would find, without holding anything',
    description:
      'Follows the rules of a create: stock of holds that have expired counts as free. It promises nothing: another call may take the stock first.',
    body: quoteBody,
    answers: { 200: { description: 'The locations that each line would come from', schema: quoteAnswer } },
    refusals: QUOTE_REFUSALS,
    async handle({ body, from }) {
      const lines = wantedLinesOf(body.lines);
      const listed = body.locations ?? null;
      const pins = lines.flatMap(({ location }) => location ?? []);
      const stock = await readQuotedStock(from.prisma, {
        skus: [...new Set(lines.map(({ sku }) => sku))],
        locations: [...new Set([...pins, ...(listed ?? [])])],
        cartId: body.cart_id ?? null,
      });
      const quoted = quote({ lines, sourcing: body.sourcing, locations: listed }, stock);
      if (!quoted.ok) throw problemOf(quoted.refusal);
      return { status: 200, body: { possible: quoted.possible, lines: quoted.lines } };
    },
  });
