import type { ServerResponse } from 'node:http';
import { PROBLEM_TYPE } from '@holdfast/contract';
import { requestIdOf, type NotedRequest } from '@holdfast/runtime';
import type { Problem } from './problem.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** Sends JSON without ETag and freshness of `res.json`, which cost 15 microseconds a request. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers?: Readonly<Record<string, string>>,
  contentType = JSON_TYPE,
): void {
  const text: string | undefined = JSON.stringify(body); // undefined: an answer without a body
  response.statusCode = status;
  for (const name in headers) response.setHeader(name, headers[name] ?? '');
  if (text !== undefined) response.setHeader('Content-Type', contentType);
  response.end(text); // Node adds the length, and leaves out the body where it answers HEAD
}

/** Sends server-sent events until `stream` resolves. They are not compressed: each leaves at once. */
export async function sendStream(
  request: NotedRequest,
  response: ServerResponse,
  stream: (response: ServerResponse) => Promise<void>,
  headers?: Readonly<Record<string, string>>,
): Promise<void> {
  for (const name in headers) response.setHeader(name, headers[name] ?? '');
  response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  if (request.method !== 'HEAD') {
    request.isStream = true;
    await stream(response);
  }
  response.end();
}

export function sendProblem(response: ServerResponse, problem: Problem, publicUrl: string): void {
  const document = problem.toDocument(requestIdOf(response), publicUrl);
  sendJson(response, problem.status, document, problem.headers, PROBLEM_TYPE);
}
