import type { RequestHandler } from 'express';
import type { Context } from '../context.ts';
import { faultScript } from '../faults.ts';
import { readJsonBody } from '../json-body.ts';
import { parseOrRefuse } from '../problems.ts';

/**
 * `PUT /__sim/faults` → 200 with the whole script. It replaces the one before: a fault that is not named is
 * off, so `{}` ends all of them. Calls under way keep the script that they began with.
 */
export const putFaults =
  (context: Context): RequestHandler =>
  async (request, response) => {
    context.faults = parseOrRefuse(faultScript, await readJsonBody(request, response));
    context.log.info('faults.set', { ...context.faults });
    response.json(context.faults);
  };
