import { parse, type ParsedUrlQuery } from 'node:querystring';
import { validationFailed } from './problem.ts';

/**
 * Parameters by name; a repeated one has a list. Node's own parser replaces bytes that are not UTF-8 by
 * U+FFFD, so a filter would match another name.
 *
 * @throws {Problem} `validation_failed` for a query that is not percent-encoded UTF-8
 */
export function parseQuery(query: string | null): ParsedUrlQuery {
  try {
    decodeURIComponent(query ?? '');
  } catch {
    throw validationFailed('the query', 'must be percent-encoded UTF-8');
  }
  return parse(query ?? '');
}
