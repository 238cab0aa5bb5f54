import { parse, type ParsedUrlQuery } from 'node:querystring';
import { validationFailed } from './problem.ts';

/**
 * Parameters by name; a repeated one has a list. Node's parser would make U+FFFD of bytes that are not UTF-8.
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
